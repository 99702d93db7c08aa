public import Basics
import COpenSSL
import Foundation

/// What one scrypt computation costs (RFC 7914, section 2).
public struct ScryptCost: Hashable, Sendable {
    /// Binary logarithm of N: time and memory.
    public let logN: Int
    /// Block size; memory is 128 · N · r bytes.
    public let r: Int
    /// Repetitions: time only.
    public let p: Int

    /// N = 2^15, r = 8, p = 3: 32 MiB (OWASP Password Storage Cheat Sheet).
    public static let standard = ScryptCost(trusted: 15, r: 8, p: 3)

    /// - Returns: nil beyond what one login may cost: 256 MiB, or ten
    ///   times the work of `standard`. A stored string somebody tampered
    ///   with must not be able to stop the machine.
    public init?(logN: Int, r: Int, p: Int) {
        guard (1...20).contains(logN), (1...64).contains(r), (1...64).contains(p) else { return nil }
        self.init(trusted: logN, r: r, p: p)
        // RFC 7914, section 2: N must be below 2^(128 · r / 8).
        guard logN < 16 * r, memory <= 256 << 20, work <= 10 * Self.standard.work else { return nil }
    }

    private init(trusted logN: Int, r: Int, p: Int) {
        self.logN = logN
        self.r = r
        self.p = p
    }

    /// Bytes of the large table.
    public var memory: Int { 128 * r << logN }

    private var work: Int { r * p << logN }

    /// Whether neither memory nor work is below that of `other`; if
    /// not, a login is the moment to hash anew.
    public func isAtLeast(_ other: ScryptCost) -> Bool { memory >= other.memory && work >= other.work }
}

/// A password as it is stored: scrypt (RFC 7914) in a PHC string, `$scrypt$ln=15,r=8,p=3$SALT$HASH`.
///
/// Salt and hash are base64 without padding, as in passlib and the PHC string format.
/// Computing one takes a good part of a second and 32 MiB: never on a cooperative thread.
public struct PasswordHash: Hashable, Sendable {
    public let cost: ScryptCost
    private let salt: [UInt8]
    let rawHash: [UInt8]

    /// - Parameter salt: 16 random bytes.
    /// - Precondition: `salt` has 8 to 64 bytes.
    public static func hash(
        _ password: Secret, cost: ScryptCost, salt: [UInt8]
    ) throws(EVPError) -> PasswordHash {
        precondition((8...64).contains(salt.count))
        return PasswordHash(cost: cost, salt: salt, rawHash: try scrypt(password, salt: salt, cost: cost, length: 32))
    }

    private init(cost: ScryptCost, salt: [UInt8], rawHash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.rawHash = rawHash
    }

    /// Reads a stored string.
    ///
    /// - Returns: nil unless it is exactly what `phc` writes, with a salt of 8 to 64 bytes, a
    ///   hash of 16 to 64, and a cost that `ScryptCost` allows.
    public init?(phc: String) {
        let fields = phc.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt", let cost = Self.cost(String(fields[2])),
            let salt = Self.bytes(base64: fields[3]), let hash = Self.bytes(base64: fields[4]),
            (8...64).contains(salt.count), (16...64).contains(hash.count)
        else { return nil }
        self.init(cost: cost, salt: salt, rawHash: hash)
        // One spelling only: no leading zeros, signs, padding or stray bits.
        guard self.phc == phc else { return nil }
    }

    public var phc: String {
        "$scrypt$ln=\(cost.logN),r=\(cost.r),p=\(cost.p)$\(Self.base64(salt))$\(Self.base64(rawHash))"
    }

    /// Whether `password` is the one that was hashed; compared in constant time.
    public func matches(_ password: Secret) throws(EVPError) -> Bool {
        constantTimeEquals(try Self.scrypt(password, salt: salt, cost: cost, length: rawHash.count), rawHash)
    }

    static func scrypt(
        _ password: Secret, salt: [UInt8], cost: ScryptCost, length: Int
    ) throws(EVPError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: length)
        // OpenSSL's own limit of 32 MiB would refuse the standard cost;
        // this one follows the cost, which is bounded.
        let limit = UInt64(cost.memory + 128 * cost.r * (cost.p + 2) + 1 << 20)
        let done = password.withBytes { password in
            password.withMemoryRebound(to: CChar.self) {
                EVP_PBE_scrypt(
                    $0.baseAddress, $0.count, salt, salt.count, 1 << UInt64(cost.logN), UInt64(cost.r),
                    UInt64(cost.p), limit, &output, length)
            }
        }
        guard done == 1 else { throw .takeLast(from: "EVP_PBE_scrypt") }
        return output
    }

    private static func cost(_ field: String) -> ScryptCost? {
        let parts = field.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].hasPrefix("ln="), parts[1].hasPrefix("r="), parts[2].hasPrefix("p="),
            let logN = Int(parts[0].dropFirst(3)), let r = Int(parts[1].dropFirst(2)),
            let p = Int(parts[2].dropFirst(2))
        else { return nil }
        return ScryptCost(logN: logN, r: r, p: p)
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
    }

    private static func bytes(base64 text: Substring) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text + padding).map(Array.init)
    }
}
