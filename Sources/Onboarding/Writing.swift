import Basics
import Directory
import Records

/// A turn that changes: all of it, or nothing.
///
/// What changes who may do what is a verb here, and nowhere else: each writes its entry of the
/// audit trail in the same transaction. A test holds the verbs against those of the store.
struct Writing: Turn {
    let usher: Onboarding
    let actor: Actor
    let now: Timestamp
    private let records: any Transaction

    init(usher: Onboarding, actor: Actor, now: Timestamp, records: any Transaction) {
        self.usher = usher
        self.actor = actor
        self.now = now
        self.records = records
    }

    /// What needs no entry of its own.
    var transaction: any WorkTransaction { records }
    /// A change reads its own writes.
    var snapshot: any Snapshot { records }
    /// The verbs about grants, those about applications, those about webhooks, and those about services and resources.
    var grants: GrantWriting { GrantWriting(self, records) }
    var applications: ApplicationWriting { ApplicationWriting(self, records) }
    var webhooks: WebhookWriting { WebhookWriting(self, records) }
    var resources: ResourceWriting { ResourceWriting(self, records) }

    /// - Parameter mover: who is answerable; nil for the actor of the turn.
    private func record(_ note: AuditNote, by mover: Mover?) throws {
        try records.audit(note, by: mover?.recorded ?? actor.recorded, onBehalfOf: mover?.onBehalfOf, at: now)
    }
}

// MARK: Organizations and clouds

extension Writing {
    func add(_ organization: Organization) throws {
        try records.insert(organization)
        try record(
            AuditNote("organization.add", organization: organization.id, subject: organization.slug.text), by: nil)
    }

    func set(_ locality: Locality, of organization: Organization) throws {
        try records.setLocality(locality, of: organization.id)
        try record(
            AuditNote(
                "organization.set", organization: organization.id, subject: organization.slug.text,
                detail: "calendar=\(locality.calendar ?? "") time-zone=\(locality.timeZone ?? "")"), by: nil)
    }

    func add(_ cloud: Cloud, of request: RequestID? = nil, by mover: Mover? = nil) throws {
        try records.insert(cloud)
        try record(
            AuditNote("cloud.add", organization: cloud.organization, request: request, subject: cloud.id.text),
            by: mover)
    }
}

// MARK: People and their duties

extension Writing {
    /// Somebody who is to have an account.
    ///
    /// The entry is that of the request or the duty that they are invited for, in the same
    /// transaction; `auditGaps` finds whomever no entry names.
    func invite(_ person: Person) throws { try records.insert(person) }

    /// - Parameter action: `person.activate`, `person.suspend`, `person.resume`.
    func set(
        _ state: AccountState, of person: PersonID, _ action: String, in request: Request, detail: String? = nil,
        by mover: Mover
    ) throws {
        try records.setState(state, of: person, at: now)
        if state == .suspended || state == .closed { try endSignIns(of: person) }
        try record(
            AuditNote(
                action, organization: request.organization, request: request.id, subject: person.text, detail: detail),
            by: mover)
    }

    /// For good, with all that the person was for others: their duties, and who stands in for whom.
    func close(_ person: PersonID, in request: Request, by mover: Mover) throws {
        for holding in try records.duties(of: person) { try end(holding, of: person, in: request.id, by: mover) }
        var page = PageRequest(limit: PageRequest.greatestLimit)
        while true {
            let found = try records.delegations(involving: person, at: now, page)
            for delegation in found.items {
                try recordDelegation("delegation.end", delegation, in: request.organization, by: mover)
            }
            guard let next = found.next else { break }
            page = PageRequest(after: next, limit: PageRequest.greatestLimit)
        }
        try records.endDuties(of: person)
        try records.endDelegations(of: person, at: now)
        try set(.closed, of: person, "person.close", in: request, by: mover)
    }

    func set(_ language: Language, of person: Person) throws {
        try records.setLanguage(language, of: person.id)
        try record(
            AuditNote(
                "person.language", organization: person.organization, subject: person.id.text,
                detail: language.rawValue), by: nil)
    }

    func set(_ address: EmailAddress, of person: Person, in request: Request, by mover: Mover) throws {
        try records.setAddress(address, of: person.id)
        try record(
            AuditNote(
                "person.address", organization: person.organization, request: request.id, subject: person.id.text,
                detail: "\(person.email) -> \(address)"), by: mover)
    }

    func assign(_ holding: DutyHolding, to person: PersonID, in request: RequestID?, by mover: Mover) throws {
        try records.assign(holding, to: person)
        try record(
            AuditNote(
                "duty.assign", organization: holding.organization, request: request, subject: person.text,
                detail: holding.duty.rawValue), by: mover)
    }

    func end(_ holding: DutyHolding, of person: PersonID, in request: RequestID?, by mover: Mover) throws {
        try records.end(holding, of: person)
        try record(
            AuditNote(
                "duty.end", organization: holding.organization, request: request, subject: person.text,
                detail: holding.duty.rawValue), by: mover)
    }

