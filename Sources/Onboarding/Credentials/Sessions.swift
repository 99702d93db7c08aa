public import Basics
public import Directory
import Foundation
import OneTimePassword
import OpenSSL
public import Records

/// What whoever signed in is given: the one copy of the token, and how far they have come.
public struct SignIn: Sendable {
    /// 64 hexadecimal digits; the store knows its hash only.
    public let token: Secret
    public let visitor: Visitor
    /// What the browser keeps, so that strangers' guesses never
    /// keep it out; nil while anything is owed.
    public var device: Secret?
}

/// Whoever stands behind a session, read anew at each use.
public struct Visitor: Sendable {
    public let session: Session
    public let person: Person
    /// What this session still has to prove.
    public let owes: Owed

    public var owesCode: Bool { owes == .code }

    /// The person as an actor of use cases.
    ///
    /// - Throws: `Fault.Code.unauthenticated` while the second factor is
    ///   owed: half an identity may do nothing.
    public func actor() throws -> Actor {
        switch owes {
        case .nothing: return Actor(person: person, operatorName: nil, verifiedAt: session.verifiedAt)
        case .code: throw Fault(.unauthenticated, "Type the code of your authenticator first.")
        case .factor:
            throw Fault(
                .unauthenticated,
                "This account needs an authenticator and has none that works. Open the "
                    + "link that was mailed to you for it, or ask for a reset."
            )
        }
    }
}

/// How long a session lasts (OWASP ASVS 5.0, 7.3).
public enum SessionLimits {
    public static let overallSeconds: Int64 = 43_200
    public static let idleSeconds: Int64 = 3_600
    /// So many at once has one person; the oldest ends (ASVS 5.0, 7.1.2).
    public static let greatestNumber = 20
    /// The last use is written this often at most, so that reading pages writes next to nothing.
    static let touchSeconds: Int64 = 60
}

extension Onboarding {
    /// One sentence for every way in which signing in fails, so that nobody learns
    /// who has an account, or that it is locked.
    private static var wrongCredentials: Fault {
        Fault(
            .forbidden,
            "This address and this password do not go together, or there were too many "
                + "tries. Wait a moment and try again."
        )
    }

    /// Address and password; an account with a second factor owes a code afterwards.
    ///
    /// A wrong password counts where it came from; see `GuessLane`. An
    /// address that nobody has costs the same time as one that somebody has:
    /// a hash is computed and something is written.
    /// - Throws: `.forbidden`, in the same words whatever was wrong;
    ///   `.unavailable` while too many sign in at once.
    public func signIn(email: String, password: Secret, from client: Client) async throws -> SignIn {
        let origin = Origin.current.from(client)
        let key = (try? EmailAddress(email))?.key  // What is no address is nobody's.
        let stranger = PasswordHasher.Caller.network(client.network.key)
        let known = try await reading(by: .usher) { turn -> (person: Person, lanes: [GuessLane])? in
            guard let person = try key.flatMap({ try turn.snapshot.person(emailKey: $0) }), person.state == .active
            else { return nil }
            return (person, try turn.lanes(of: person.id, for: client))
        }
        guard let (person, lanes) = known else {
            let pseudonym = try keys.pseudonym(of: key ?? email, use: "account")
            try await record([Sighting(.nobody, pseudonym: pseudonym, from: origin)])
            try await pretend(password, for: stranger)
            throw Self.wrongCredentials
        }
        do {
            try await requirePassword(
                password, of: person.id, by: lanes, for: lanes.contains(.strangers) ? stranger : .known,
                from: origin, otherwise: Self.wrongCredentials)
        } catch let fault as Fault where fault.code == .tooMany || fault.code == .conflict {
            if fault.code == .tooMany { try await record([Sighting(.throttled, person: person.id, from: origin)]) }
            // Refused before the password was looked at: no stranger may see that by the time it took.
            try await pretend(password, for: stranger)
            throw Self.wrongCredentials
        }
        try await rehash(password, of: person.id)
        let now = world.now()
        let token = Secret(world.random(32).hex)
        let fresh = Secret(world.random(32).hex)
        let session = Session(
            id: SessionID(at: now, random: world.random), tokenHash: try SHA256.digest(of: token.exposed),
            person: person.id, stage: .password, verifiedAt: nil, createdAt: now, seenAt: now,
            client: client.agent)
        return try await writing(by: .usher, at: now) { turn in
            guard let current = try turn.transaction.person(person.id), current.state == .active else {
                throw Self.wrongCredentials
            }
            try turn.transaction.record(Sighting(.passwordAccepted, person: current.id, from: origin), at: now)
            let (visitor, device) = try turn.begin(session, of: current, fresh, client, origin)
            return SignIn(token: token, visitor: visitor, device: device)
        }
    }

