import Basics
import Directory
import Records

/// Sessions of people, and what was begun in them elsewhere: the one place that ends either.
extension Writing {
    /// Every session of a person but one, and every sign-in at an application but those that were begun in it.
    func endSessions(of person: PersonID, except kept: SessionID? = nil) throws {
        try end(sessionsOf: person, except: kept)
        try endSignIns(of: person) { kept == nil || $0 != kept }
    }

    /// - Returns: false if the person has no such session.
    func endSession(_ id: SessionID, of person: PersonID) throws -> Bool {
        guard try end(session: id, of: person) else { return false }
        try endSignIns(of: person) { $0 == id }
        return true
    }

    /// Sign-ins at applications alone: what the store ended the sessions of already.
    func endSignIns(of person: PersonID, where isMeant: (SessionID?) -> Bool = { _ in true }) throws {
        for session in try transaction.applicationSessions(of: person) where isMeant(session.authorization.session) {
            try end(session, tellingIt: true)
        }
    }

    /// - Parameters:
    ///   - why: for the trail.
    ///   - isTold: whether its application hears of it; not where the application did it itself.
    func end(_ id: ApplicationSessionID, of person: PersonID, _ why: String, tellingIt isTold: Bool = true) throws {
        guard let session = try transaction.applicationSession(id), try end(session, tellingIt: isTold) else { return }
        let organization = try transaction.person(person)?.organization
        try transaction.audit(
            AuditNote(
                "application.sign_out", organization: organization, subject: person.text,
                detail: "\(session.authorization.application) \(id): \(why)"), by: actor.recorded, at: now)
    }

    @discardableResult
    private func end(_ session: ApplicationSession, tellingIt isTold: Bool) throws -> Bool {
        guard try transaction.end(session.id, at: now) else { return false }
        let given = session.authorization
        guard isTold, now < session.endsAt,
            try transaction.application(given.application)?.registration.logoutNotice != nil
        else { return true }
        try transaction.insert([Effect(logoutOf: session, at: now)])
        return true
    }
}

extension Effect {
    fileprivate init(logoutOf session: ApplicationSession, at now: Timestamp) {
        let person = session.authorization.person
        self.init(
            key: EffectKey(.person(person), "\(Self.logout)/\(session.id)").text, request: nil, kind: Self.logout,
            order: Order(recipient: person, item: session.id.text), orderedAt: now, dueAt: now, greatestTries: 12)
    }

    var endedSession: ApplicationSessionID? { order.item.flatMap(ApplicationSessionID.init) }
}