    func add(_ delegation: Delegation, of person: Person) throws {
        try records.insert(delegation)
        try recordDelegation("delegation.add", delegation, in: person.organization, by: nil)
    }

    func end(_ delegation: Delegation, of person: Person) throws {
        try records.end(delegation, at: now)
        try recordDelegation("delegation.end", delegation, in: person.organization, by: nil)
    }

    private func recordDelegation(
        _ action: String, _ delegation: Delegation, in organization: OrganizationID?, by mover: Mover?
    ) throws {
        let span = "from \(delegation.from.iso8601) until \(delegation.until.iso8601)"
        try record(
            AuditNote(
                action, organization: organization, subject: delegation.person.text,
                detail: "to \(delegation.delegate) \(span)"), by: mover)
    }
}

// MARK: What an account is proven by

extension Writing {
    /// - Parameter action: `password.choose`, `password.change`, `password.reset`, `password.rehash`.
    func set(
        passwordHash phc: String, of person: Person, _ action: String, in request: RequestID? = nil,
        by mover: Mover? = nil
    ) throws {
        try records.setPasswordHash(phc, of: person.id, at: now)
        try record(
            AuditNote(action, organization: person.organization, request: request, subject: person.id.text), by: mover)
    }

    /// The pending factor takes the place of the active one, with the recovery codes that belong to it.
    ///
    /// - Parameter action: `factor.activate`, `factor.replace`.
    func activate(
        _ factor: Factor, using use: Factor.Use, recoveryCodes: [[UInt8]], _ action: String, of person: Person,
        in request: RequestID? = nil, by mover: Mover? = nil
    ) throws {
        if try records.factor(of: person.id, .active) != nil { try endSignIns(of: person.id) }
        try records.activateFactor(factor.id, using: use, at: now)
        try records.replaceRecoveryCodes(of: person.id, hashes: recoveryCodes, at: now)
        try record(
            AuditNote(action, organization: person.organization, request: request, subject: factor.id.text), by: mover)
    }

    /// Harmless where there is none.
    func retireFactor(of person: PersonID, _ state: Factor.State, in request: Request) throws {
        guard let factor = try records.factor(of: person, state) else { return }
        try records.retireFactor(of: person, state, at: now)
        if state == .active { try endSignIns(of: person) }
        try record(
            AuditNote(
                state == .active ? "factor.retire" : "factor.void", organization: request.organization,
                request: request.id, subject: factor.id.text), by: .usher)
    }

    func replaceRecoveryCodes(of person: Person, with hashes: [[UInt8]]) throws {
        try records.replaceRecoveryCodes(of: person.id, hashes: hashes, at: now)
        try record(
            AuditNote("recovery_codes.replace", organization: person.organization, subject: person.id.text), by: nil)
    }

    func end(session id: SessionID, of person: PersonID) throws -> Bool { try records.endSession(id, of: person) }

    func end(sessionsOf person: PersonID, except kept: SessionID?) throws {
        try records.endSessions(of: person, except: kept)
    }
}

// MARK: Programs

extension Writing {
    func open(_ account: APIAccount, with secret: APISecret) throws {
        try records.insert(account)
        try records.insert(secret)
        try record("api_account.open", account)
    }

    /// - Parameter end: of the secret before.
    func rotate(_ account: APIAccount, to secret: APISecret, endingOlderAt end: Timestamp) throws {
        try records.endNewestAPISecret(of: account.id, at: end)
        try records.insert(secret)
        try record("api_account.rotate", account, detail: "until \(end.iso8601)")
    }

    func set(keys: JSON?, of account: APIAccount) throws {
        try records.setKeys(keys, of: account.id)
        let names = keys?["keys"].elements.compactMap { $0["kid"].text } ?? ["none"]
        try record("api_account.keys", account, detail: names.joined(separator: " "))
    }

    func admit(_ account: APIAccount, _ grant: APIGrant) throws {
        try records.insert(grant)
        try record(
            "api_account.admit", account, in: account.request, detail: "\(grant.cloud)=\(grant.profile)", by: .usher)
    }

    func set(owner: PersonID, of account: APIAccount, in request: RequestID?, by mover: Mover) throws {
        try records.setOwner(owner, of: account.id)
        try record("api_account.assign", account, in: request, detail: "from \(account.owner) to \(owner)", by: mover)
    }

    /// - Returns: false if it was closed before.
    func close(_ account: APIAccount, _ reason: String) throws -> Bool {
        guard try records.closeAPIAccount(account.id, at: now) else { return false }
        try record("api_account.close", account, detail: reason)
        return true
    }

    private func record(
        _ action: String, _ account: APIAccount, in request: RequestID? = nil, detail: String? = nil,
        by mover: Mover? = nil
    ) throws {
        try record(
            AuditNote(
                action, organization: account.organization, request: request, subject: account.id.text, detail: detail),
            by: mover)
    }
}