    /// A session for whoever has just proven, by the link of their
    /// invitation, all that their account has: the code that the
    /// authenticator still shows would be refused, since it was used.
    ///
    /// - Parameter isProven: whether a factor was; else the password alone.
    /// - Returns: nil where the account may not act yet, or needs more.
    func enter(_ id: PersonID, isProven: Bool, from client: Client) async throws -> SignIn? {
        let now = world.now()
        let origin = Origin.current.from(client)
        let token = Secret(world.random(32).hex)
        let fresh = Secret(world.random(32).hex)
        let session = Session(
            id: SessionID(at: now, random: world.random), tokenHash: try SHA256.digest(of: token.exposed), person: id,
            stage: isProven ? .full : .password, verifiedAt: isProven ? now : nil, createdAt: now, seenAt: now,
            client: client.agent)
        return try await writing(by: .usher, at: now) { turn in
            guard let person = try turn.transaction.person(id), person.state == .active,
                try turn.owed(by: id, in: session.stage) == .nothing
            else { return nil }
            let kind = isProven ? SecurityEvent.Kind.codeAccepted : .passwordAccepted
            try turn.transaction.record(Sighting(kind, person: id, from: origin), at: now)
            let (visitor, device) = try turn.begin(session, of: person, fresh, client, origin)
            return SignIn(token: token, visitor: visitor, device: device)
        }
    }

    /// The work of a refusal without the account: as long as with it.
    private func pretend(_ password: Secret, for caller: PasswordHasher.Caller) async throws {
        let salt = world.random(16)
        try await working { transaction in
            let count = try transaction.note("sign-ins.unknown").flatMap { Int64($0) } ?? 0
            try transaction.setNote("sign-ins.unknown", "\(count + 1)")
        }
        guard password.count <= PasswordRules.greatest * 4 else { return }
        _ = try await hasher.hash(password, cost: settings.passwordCost, salt: salt, for: caller)
    }

    /// When the configured cost has risen, signing in is the moment to
    /// hash anew: nobody else knows the password.
    private func rehash(_ password: Secret, of person: PersonID) async throws {
        guard let phc = try await store.read({ try $0.passwordHash(of: person) }),
            let stored = PasswordHash(phc: phc), !stored.cost.isAtLeast(settings.passwordCost),
            let normal = PasswordRules.normalised(password)
        else { return }
        let dearer = try await hasher.hash(normal, cost: settings.passwordCost, salt: world.random(16))
        try await writing(by: .usher) { turn in
            // A password that was changed meanwhile stays.
            guard try turn.snapshot.passwordHash(of: person) == phc, let person = try turn.snapshot.person(person)
            else { return }
            try turn.set(passwordHash: dearer, of: person, "password.rehash")
        }
    }

