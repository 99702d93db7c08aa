public import Basics
import Directory
import OneTimePassword
import OpenSSL
import Records

extension PasswordLink {
    /// Links are read within the hour, or asked for anew.
    static let seconds: Int64 = 3_600

    func isOpen(at now: Timestamp) -> Bool { orderedAt <= now && now < orderedAt.adding(seconds: Self.seconds) }
}

/// What whoever opened such a link is asked.
public struct PasswordChoice: Sendable {
    public let name: String
    public let email: EmailAddress
    public let language: Language
    /// Whether a code of the authenticator, or a recovery code, is wanted too.
    public let wantsCode: Bool
    /// Code points that the password needs.
    public let least: Int
}

/// A forgotten password: the mailbox alone where there never was a factor, the mailbox
/// and the factor where there is one. Where that is lost too two people decide
/// (`mfa-reset`), and their link lets choose anew.
extension Onboarding {
    /// Links of one account follow each other no faster than this.
    private static var passwordLinkPauseSeconds: Int64 { 600 }

    /// Orders the link, for whoever says that the account is theirs.
    ///
    /// Returns the same whatever was typed, and does the same amount of
    /// work; the mail is sent later. Somebody who is invited and never came
    /// in gets a new link of the invitation instead.
    public func forgotPassword(of email: String) async throws {
        let key = (try? EmailAddress(email))?.key  // What is no address is nobody's.
        let now = world.now()
        let isInvited = try await working { transaction -> Bool in
            let count = try transaction.note("forgotten").flatMap { Int64($0) } ?? 0
            try transaction.setNote("forgotten", "\(count + 1)")
            guard let person = try key.flatMap({ try transaction.person(emailKey: $0) }) else { return false }
            guard person.state == .active else { return person.state == .invited }
            if let last = try transaction.passwordLink(of: person.id),
                last.orderedAt <= now, now < last.orderedAt.adding(seconds: Self.passwordLinkPauseSeconds)
            {
                return false
            }
            let token = try keys.passwordToken(person: person.id, orderedAt: now)
            try transaction.replacePasswordLink(
                with: PasswordLink(
                    tokenHash: try SHA256.digest(of: token.exposed), person: person.id, orderedAt: now))
            try transaction.insert([notice("password-forgotten", to: person.id, at: now)])
            try transaction.audit(
                AuditNote("password.forgotten", organization: person.organization, subject: person.id.text),
                by: .usher, at: now)
            return false
        }
        if isInvited { try await renewInvitation(for: email) }
    }

    /// Reads only: looking at the link uses nothing up.
    ///
    /// - Throws: `.notFound` for a token that opens nothing, `.expired` for an old one;
    ///   `.conflict` where a link is not enough.
    public func passwordChoice(token: Secret) async throws -> PasswordChoice {
        let hash = try SHA256.digest(of: PastedInvitation.token(in: token).exposed)
        return try await reading(by: .usher) { turn in
            let person = try turn.chooser(hash)
            let hasFactor = try turn.snapshot.factor(of: person.id, .active) != nil
            return PasswordChoice(
                name: person.name.text, email: person.email, language: person.language, wantsCode: hasFactor,
                least: hasFactor ? PasswordRules.leastWithMFA : PasswordRules.leastAlone)
        }
    }

    /// Another password in place of the forgotten one; every session ends and the link is used up.
    ///
    /// - Parameter code: of the authenticator, or a recovery code; empty where there is no
    ///   factor. A wrong one is counted for whoever holds the link, and never against the
    ///   factor: whoever reads the mailbox must not be able to lock it.
    /// - Throws: as `passwordChoice`; `.invalid` on `password` or
    ///   `code`, `.tooMany` while guesses must wait.
    public func choosePassword(_ password: Secret, token: Secret, code: String) async throws {
        let asked = world.now()
        let hash = try SHA256.digest(of: PastedInvitation.token(in: token).exposed)
        let (words, hasMFA) = try await reading(by: .usher, at: asked) { turn -> ([String], Bool) in
            let person = try turn.chooser(hash)
            return (
                try turn.words(of: person), try turn.snapshot.factor(of: person.id, .active) != nil
            )
        }
        let accepted = try passwords.accept(password, hasMFA: hasMFA, words: words)
        let phc = try await hasher.hash(accepted, cost: settings.passwordCost, salt: world.random(16))
        let refusal = try await writing(by: .usher) { turn -> Fault? in
            let person = try turn.chooser(hash)
            if let refusal = try turn.proveByLink(code, of: person.id) { return refusal }
            try turn.set(passwordHash: phc, of: person, "password.reset", by: Mover(recorded: .person(person.id)))
            try turn.transaction.endPasswordLink(of: person.id)
            try turn.endSessions(of: person.id)
            try turn.transaction.insert([notice("password-changed", to: person.id, at: turn.now)])
            return nil
        }
        // Told after the commit, which counts the miss.
        if let refusal { throw refusal }
    }

