import Basics
import Foundation
import OneTimePassword
import OpenSSL
import Records

/// Where a guess at a password came from.
///
/// Each lane counts for itself, so that a stranger's guesses never make wait whoever is signed
/// in, holds a link or comes from where the person came before (NIST SP 800-63B-4, 3.2.2;
/// OWASP, *device cookies*). No lane locks anything, and none has to do with the factor, which
/// only whoever has proven the password can guess at.
enum GuessLane: Hashable, Sendable {
    /// A browser from which the person signed in before, by its mark.
    case device([UInt8])
    /// A network from which the person signed in before.
    case familiar(ClientNetwork)
    /// Any other network.
    case network(ClientNetwork)
    /// All networks together that are not familiar: against many that guess at one account.
    case strangers
    /// Whoever is signed in as the person.
    case session
    /// Whoever holds a link that was mailed to the person.
    case link

    var key: String {
        switch self {
        case .device(let mark): "device/\(mark.prefix(16).hex)"
        case .familiar(let network), .network(let network): "network/\(network.key)"
        case .strangers: "strangers"
        case .session: "session"
        case .link: "link"
        }
    }
}

extension Onboarding {
    /// The person's password, guessed at no faster than the lanes allow.
    ///
    /// The miss is counted before the password is looked at and taken back if it
    /// was right: hashing takes so long that any number of parallel guesses would
    /// else pass before the first of them counts.
    /// - Throws: `refusal` for a wrong password; `.tooMany` while a guess
    ///   must wait; `.conflict` if there is none yet; `.unavailable`
    ///   while too many passwords wait to be hashed.
    func requirePassword(
        _ password: Secret, of person: PersonID, by lanes: [GuessLane], for caller: PasswordHasher.Caller = .known,
        from origin: Origin = .current, otherwise refusal: Fault
    ) async throws {
        let now = world.now()
        let limits = settings.guesses
        let (phc, before) = try await working { transaction -> (String, [Attempts]) in
            let before = try lanes.map { try transaction.guesses(at: person, by: $0.key) }
            for guesses in before {
                guard case .throttled(let seconds)? = guesses.refusal(at: now) else { continue }
                throw Fault(
                    .tooMany, "Too many wrong passwords. Try again in \(seconds) seconds.", retryAfterSeconds: seconds)
            }
            guard let phc = try transaction.passwordHash(of: person) else {
                throw Fault(.conflict, "No password was chosen yet.")
            }
            for (lane, guesses) in zip(lanes, before) {
                var counted = guesses
                counted.miss(at: now, limits: lane == .strangers ? limits.strangers : limits.each)
                try transaction.setGuesses(counted, at: person, by: lane.key, at: now)
            }
            return (phc, before)
        }
        let isRight: Bool
        do {
            isRight = try await self.isRight(password, phc, for: caller)
        } catch {
            // Nobody looked at it, so it was no guess.
            try await working { transaction in
                for (lane, guesses) in zip(lanes, before) {
                    let current = try transaction.guesses(at: person, by: lane.key)
                    let restored = Attempts(misses: max(0, current.misses - 1), blockedUntil: guesses.blockedUntil)
                    try transaction.setGuesses(restored, at: person, by: lane.key, at: now)
                }
            }
            throw error
        }
        guard isRight else {
            try await record([Sighting(.passwordWrong, person: person, from: origin)])
            throw refusal
        }
        try await working { transaction in
            for lane in lanes { try transaction.setGuesses(Attempts(), at: person, by: lane.key, at: now) }
        }
    }

    private func isRight(_ password: Secret, _ phc: String, for caller: PasswordHasher.Caller) async throws -> Bool {
        // No longer than what could have been chosen:
        // normalising costs time that grows with the input.
        guard password.count <= PasswordRules.greatest * 4,
            let normal = PasswordRules.normalised(password)
        else { return false }
        return try await hasher.matches(normal, phc: phc, for: caller)
    }
}

extension PasswordRules {
    /// The bytes that are hashed for what was typed: NFKC, as
    /// `accept` makes them; nil for what is no text.
    static func normalised(_ typed: Secret) -> Secret? {
        String(validating: typed.exposed, as: UTF8.self).map { Secret($0.precomposedStringWithCompatibilityMapping) }
    }
}
