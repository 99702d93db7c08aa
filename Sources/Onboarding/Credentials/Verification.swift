public import Basics
import Directory
public import OneTimePassword
import OpenSSL
public import Records

/// What became of a code.
public struct CodeVerification: Sendable {
    public enum Reason: String, Sendable { case ok, wrong, replayed, throttled, locked, none }

    public let reason: Reason
    public let retryAfterSeconds: Int64?
    /// When the factor was proven; nil for a code that is refused.
    public let provenAt: Timestamp?

    public var accepted: Bool { reason == .ok }

    init(_ reason: Reason, retryAfterSeconds: Int64? = nil, provenAt: Timestamp? = nil) {
        self.reason = reason
        self.retryAfterSeconds = retryAfterSeconds
        self.provenAt = provenAt
    }

    /// For the proof of a new factor: a wait holds, but a lock is of the
    /// old one, and must not keep its holder out.
    init?(proving attempts: Attempts, at now: Timestamp) {
        self.init(Attempts(misses: attempts.misses, blockedUntil: attempts.blockedUntil).refusal(at: now))
    }

    /// Nil where the guesses so far refuse nothing.
    init?(_ refusal: Attempts.Refusal?) {
        switch refusal {
        case .throttled(let seconds)?: self.init(.throttled, retryAfterSeconds: seconds)
        case .locked?: self.init(.locked)
        case nil: return nil
        }
    }

    /// The same for whoever asked for something that needs a code.
    public var refusal: Fault {
        switch reason {
        case .throttled:
            Fault(
                .tooMany, "Too many wrong codes. Try again in \(retryAfterSeconds ?? 0) seconds.",
                retryAfterSeconds: retryAfterSeconds)
        case .locked:
            Fault(
                .forbidden,
                "This factor is locked after too many wrong codes. Ask for it to be unlocked, or for another.")
        case .replayed:
            Fault(.forbidden, "This code was used already. Wait for the next one, or take another recovery code.")
        case .none: Fault(.forbidden, "This person has no authenticator. Leave out --code.")
        case .wrong, .ok: Fault(.forbidden, "This code is not right. Type the one shown now.")
        }
    }

    /// The same of a program's secret, which has no other reasons.
    public var refusalOfSecret: Fault {
        guard reason == .throttled else { return Fault(.forbidden, "This secret is not right, or no longer.") }
        return Fault(
            .tooMany, "Too many wrong secrets. Try again in \(retryAfterSeconds ?? 0) seconds.",
            retryAfterSeconds: retryAfterSeconds)
    }
}

extension Onboarding {
    /// Verifies a code of a person's authenticator, or one of their recovery codes, and uses it up.
    ///
    /// Never throws for a refusal: the count of misses must be committed with
    /// the answer. What cannot be a code is none.
    ///
    /// - Throws: `.invalid` on `code` for what cannot be one; it counts as no guess.
    public func verify(_ code: String, of email: EmailAddress, by actor: Actor) async throws -> CodeVerification {
        let person = try await reading(by: actor) { turn -> Person in
            let person = try turn.person(at: email)
            try turn.requireVerification(of: person)
            return person
        }
        return try await verifyCode(code, of: person.id, by: actor)
    }

    /// One transaction: throttle, verification, the single use of the step, the count of misses.
    func verifyCode(_ code: String, of person: PersonID, by actor: Actor) async throws -> CodeVerification {
        let origin = Origin.current
        return try await writing(by: actor) { turn in
            let verdict = try turn.judge(code, of: person)
            if let kind = SecurityEvent.Kind(verdict.reason, isRecoveryCode: RecoveryCode(typed: code) != nil) {
                let sighting = Sighting(kind, person: person, actor: actor.recorded, from: origin)
                try turn.transaction.record(sighting, at: turn.now)
            }
            return verdict
        }
    }

    static var fewRecoveryCodes: Int { 3 }

    /// A mail that no request ordered.
    ///
    /// - Parameters:
    ///   - occasion: names the event, so that it is told once; the instant if nil.
    ///   - actor: who did what it tells of; nil for the operator, and for the reader.
    func notice(
        _ template: String, to person: PersonID, at now: Timestamp, occasion: String? = nil, comment: String? = nil,
        by actor: PersonID? = nil
    ) -> Effect {
        Effect(
            mail: template, to: person, of: .person(person), occasion ?? String(now.milliseconds),
            Effect.Order(comment: comment, actor: actor), at: now)
    }
}

extension Writing {
    fileprivate func judge(_ code: String, of person: PersonID) throws -> CodeVerification {
        var attempts = try transaction.attempts(of: person)
        guard let holder = try transaction.person(person), holder.state == .active,
            let factor = try transaction.factor(of: person, .active)
        else { return CodeVerification(.none) }
        if let refused = CodeVerification(attempts.refusal(at: now)) { return refused }
        switch try use(try TypedCode(code, digits: factor.digits), of: factor)
        {
        case .ok:
            if attempts != Attempts() {
                attempts.success()
                try transaction.setAttempts(attempts, of: person)
            }
            try transaction.audit(
                AuditNote("factor.verify", organization: holder.organization, subject: factor.id.text),
                by: actor.recorded, at: now)
            return CodeVerification(.ok, provenAt: now)
        // A code that was right once is no guess; it is refused, and not held against its owner.
        case .replayed: return CodeVerification(.replayed)
        case .wrong, .throttled, .locked, .none:
            try countMiss(of: person)
            return CodeVerification(.wrong)
        }
    }