    /// Proves the second factor in a session, the first time or
    /// anew before something that wants it fresh.
    ///
    /// - Returns: the session under a new token; nil for a code that is refused, with the verdict.
    public func prove(
        _ code: String, in token: Secret, from client: Client
    ) async throws -> (SignIn?, CodeVerification) {
        let visitor = try await visitor(token)
        let actor = Actor(person: visitor.person, operatorName: nil, verifiedAt: nil)
        let verdict = try await verifyCode(code, of: visitor.person.id, by: actor)
        guard let now = verdict.provenAt else { return (nil, verdict) }
        let token = Secret(world.random(32).hex)
        let fresh = Secret(world.random(32).hex)
        let proven = try visitor.session.proven(visitor.session.id, token, at: now)
        let device = try await writing(by: actor, at: now) { turn -> Secret in
            guard try turn.transaction.replace(visitor.session, with: proven) else { throw Self.ended }
            return try turn.recognise(client, as: visitor.person.id, fresh: fresh)
        }
        let entered = Visitor(session: proven, person: visitor.person, owes: .nothing)
        return (SignIn(token: token, visitor: entered, device: device), verdict)
    }

    static var ended: Fault { Fault(.unauthenticated, "Your session has ended. Sign in again.") }

    /// Whoever holds this token now.
    ///
    /// - Parameter isUse: whether a person does something, by which the session goes on.
    /// - Throws: `.unauthenticated` for one that opens nothing: unknown, replaced, too old,
    ///   unused for too long, or of somebody whose account was suspended or closed since.
    public func visitor(_ token: Secret, isUse: Bool = true) async throws -> Visitor {
        let now = world.now()
        let hash = try SHA256.digest(of: token.exposed)
        let visitor = try await reading(by: .usher, at: now) { turn -> Visitor? in
            guard let session = try turn.snapshot.session(tokenHash: hash), session.isAlive(at: now),
                let person = try turn.snapshot.person(session.person), person.state == .active
            else { return nil }
            let owed = try turn.owed(by: person.id, in: session.stage)
            return Visitor(session: session, person: person, owes: owed)
        }
        guard let visitor else { throw Self.ended }
        if isUse, visitor.session.seenAt.adding(seconds: SessionLimits.touchSeconds) <= now {
            // Whoever only reads goes on while nothing can be written; their session is not prolonged by it.
            do { try await working { try $0.touch(visitor.session.id, at: now) } } catch let fault as Fault
                where fault.code == .unavailable
            {}
        }
        return visitor
    }

    /// A visitor's own duties and those of whom they stand in for, none while anything is owed.
    ///
    /// For what pages offer; what somebody may do is asked each time.
    public func duties(of visitor: Visitor) async throws -> Set<Duty> {
        guard visitor.owes == .nothing else { return [] }
        return try await reading(by: .usher) { Set(try $0.duties(of: visitor.person.id).map(\.duty)) }
    }
}

extension Writing {
    fileprivate func begin(_ session: Session, of person: Person, _ fresh: Secret, _ client: Client, _ origin: Origin)
        throws -> (Visitor, device: Secret?)
    {
        let now = session.createdAt
        for oldest in try transaction.sessions(of: person.id).dropFirst(SessionLimits.greatestNumber - 1) {
            _ = try endSession(oldest.id, of: person.id)
        }
        try transaction.insert(session)
        let owed = try owed(by: person.id, in: session.stage)
        try transaction.audit(
            AuditNote(
                "session.begin", organization: person.organization, subject: person.id.text, detail: origin.told),
            by: .person(person.id), at: now)
        let device =
            owed == .nothing ? try recognise(client, as: person.id, fresh: fresh) : nil
        return (Visitor(session: session, person: person, owes: owed), device)
    }
}

extension Session {
    /// One that begins, or was used, ahead of the clock was made by
    /// another clock: nobody knows how old it is.
    func isAlive(at now: Timestamp) -> Bool {
        let latest = now.adding(seconds: Onboarding.toleratedSeconds)
        return createdAt <= latest && seenAt <= latest && now < createdAt.adding(seconds: SessionLimits.overallSeconds)
            && now < seenAt.adding(seconds: SessionLimits.idleSeconds)
    }
}

extension Session {
    /// The same sign-in with the second factor proven, under a new token: the old one opens nothing more.
    func proven(_ id: SessionID, _ token: Secret, at now: Timestamp) throws -> Session {
        Session(
            id: id, tokenHash: try SHA256.digest(of: token.exposed), person: person, stage: .full, verifiedAt: now,
            createdAt: createdAt, seenAt: now, client: client)
    }
}
