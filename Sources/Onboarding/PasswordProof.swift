import Basics
import Foundation
import OneTimePassword

extension Onboarding {
    /// The password that was chosen already, guessed at no faster than a code.
    ///
    /// The miss is counted before the password is looked at and taken back if it was right: hashing takes so long that
    /// any number of parallel guesses would else pass before the first of them counts.
    /// - Throws: `refusal` for a wrong password; `.tooMany` while a guess must wait; `.conflict` if there is none yet.
    func requirePassword(_ password: Secret, of person: PersonID, otherwise refusal: Fault) async throws {
        let now = world.now()
        let (phc, before, counted) = try await store.write { transaction -> (String, Attempts, Attempts) in
            let before = try transaction.attempts(of: person)
            if let refusal = CodeVerification(proving: before, at: now) { throw refusal.refusal }
            guard let phc = try transaction.passwordHash(of: person) else {
                throw Fault(.conflict, "No password was chosen yet.")
            }
            var counted = before
            counted.miss(at: now)
            try transaction.setAttempts(counted, of: person)
            return (phc, before, counted)
        }
        guard try await isRight(password, phc) else {
            if counted.locked, !before.locked {
                try await store.write { try tellOfLock(person, at: now, in: $0) }
            }
            throw refusal
        }
        try await store.write { transaction in
            let current = try transaction.attempts(of: person)
            // A password does not vouch for codes: the misses of others stay, only this one is taken back.
            let misses = max(0, current.misses - 1)
            let restored =
                current == counted
                ? before
                : Attempts(
                    misses: misses, blockedUntil: current.blockedUntil,
                    locked: before.locked || misses >= Attempts.missesUntilLocked)
            try transaction.setAttempts(restored, of: person)
        }
    }

    private func isRight(_ password: Secret, _ phc: String) async throws -> Bool {
        // No longer than what could have been chosen: normalising costs time that grows with the input.
        guard password.count <= PasswordRules.greatest * 4,
            let normal = PasswordRules.normalised(password)
        else { return false }
        return try await hasher.matches(normal, phc: phc)
    }
}

extension PasswordRules {
    /// The bytes that are hashed for what was typed: NFKC, as `accept` makes them; nil for what is no text.
    static func normalised(_ typed: Secret) -> Secret? {
        String(validating: typed.exposed, as: UTF8.self).map { Secret($0.precomposedStringWithCompatibilityMapping) }
    }
}
