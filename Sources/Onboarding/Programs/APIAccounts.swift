public import Basics
import Directory
import OneTimePassword
import OpenSSL
public import Records
import Workflow

/// A secret in clear, once: whoever receives this shows it and forgets it.
public struct IssuedSecret: Sendable {
    public let clientID: String
    public let secret: Secret
    /// When the secret before it ends; nil for a first one.
    public let olderEndsAt: Timestamp?
}

extension Onboarding {
    /// Asks for an account for a program; the delivery manager decides
    /// cloud by cloud, then its owner collects it.
    ///
    /// - Parameter purpose: what the program does; kept with the account.
    /// - Throws: `.invalid` with all faults; a profile that needs MFA is
    ///   one, since a program has no authenticator.
    public func requestAPIAccount(
        organization slug: String, owner: String, purpose: String, grants: [(cloud: String, profile: String)],
        by actor: Actor
    ) async throws -> RequestView {
        try await asking(by: actor) { turn in
            let organization = try turn.organization(slug: slug)
            let capacity = try turn.requireSubmission(for: organization)
            var faults: [Fault.Field] = []
            let email = FieldRules.email(owner, field: "owner", &faults)
            let purpose = FieldRules.reason(
                purpose, field: "purpose", &faults, required: "Say what the program does.")
            let items = try turn.items(grants, of: organization, &faults)
            for item in items where catalogue.profile(item.profile)?.programs ?? .never == .never {
                faults.append(.init("grants", "needs_mfa", Self.noGatedProfile(item.profile)))
            }
            let person = try email.flatMap { try turn.transaction.person(emailKey: $0.key) }
            if email != nil, person?.organization != organization.id || person?.state != .active {
                faults.append(.init("owner", "unknown_person", "The owner is nobody here with an active account."))
            }
            guard faults.isEmpty, let person, let purpose else { throw Fault.invalid(faults) }
            let requester = actor.principal
            let draft = RequestDraft(
                workflow: "api-account", organization: organization.id, holder: person.id, requester: requester,
                reason: purpose, subject: .apiAccount)
            let start = Event.Start(
                items: items,
                players: [
                    "requester": [requester.text] + [capacity.onBehalfOf?.text].compactMap { $0 },
                    "holder": [person.id.text],
                ])
            let mover = Mover(actor, capacity, note: actor.noteOfStaff(capacity))
            return try turn.begin(draft, with: start, by: mover)
        }
    }

    private static func noGatedProfile(_ profile: String) -> Sentence {
        "\(profile) needs multi-factor authentication, which a program cannot have: ask for a profile without."
    }

    /// The owner opens the account and receives its secret, the only time that it is shown.
    ///
    /// - Parameter token: of the link that was mailed to the owner; alone it opens nothing.
    public func collectAPIAccount(token: Secret, by actor: Actor) async throws -> IssuedSecret {
        let tokenHash = try SHA256.digest(of: token.exposed)
        return try await collect(by: actor) { turn, owner in
            guard let invitation = try turn.snapshot.invitation(tokenHash: tokenHash), turn.now < invitation.expiresAt,
                invitation.person == owner
            else { return nil }
            return invitation.request
        }
    }

    /// The same for its owner who looks at the request, signed
    /// in: the session proves as much as the link.
    public func collectAPIAccount(of request: RequestID, by actor: Actor) async throws -> IssuedSecret {
        try await collect(by: actor) { turn, owner in
            try turn.snapshot.request(request)?.holder == owner ? request : nil
        }
    }

    private func collect(
        by actor: Actor, _ find: @escaping @Sendable (Writing, PersonID) throws -> RequestID?
    ) async throws -> IssuedSecret {
        let now = world.now()
        let id = APIAccountID(at: now, random: world.random)
        let secret = Secret(world.random(32).hex)
        let hash = try Self.hash(secret, of: id)
        let request = try await writing(by: actor, at: now) { turn -> RequestID in
            guard let owner = actor.person, let found = try find(turn, owner.id),
                let request = try turn.transaction.request(found), request.subject == .apiAccount,
                request.run.ended == nil, let organization = request.organization
            else { throw Fault(.expired, "This link opens nothing: it has expired, was used, or is somebody else's.") }
            try turn.requireStanding()
            try turn.requireFreshMFA()
            let choice = Event.Choice("collect", part: "holder", by: owner.id.text)
            let mover = Mover(recorded: actor.recorded, person: owner.id)
            let moved = try turn.advance(request, on: .choice(choice), by: mover) {
                let account = APIAccount(
                    id: id, organization: organization, owner: owner.id, purpose: request.reason, request: request.id,
                    createdAt: now, closedAt: nil)
                try turn.open(account, with: APISecret(account: id, hash: hash, createdAt: now, endsAt: nil))
            }
            return moved.id
        }
        _ = try await performDue(of: request)
        return IssuedSecret(clientID: id.text, secret: secret, olderEndsAt: nil)
    }

