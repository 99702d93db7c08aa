public import Basics
public import OpenSSL

/// One way in without the authenticator: 80 random bits, usable once.
public struct RecoveryCode: Sendable {
    /// How many a person gets; the set is replaced as a whole.
    public static let setSize = 10
    /// Random bytes that one set needs.
    public static let randomByteCount = setSize * bytesEach

    private static let bytesEach = 10
    /// 16 characters of base32 without separators.
    private let characters: Secret

    /// A new set.
    ///
    /// - Precondition: `random` has `randomByteCount` bytes of a cryptographically secure source.
    public static func makeSet(from random: [UInt8]) -> [RecoveryCode] {
        precondition(random.count == randomByteCount)
        return stride(from: 0, to: random.count, by: bytesEach).map {
            RecoveryCode(characters: Secret(Base32.encode(random[$0..<($0 + bytesEach)])))
        }
    }

    /// Reads a code from paper: either case, any spaces and hyphens, 0 for O
    /// and 1 for I, which base32 does not have.
    ///
    /// - Returns: nil unless 16 characters of the alphabet remain.
    public init?(typed text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let characters = text.uppercased().compactMap { character -> Character? in
            switch character {
            case " ", "-": nil
            case "0": "O"
            case "1": "I"
            default: character
            }
        }
        guard characters.count == 16, (try? Base32.decode(String(characters))) != nil else {
            return nil  // Which refusal it was does not matter: the code is not one of ours.
        }
        self.init(characters: Secret(String(characters)))
    }

    private init(characters: Secret) { self.characters = characters }

    /// As shown, once: `ABCD-EFGH-IJKL-MNOP`.
    public var text: String {
        let all = String(decoding: characters.exposed, as: UTF8.self)
        return stride(from: 0, to: all.count, by: 4).map { all.dropFirst($0).prefix(4) }.joined(separator: "-")
    }

    /// As stored: HMAC-SHA256, 32 bytes.
    ///
    /// A stolen database alone cannot be searched by guessing.
    ///
    /// - Parameter context: Whose code it is; the same code of another person has another hash.
    public func hash(key: Secret, context: [UInt8] = []) throws(EVPError) -> [UInt8] {
        // The code has a fixed length, so it and the context cannot run into each other.
        try HMAC.code(for: characters.exposed + context, key: key, hash: .sha256)
    }
}
