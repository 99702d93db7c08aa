public import Basics
public import Directory
import OneTimePassword
import OpenSSL
public import Records

/// What may be told of a program's account.
public struct APIAccountView: Sendable {
    public let account: APIAccount
    public let organization: String
    public let owner: String
    public let grants: [(cloud: String, profile: String)]
    /// When each live secret was made and when it ends, oldest first.
    public let secrets: [(createdAt: Timestamp, endsAt: Timestamp?)]
}

extension Onboarding {
    public func apiAccount(_ id: APIAccountID, by actor: Actor) async throws -> APIAccountView {
        try await reading(by: actor) { turn in
            try turn.view(turn.account(id))
        }
    }

    public func apiAccounts(
        organization slug: String, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<APIAccountView> {
        try await reading(by: actor) { turn in
            let organization = try turn.organization(slug: slug)
            try turn.requireRead(of: organization)
            return try turn.snapshot.apiAccounts(of: organization.id, page).map {
                try turn.view($0)
            }
        }
    }

    /// Whether `secret` opens the account now: in constant time, throttled, and
    /// for the owner of the data folder the same for an account that is not
    /// there, is closed, or has another secret.
    ///
    /// Misses are counted and committed before the answer. They delay, and never lock: nobody
    /// guesses 256 bits, and a stranger must not stop somebody's program for good.
    /// - Throws: `.notFound` for a person who may not see the account,
    ///   `.forbidden` for one who may and does not own it.
    public func verifyAPISecret(
        _ secret: Secret, of id: APIAccountID, by actor: Actor
    ) async throws -> CodeVerification {
        try await writing(by: actor) { turn in
            if !actor.isOwner {
                let account = try turn.account(id)
                try Authority.requireSecretVerification(of: account, by: actor)
            }
            let attempts = try turn.transaction.attempts(of: id)
            if let refused = CodeVerification(attempts.refusal(at: turn.now)) { return refused }
            guard let account = try turn.snapshot.apiAccount(id), try turn.matches(secret, of: account) else {
                var missed = attempts
                missed.miss(at: turn.now, limits: .secret)
                try turn.transaction.setAttempts(missed, of: id)
                return CodeVerification(.wrong)
            }
            if attempts != Attempts() { try turn.transaction.setAttempts(Attempts(), of: id) }
            return CodeVerification(.ok)
        }
    }

    /// Whether this program may do this here, now.
    ///
    /// A program has no authenticator, so an action that needs MFA is denied, whatever its profile; but for those
    /// of which the catalogue says that a program may, or that its key counts as one.
    /// - Throws: as `decide` for a person.
    public func decide(
        _ label: String, byProgram id: APIAccountID, in cloud: String, askedBy asker: Actor? = nil
    ) async throws -> Decision {
        let (action, place) = try question(label, cloud)
        let now = world.now()
        let asked = try await reading(by: asker ?? .usher, at: now) { turn in
            try turn.asked(aboutProgram: id, in: place, isPlatform: asker == nil)
        }
        return catalogue.decide(action, for: asked.asker, at: now)
    }

    /// What the platform asks about, read.
    func question(_ label: String, _ cloud: String) throws -> (Directory.Action, CloudPath) {
        (try action(label, of: catalogue), try CloudPath(cloud))
    }

    /// - Throws: `Fault.Code.notFound`, perhaps with the action that was meant.
    func action(_ label: String, of catalogue: Catalogue) throws -> Directory.Action {
        guard let action = catalogue.action(label) else {
            let missing: Sentence = "There is no action \(FieldRules.quoted(label)) in the privilege matrix."
            throw Fault(.notFound, missing.suggesting(catalogue.nearestAction(to: label)))
        }
        return action
    }
}

extension Turn {
    /// An account that was changed in this transaction.
    func view(_ id: APIAccountID) throws -> APIAccountView {
        guard let account = try snapshot.apiAccount(id) else { throw Authority.missing("API account", id.text) }
        return try view(account)
    }

    /// What a program holds: nothing once its account is closed, whatever it had.
    func grants(of account: APIAccount) throws -> [APIGrant] {
        account.closedAt == nil ? try snapshot.apiGrants(of: account.id) : []
    }

    fileprivate func view(_ account: APIAccount) throws -> APIAccountView {
        APIAccountView(
            account: account, organization: try snapshot.organization(account.organization)?.slug.text ?? "",
            owner: try snapshot.person(account.owner)?.email.text ?? "",
            grants: try grants(of: account).map {
                (try snapshot.cloud($0.cloud)?.slug.text ?? $0.cloud.text, $0.profile)
            },
            secrets: try snapshot.apiSecrets(of: account.id).filter { $0.isLive(at: now) }.map {
                ($0.createdAt, $0.endsAt)
            })
    }
}