    /// A second secret beside the first, which ends by itself after the
    /// overlap; its owner is warned a day before.
    ///
    /// - Parameter overlapDays: 0 to 30.
    /// - Throws: `.conflict` while two secrets are live.
    public func rotateAPISecret(
        _ id: APIAccountID, overlapDays: Int64, by actor: Actor
    ) async throws -> IssuedSecret {
        guard (0...Self.greatestOverlapDays).contains(overlapDays) else {
            throw Fault.invalid("overlapDays", "out_of_range", "An overlap is 30 days at most.")
        }
        let now = world.now()
        let secret = Secret(world.random(32).hex)
        let hash = try Self.hash(secret, of: id)
        let end = now.adding(seconds: overlapDays * 86_400)
        try await writing(by: actor, at: now) { turn in
            let account = try turn.account(id)
            try Authority.requireOwner(
                of: account, by: actor, "Only the owner sees a new secret: act as the owner with --as EMAIL.")
            try turn.requireFreshMFA()
            if account.keys != nil { try turn.set(keys: nil, of: account) }
            let live = try turn.transaction.apiSecrets(of: id).filter { $0.isLive(at: now) }
            guard live.count < 2 else {
                let first = live.compactMap(\.endsAt).min()?.iso8601 ?? ""
                throw Fault(.conflict, "Two secrets are live; the older one ends at \(first). Wait for that.")
            }
            let newest = APISecret(account: id, hash: hash, createdAt: now, endsAt: nil)
            try turn.rotate(account, to: newest, endingOlderAt: end)
            if overlapDays > 0 {
                let warning = max(now, end.adding(seconds: -Self.warningSeconds))
                try turn.transaction.insert([
                    notice(Self.endingTemplate, about: account, to: account.owner, until: end, now, due: warning)
                ])
            }
        }
        _ = try await performDue()
        return IssuedSecret(clientID: id.text, secret: secret, olderEndsAt: end)
    }

    /// From now on the program proves itself by a key, and no secret opens it; a new secret would take that back.
    ///
    /// - Parameter keys: public ones, a JSON Web Key Set (RFC 7517).
    public func setProgramKeys(
        _ id: APIAccountID, _ keys: JSON?, by actor: Actor
    ) async throws -> APIAccountView {
        try await writing(by: actor) { turn in
            let account = try turn.account(id)
            try Authority.requireOwner(
                of: account, by: actor, "Only the owner changes what a program proves itself by.")
            try turn.requireFreshMFA()
            guard account.closedAt == nil else { throw Fault(.conflict, "This program is closed.") }
            var faults: [Fault.Field] = []
            guard let judged = ClientKeys.judged(keys, &faults) else {
                throw faults.isEmpty
                    ? Fault.invalid("keys", "required", "Give the program's public keys, a JSON Web Key Set.")
                    : Fault.invalid(faults)
            }
            try turn.set(keys: judged, of: account)
            return try turn.view(id)
        }
    }

    public static var usualOverlapDays: Int64 { 7 }
    public static var greatestOverlapDays: Int64 { 30 }
    private static var warningSeconds: Int64 { 86_400 }

    /// From the next moment on the program may do nothing.
    ///
    /// - Returns: the account as it is then.
    @discardableResult
    public func closeAPIAccount(_ id: APIAccountID, reason: String, by actor: Actor) async throws -> APIAccountView {
        let reason = try FieldRules.checked(reason)
        return try await writing(by: actor) { turn in
            let account = try turn.account(id)
            _ = try turn.requireCare(of: account)
            for secret in try turn.transaction.apiSecrets(of: id) {
                guard let end = secret.endsAt else { continue }
                let key = EffectKey(mail: Self.endingTemplate, of: .program(id), "\(end.milliseconds)").text
                _ = try turn.transaction.settle(key, as: .cancelled, at: turn.now, note: "closed")
            }
            guard try turn.close(account, reason) else {
                throw Fault(.conflict, "The account \(id) is closed already.")
            }
            return try turn.view(id)
        }
    }

    // MARK: Parts

    /// Of a client's secret, be it a program or an application: bound to the one that it opens.
    static func hash<Client>(_ secret: Secret, of id: Identifier<Client>) throws -> [UInt8] {
        try SHA256.digest(of: Array("usher/api-secret/1|\(id)|".utf8) + secret.exposed)
    }

    private static let endingTemplate = "api-secret-ending"

    /// A mail that no request orders any more.
    fileprivate func notice(
        _ template: String, about account: APIAccount, to person: PersonID, until end: Timestamp, _ now: Timestamp,
        due: Timestamp
    ) -> Effect {
        Effect(
            mail: template, to: person, of: .program(account.id),
            template == Self.endingTemplate ? "\(end.milliseconds)" : "\(now.milliseconds)/\(person)",
            Effect.Order(matter: .program(account.id, purpose: account.purpose, until: end)), at: now, dueAt: due)
    }
}

extension Turn {
    func account(_ id: APIAccountID) throws -> APIAccount {
        guard let account = try snapshot.apiAccount(id),
            try mayReadAPIAccount(account)
        else { throw Authority.missing("API account", id.text) }
        return account
    }
}

extension Writing {
    /// One cloud of the request becomes a profile of the program.
    func admit(_ item: String?, of request: Request) throws {
        guard let account = try transaction.apiAccount(of: request.id), let cloud = item.flatMap(CloudID.init),
            let item = request.run.items.first(where: { $0.id == item })
        else { throw Fault(.unavailable, "The request \(request.id) has opened no account yet.") }
        try admit(account, APIGrant(account: account.id, cloud: cloud, profile: item.profile, since: now))
    }

    /// Programs of somebody who leaves go on: their representatives
    /// are asked who answers for them from now on.
    func askForOwners(inPlaceOf person: Person) throws {
        for account in try transaction.openAPIAccounts(ownedBy: person.id) {
            let told = try working(.representative, towards: account.organization)
            try transaction.insert(
                told.filter { $0.id != person.id }.map {
                    usher.notice("api-account-orphaned", about: account, to: $0.id, until: now, now, due: now)
                })
        }
    }
}
