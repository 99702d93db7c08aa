public import Basics
public import Directory
import Foundation

/// Which passwords are refused, and why.
///
/// NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS 5.0, 6.2.
///
/// Length and secrecy, nothing else: no composition rules, no forced change.
public struct PasswordRules: Sendable {
    /// Code points where a second factor is active, and where the
    /// password is the only one (ASVS 6.2.1, NIST).
    public static let leastWithMFA = 8
    public static let leastAlone = 15
    /// Far above the 128 that must be accepted; bounds the work of normalising.
    public static let greatest = 1_024

    let blocklist: PasswordBlocklist
    let breached: BreachedPasswords?

    public init(blocklist: PasswordBlocklist, breached: BreachedPasswords?) {
        self.blocklist = blocklist
        self.breached = breached
    }

    /// The password as it is hashed: NFKC, so that the same keys
    /// on another keyboard give the same bytes.
    ///
    /// - Parameter words: names that the password must not be made of: the
    ///   person's, their address, the organization's.
    /// - Throws: `Fault.Code.invalid` on `password` with the first reason.
    public func accept(_ typed: Secret, hasMFA: Bool, words: [String]) throws -> Secret {
        // Before any Unicode work, whose cost grows with the input.
        guard typed.count <= Self.greatest * 4 else { throw refusal("too_long", "at most \(Self.greatest) characters") }
        guard let text = String(validating: typed.exposed, as: UTF8.self) else {
            throw Fault.invalid("password", "not_text", "The password is not valid UTF-8.")
        }
        let normal = text.precomposedStringWithCompatibilityMapping
        let length = normal.unicodeScalars.count
        let least = hasMFA ? Self.leastWithMFA : Self.leastAlone
        guard length >= least else {
            throw refusal(
                "too_short",
                hasMFA
                    ? "at least \(least) characters"
                    : "at least \(least) characters while no second factor protects the account")
        }
        guard length <= Self.greatest else { throw refusal("too_long", "at most \(Self.greatest) characters") }
        guard !blocklist.contains(normal) else {
            throw Fault.invalid("password", "common", "This password is on the list of common ones: choose another.")
        }
        guard !isMade(of: words, normal) else {
            throw Fault.invalid(
                "password", "personal",
                "This password is made of your name, address, organization or of ours: choose another.")
        }
        if try breached?.contains(normal) == true {
            throw Fault.invalid(
                "password", "breached", "This password was found in published breaches: choose another.")
        }
        return Secret(normal)
    }

    /// Whether little remains once the names are taken out: `Alice-Martin-2026` holds no secret.
    private func isMade(of words: [String], _ password: String) -> Bool {
        var rest = fold(password)
        let before = rest
        let parts = words.flatMap { fold($0).split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        for part in Set(parts).sorted(by: { ($0.count, $0) > ($1.count, $1) }) where part.count >= 3 {
            rest = rest.replacing(part, with: "")
        }
        return rest != before && rest.filter(\.isLetter).count < 4 && rest.count < Self.leastWithMFA
    }

    private func fold(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil).lowercased()
    }

    private func refusal(_ code: String, _ need: Sentence) -> Fault {
        Fault.invalid("password", code, "A password needs \(need).")
    }
}
