public import Basics

/// The keys of one party (RFC 7517, section 5): a client's, to verify what it signs, or ours,
/// to publish.
public struct JWKSet: Sendable {
    /// Of keys, those that are passed over too.
    public static let maximumKeys = 32
    /// Of a document, in bytes.
    public static let maximumBytes = 65_536

    public let keys: [PublicJWK]

    /// - Precondition: no two have one `kid`.
    public init(_ keys: [PublicJWK]) {
        precondition(Set(keys.map(\.keyID)).count == keys.count, "a kid stands twice")
        self.keys = keys
    }

    /// Reads a client's set as a document, within `maximumBytes`.
    public init(reading bytes: some Collection<UInt8>, unsaid: JWSAlgorithm = .rs256) throws(JWKError) {
        guard bytes.count <= Self.maximumBytes else { throw .notAKey }
        let document: JSON
        do { document = try JSON(reading: bytes, limits: JSON.Limits(depth: 8, values: 2_000)) } catch {
            throw .notAKey
        }
        try self.init(document, unsaid: unsaid)
    }

    /// Reads a client's set.
    ///
    /// Keys that are of no use here are passed over, as section 5 asks: other kinds and
    /// curves, keys for encryption, weak and malformed ones. The whole set is refused if it
    /// tells a secret, if a `kid` stands twice, which two readers would understand
    /// differently, and by the reason of its first key if none is left.
    ///
    /// - Parameter unsaid: what RSA keys are for that do not say so by `alg`.
    public init(_ json: JSON, unsaid: JWSAlgorithm = .rs256) throws(JWKError) {
        guard case .array(let elements) = json["keys"] else { throw .notAKey }
        guard (1...Self.maximumKeys).contains(elements.count) else { throw .number(elements.count) }
        // Those that are passed over have names, too.
        try Self.checkOnce(elements.compactMap { $0["kid"].text })
        var keys: [PublicJWK] = []
        var refusal: JWKError?
        for element in elements {
            do throws(JWKError) {
                keys.append(try PublicJWK(element, unsaid: unsaid))
            } catch {
                if case .secret = error { throw error }
                refusal = refusal ?? error
            }
        }
        try Self.checkOnce(keys.map(\.keyID))
        if keys.isEmpty, let refusal { throw refusal }
        self.keys = keys
    }

    private static func checkOnce(_ names: [String]) throws(JWKError) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted { throw .contradictory(name) }
    }

    /// `{"keys":[…]}`, as it is published.
    public var json: JSON { ["keys": .array(keys.map(\.json))] }

    /// The key that a token says it is signed by.
    ///
    /// - Returns: nil for a `kid` that is not here, or is that of a key for another algorithm:
    ///   there is no other key to try instead. A token without a `kid` is understood only
    ///   where there is one key.
    public func key(for token: CompactJWS) -> PublicJWK? {
        guard let keyID = token.keyID else {
            return keys.count == 1 ? keys.first { $0.algorithm == token.algorithm } : nil
        }
        return keys.first { $0.keyID == keyID && $0.algorithm == token.algorithm }
    }
}