    /// In place of a password that was forgotten; the workflow has
    /// had its choice, and goes on where it is.
    func chooseAnew(_ password: Secret, _ invited: Invitee, _ tokenHash: [UInt8]) async throws {
        let person = invited.person
        let words = try await reading(by: .usher) { try $0.words(of: person) }
        let accepted = try passwords.accept(password, hasMFA: needsFactor(invited.request), words: words)
        let phc = try await hasher.hash(accepted, cost: settings.passwordCost, salt: world.random(16))
        try await writing(by: .usher) { turn in
            let current = try turn.invitee(tokenHash)
            guard current.mayChooseAnew else {
                throw Fault(
                    .forbidden,
                    "With this link the password was chosen already. If you forgot it, ask "
                        + "for a new link and choose again."
                )
            }
            try turn.set(
                passwordHash: phc, of: person, "password.reset", in: current.request.id,
                by: Mover(recorded: .person(person.id)))
            try turn.endSessions(of: person.id)
            try turn.transaction.insert([notice("password-changed", to: person.id, at: turn.now)])
        }
    }
}

extension Turn {
    /// Whose password the link lets choose.
    fileprivate func chooser(_ hash: [UInt8]) throws -> Person {
        guard let link = try snapshot.passwordLink(tokenHash: hash), let person = try snapshot.person(link.person),
            person.state == .active
        else { throw Fault(.notFound, "This link opens nothing (any more). Ask for a new one.") }
        guard link.isOpen(at: now) else { throw Fault(.expired, "This link has expired. Ask for a new one.") }
        // A mailbox is no second factor: whose factor was
        // taken away gets back in by two people's word.
        guard try snapshot.factor(of: person.id, .active) != nil || !snapshot.hadFactor(person.id) else {
            throw Fault(
                .conflict,
                "This account has lost its authenticator: ask for a reset, whose link lets you choose a password too.")
        }
        return person
    }

    /// What a password must not be made of.
    func words(of person: Person) throws -> [String] {
        let organization = try person.organization.flatMap { try snapshot.organization($0) }
        let words = [person.name.text, person.email.text, organization?.name.text, organization?.slug.text]
        return words.compactMap { $0 } + [settings.product]
    }
}

extension Writing {
    /// - Returns: why the code is not good enough; nil if it is, or if there is no factor.
    fileprivate func proveByLink(_ code: String, of person: PersonID) throws -> Fault? {
        guard let factor = try transaction.factor(of: person, .active) else { return nil }
        let lane = GuessLane.link.key
        var guesses = try transaction.guesses(at: person, by: lane)
        if let refused = CodeVerification(guesses.refusal(at: now)) { return refused.refusal }
        // A locked factor proves nothing, however the code came.
        if try transaction.attempts(of: person).locked { return CodeVerification(.locked).refusal }
        let typed = try TypedCode(code, digits: factor.digits)
        switch try use(typed, of: factor) {
        case .ok:
            try transaction.setGuesses(Attempts(), at: person, by: lane, at: now)
            return nil
        case .replayed: return CodeVerification(.replayed).refusal
        case .wrong, .throttled, .locked, .none:
            guesses.miss(at: now, limits: settings.guesses.each)
            try transaction.setGuesses(guesses, at: person, by: lane, at: now)
            return Fault.invalid("code", "wrong_code", "This code is not right. Type the one shown now.")
        }
    }
}
