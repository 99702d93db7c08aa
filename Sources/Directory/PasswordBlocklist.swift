/// Passwords that so many people choose that guessing starts with them (OWASP ASVS 5.0, 6.2.4).
package struct PasswordBlocklist: Sendable {
    private let words: Set<String>

    /// Reads one password a line; lines that begin with `#` and empty ones are not passwords.
    ///
    /// A password that itself begins with `#` cannot be listed, which is
    /// the price of saying where a list is from.
    package init(text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        words = Set(lines.lazy.filter { !$0.hasPrefix("#") }.map { $0.lowercased() })
    }

    package var count: Int { words.count }

    /// Whether the password, or what remains without the digits and marks at its end, is listed.
    ///
    /// Case does not matter. The ending counts for nothing only while at least eight
    /// characters remain (`Sunshine2024!` is `sunshine`), since below that a chance
    /// match with a long password is no weakness.
    /// - Parameter password: NFKC-normalised, as it will be hashed.
    package func contains(_ password: String) -> Bool {
        let folded = password.lowercased()
        if words.contains(folded) { return true }
        var stem = Substring(folded)
        while let last = stem.last, !last.isLetter { stem.removeLast() }
        return stem.count >= 8 && words.contains(String(stem))
    }
}
