import Basics
import Records

/// What is known of a token that was seen before, by the digest of its text.
struct RememberedToken: Sendable {
    let claims: JSON
    /// The key that has signed it.
    let keyID: String
    /// In seconds since 1970.
    let end: Int64
    /// What it opens; nil for nothing.
    let token: AccessToken?
    /// Of the store, before that was read; nil where it has none.
    let mark: StoreMark?

    /// What it opens, where that cannot be otherwise by now.
    ///
    /// Of a person it depends on the time, too: when they were seen last, and what they owe.
    func token(at mark: StoreMark, _ now: Timestamp) -> AccessToken? {
        guard mark == self.mark, now.seconds < end, let token else { return nil }
        switch token.holder {
        case .application, .program: return token
        case .person: return nil
        }
    }
}

/// Those of one process.
struct RememberedTokens {
    /// So many at most; whoever asks has one for twenty minutes.
    private static let greatestCount = 10_000

    private var tokens: [[UInt8]: RememberedToken] = [:]

    subscript(digest: [UInt8]) -> RememberedToken? { tokens[digest] }

    mutating func remember(_ token: RememberedToken, as digest: [UInt8], at now: Timestamp) {
        if tokens.count >= Self.greatestCount {
            tokens = tokens.filter { $0.value.end > now.seconds }
            if tokens.count >= Self.greatestCount { tokens = [:] }
        }
        tokens[digest] = token
    }
}