    /// Uses a code up, of whichever kind; that the factor was proven is one fact, whatever proved it.
    func use(_ code: TypedCode, of factor: Factor) throws -> CodeVerification.Reason {
        let reason =
            switch code {
            case .recovery(let code): try use(code, of: factor.person)
            case .oneTime(let code): try use(code, of: factor)
            }
        if reason == .ok { try transaction.recordProof(of: factor.id, at: now) }
        return reason
    }

    private func use(_ code: RecoveryCode, of person: PersonID) throws -> CodeVerification.Reason {
        let hash = try code.hash(key: keys.recoveryCodes, context: Array(person.text.utf8))
        guard try transaction.useRecoveryCode(hash: hash, of: person, at: now) else {
            return try transaction.wasRecoveryCode(hash: hash, of: person) ? .replayed : .wrong
        }
        try transaction.insert([usher.notice("recovery-code-used", to: person, at: now)])
        try warnOfFewRecoveryCodes(person)
        return .ok
    }

    private func use(_ code: String, of factor: Factor) throws -> CodeVerification.Reason {
        switch factor.means {
        case .totp(let own):
            let totp = TOTP(secret: try vault.open(own, of: factor), parameters: own.parameters)
            switch try totp.verify(code, at: now, window: settings.window, after: own.lastStep) {
            case .accepted(let step):
                // The condition is in the write itself: of parallel
                // submissions, on any number of nodes, one succeeds.
                return try transaction.acceptStep(step, of: factor.id) ? .ok : .replayed
            case .replayed: return .replayed
            case .wrong: return .wrong
            }
        }
    }

    /// What the first code of a factor uses up; nil for a wrong one.
    func firstUse(of factor: Factor, _ code: String) throws -> Factor.Use? {
        switch factor.means {
        case .totp(let own):
            let code = try TypedCode.oneTime(code, digits: own.parameters.digits)
            let totp = TOTP(secret: try vault.open(own, of: factor), parameters: own.parameters)
            guard case .accepted(let step) = try totp.verify(code, at: now, window: settings.window, after: nil) else {
                return nil
            }
            return .step(step)
        }
    }

    /// Counts a wrong code against the person, whatever the route;
    /// says so by mail when that locks the factor.
    ///
    /// Only whoever has proven the password comes here, or the platform:
    /// nobody else can use somebody's tries up.
    func countMiss(of person: PersonID) throws {
        var attempts = try transaction.attempts(of: person)
        let wasLocked = attempts.locked
        attempts.miss(at: now)
        try transaction.setAttempts(attempts, of: person)
        if attempts.locked, !wasLocked { try tellOfLock(person) }
    }

    /// Once: misses while a locked factor is being replaced lock nothing more.
    func tellOfLock(_ person: PersonID) throws {
        try transaction.insert([usher.notice("factor-locked", to: person, at: now)])
        try transaction.audit(AuditNote("factor.lock", subject: person.text), by: .usher, at: now)
    }

    private func warnOfFewRecoveryCodes(_ person: PersonID) throws {
        guard try transaction.recoveryCodesLeft(of: person) <= Onboarding.fewRecoveryCodes else { return }
        try transaction.insert([usher.notice("recovery-codes-low", to: person, at: now)])
    }
}

/// What may be told of a person's second factor.
public struct MFAStatus: Sendable {
    public let email: EmailAddress
    public let factor: Factor?
    public let attempts: Attempts
    public let recoveryCodesLeft: Int
}

extension Onboarding {
    public func mfaStatus(of email: EmailAddress, by actor: Actor) async throws -> MFAStatus {
        try await reading(by: actor) { turn in
            let person = try turn.person(at: email)
            try turn.requireRead(of: person)
            return MFAStatus(
                email: person.email, factor: try turn.snapshot.factor(of: person.id, .active),
                attempts: try turn.snapshot.attempts(of: person.id),
                recoveryCodesLeft: try turn.snapshot.recoveryCodesLeft(of: person.id))
        }
    }

    /// Replaces the whole set; the old codes are worthless from then on.
    ///
    /// - Throws: `.unauthenticated` without a fresh proof of the factor:
    ///   whoever finds an open terminal gets no codes.
    /// - Parameter browser: what the browser holds that shows the codes; until
    ///   they are said to be kept it is one set.
    public func replaceRecoveryCodes(by actor: Actor, in browser: Secret? = nil) async throws -> [String] {
        let codes = RecoveryCode.makeSet(from: world.random(RecoveryCode.randomByteCount))
        return try await writing(by: actor) { turn in
            guard let person = actor.person else {
                throw Fault(.forbidden, "Recovery codes belong to a person: say for whom you act with --as EMAIL.")
            }
            try turn.requireStanding()
            try turn.requireFreshMFA()
            guard try turn.transaction.factor(of: person.id, .active) != nil else {
                throw Fault(.conflict, "\(person.email) has no authenticator, so there is nothing to recover.")
            }
            let place = browser.map { KeepsakePlace(codesOf: person.id, in: $0) }
            if let place, let shown = try turn.keptCodes(at: place) { return shown.codes }
            try turn.replaceRecoveryCodes(of: person, with: turn.hashes(of: codes, of: person.id))
            if let place {
                try turn.keep(KeptCodes(codes: codes.map(\.text)), at: place, of: person.id)
            }
            try turn.transaction.insert([notice("recovery-codes-new", to: person.id, at: turn.now)])
            return codes.map(\.text)
        }
    }
}

extension Turn {
    func hashes(of codes: [RecoveryCode], of person: PersonID) throws -> [[UInt8]] {
        try codes.map { try $0.hash(key: keys.recoveryCodes, context: Array(person.text.utf8)) }
    }
}

extension Factor {
    /// How many digits somebody types who proves it by a code.
    var digits: OTPParameters.Digits {
        switch means {
        case .totp(let own): own.parameters.digits
        }
    }
}
