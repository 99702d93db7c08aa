/// Passwords that so many people choose that guessing starts with them (OWASP ASVS 5.0, 6.2.4).
public struct PasswordBlocklist: Sendable {
    /// As it was read: every program has a list, and few ever ask it, beside a hash that takes far longer.
    private let text: String

    /// One password a line; lines that begin with `#` and empty ones are not passwords.
    ///
    /// A password that itself begins with `#` cannot be listed, which is
    /// the price of saying where a list is from.
    public init(text: String) { self.text = text }

    private var words: some Sequence<String> {
        text.split(whereSeparator: \.isNewline).lazy.filter { !$0.hasPrefix("#") }.map { $0.lowercased() }
    }

    public var count: Int { Set(words).count }

    /// Whether the password, or what remains without the digits and marks at its end, is listed.
    ///
    /// Case does not matter. The ending counts for nothing only while at least eight
    /// characters remain (`Sunshine2024!` is `sunshine`), since below that a chance
    /// match with a long password is no weakness.
    /// - Parameter password: NFKC-normalised, as it will be hashed.
    public func contains(_ password: String) -> Bool {
        let folded = password.lowercased()
        var stem = Substring(folded)
        while let last = stem.last, !last.isLetter { stem.removeLast() }
        let isLong = stem.count >= 8
        return words.contains { $0 == folded || isLong && $0 == stem }
    }
}
