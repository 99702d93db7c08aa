import Basics
import OpenSSL
import Records

/// By which a token is known that was seen before: what is kept of it opens nothing.
public struct TokenDigest: Hashable, Sendable {
    fileprivate let bytes: [UInt8]

    public init(of token: String) throws { bytes = try SHA256.digest(of: Array(token.utf8)) }
}

/// By which a client is known that has proven itself before: what is kept of its secret opens nothing.
public struct ClientDigest: Hashable, Sendable {
    private let bytes: [UInt8]

    /// - Returns: nil for what is proven in another way than by a secret.
    public init?(of proof: ClientProof) throws {
        guard case .secret(let secret) = proof.means else { return nil }
        bytes = try SHA256.digest(of: Array("\(proof.clientID ?? "")\u{0}".utf8) + secret.exposed)
    }
}

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

/// A client that has proven itself by a secret.
struct RememberedClient: Sendable {
    let client: TokenClient
    /// Of the store, before that was read.
    let mark: StoreMark
    /// When the first of its secrets ends; nil for never.
    let end: Timestamp?

    /// Who it is, where that cannot be otherwise by now.
    func client(at mark: StoreMark, _ now: Timestamp) -> TokenClient? {
        mark == self.mark && end.map { now < $0 } ?? true ? client : nil
    }
}

/// What one process has found out about what it was sent, by the digest of that.
struct Remembered<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// So many at most.
    private static var greatestCount: Int { 10_000 }

    private var values: [Key: Value] = [:]

    subscript(digest: Key) -> Value? { values[digest] }

    /// - Parameter isOver: whether one need not be remembered any longer.
    mutating func remember(_ value: Value, as digest: Key, isOver: (Value) -> Bool) {
        if values.count >= Self.greatestCount {
            values = values.filter { !isOver($0.value) }
            if values.count >= Self.greatestCount { values = [:] }
        }
        values[digest] = value
    }
}
