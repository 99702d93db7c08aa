public import Basics
import Directory
public import Records

/// What people do with their own sessions and password.
extension Onboarding {
    /// Ends this session; one that has ended already is fine.
    ///
    /// - Parameter next: the one that the same browser goes on in; what was begun in this one at applications
    ///   goes on with it where it is the same person's.
    public func signOut(_ token: Secret, for next: SignIn? = nil) async throws {
        guard let visitor = try? await visitor(token) else { return }  // Nobody is signed in: nothing to end.
        let now = world.now()
        try await writing(by: .usher, at: now) { turn in
            if let next, next.visitor.person.id == visitor.person.id {
                try turn.transaction.moveApplicationSessions(
                    from: visitor.session.id, to: next.visitor.session.id, of: visitor.person.id)
            }
            guard try turn.endSession(visitor.session.id, of: visitor.person.id) else { return }
            try turn.transaction.audit(
                AuditNote(
                    "session.end", organization: visitor.person.organization, subject: visitor.person.id.text),
                by: .person(visitor.person.id), at: now)
        }
    }

    /// Newest first, those that have ended by themselves left out.
    public func sessions(of visitor: Visitor) async throws -> [Session] {
        let now = world.now()
        _ = try visitor.actor()
        return try await store.read { try $0.sessions(of: visitor.person.id).filter { $0.isAlive(at: now) } }
    }

    /// - Parameter id: nil ends every other session than the visitor's own.
    /// - Throws: `.notFound` for a session that is not there, or somebody else's: the same answer.
    public func endSession(_ id: SessionID?, by visitor: Visitor) async throws {
        let actor = try visitor.actor()
        try await writing(by: actor) { turn in
            try turn.requireStanding()
            // A stolen session must not keep its owner out (ASVS
            // 5.0, 7.5.2); leaving this one harms nobody.
            if id != visitor.session.id, try turn.transaction.factor(of: visitor.person.id, .active) != nil {
                try turn.requireFreshMFA()
            }
            if let id {
                guard try turn.endSession(id, of: visitor.person.id) else {
                    throw Authority.missing("session", id.text)
                }
            } else {
                try turn.endSessions(of: visitor.person.id, except: visitor.session.id)
            }
            try turn.transaction.audit(
                AuditNote(
                    "session.end", organization: visitor.person.organization, subject: visitor.person.id.text,
                    detail: id == nil ? "all others" : nil), by: .person(visitor.person.id), at: turn.now)
        }
    }

    /// Another password, for whoever knows the one before and has just
    /// proven their factor; every other session ends.
    ///
    /// - Throws: `.unauthenticated` without a fresh code where there is a factor,
    ///   `.invalid` on `current` or `password`.
    public func changePassword(current: Secret, to password: Secret, by visitor: Visitor) async throws {
        let actor = try visitor.actor()
        let person = visitor.person
        let asked = world.now()
        let (words, hasMFA) = try await reading(by: actor, at: asked) { turn -> ([String], Bool) in
            try turn.requireStanding()
            let hasMFA = try turn.snapshot.factor(of: person.id, .active) != nil
            if hasMFA { try turn.requireFreshMFA() }
            return (try turn.words(of: person), hasMFA)
        }
        let accepted = try passwords.accept(password, hasMFA: hasMFA, words: words)
        try await requirePassword(
            current, of: person.id, by: [.session],
            otherwise: Fault.invalid("current", "wrong_password", "This is not your present password."))
        let phc = try await hasher.hash(accepted, cost: settings.passwordCost, salt: world.random(16))
        try await writing(by: actor) { turn in
            try turn.requireStanding()
            try turn.set(passwordHash: phc, of: person, "password.change")
            try turn.endSessions(of: person.id, except: visitor.session.id)
            try turn.transaction.insert([notice("password-changed", to: person.id, at: turn.now)])
        }
    }
}

/// What those who look after people do with sessions that are not theirs.
extension Onboarding {
    /// Newest first, for whoever may see the account.
    public func sessions(of email: EmailAddress, by actor: Actor) async throws -> [Session] {
        try await reading(by: actor) { turn in
            let person = try turn.known(email)
            try turn.requireRead(of: person)
            return try turn.snapshot.sessions(of: person.id).filter { $0.isAlive(at: turn.now) }
        }
    }

    /// Ends every session of somebody else, who is told; whoever could suspend the account may.
    ///
    /// - Returns: how many there were.
    /// - Throws: `.unauthenticated` without a fresh code, `.forbidden`,
    ///   `.notFound` for who is not theirs to see.
    @discardableResult
    public func endSessions(of email: EmailAddress, by actor: Actor) async throws -> Int {
        let count = try await writing(by: actor) { turn -> Int in
            let person = try turn.known(email)
            let capacity = try turn.requireCare(of: person)
            let count = try turn.transaction.sessions(of: person.id).count { $0.isAlive(at: turn.now) }
            try turn.endSessions(of: person.id)
            try turn.transaction.insert([notice("sessions-ended", to: person.id, at: turn.now, by: actor.person?.id)])
            try turn.transaction.audit(
                AuditNote(
                    "session.end", organization: person.organization, subject: person.id.text,
                    detail: "all, by somebody else"),
                by: actor.recorded, onBehalfOf: capacity.onBehalfOf, at: turn.now)
            return count
        }
        _ = try await performDue()
        return count
    }
}

extension Turn {
    fileprivate func known(_ email: EmailAddress) throws -> Person {
        let person = try person(at: email)
        return person
    }
}
