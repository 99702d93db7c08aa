public import Basics
public import OpenSSL
public import Records
import Synchronization

/// Where signed heads of the audit trail are kept outside of the database, so
/// that whoever rewrites that is found out.
public struct AuditHeads: Sendable {
    /// Beside the keys, on this machine.
    public let keeper: any HeadKeeper
    /// Out of this machine's reach, as far as the operator set it up.
    public let elsewhere: [any HeadOutlet]

    public init(keeper: any HeadKeeper, elsewhere: [any HeadOutlet] = []) {
        self.keeper = keeper
        self.elsewhere = elsewhere
    }
}

/// Keeps the newest signed head.
public protocol HeadKeeper: Sendable {
    /// What messages call the place: `keys/audit.head`.
    var name: String { get }
    /// Nil where none was ever kept.
    ///
    /// - Throws: `.unavailable` where there is one that cannot be read.
    func kept() throws -> AuditHead?
    /// Keeps a head unless a later one is kept already: of two
    /// processes that sign, the later head stays.
    func keep(_ head: AuditHead) throws
    /// Keeps a head in place of any other, which an operator gave up with a reason.
    func replace(with head: AuditHead) throws
}

/// A place that heads are sent to.
public protocol HeadOutlet: Sendable {
    /// As it is set, less any password in it.
    var name: String { get }
    /// What passes between two heads at least; what comes in between is told by the next.
    var pauseSeconds: Int64 { get }
    func send(_ head: AuditHead) async throws(DeliveryFailure)
}

/// Keeps the head as long as the process lives: for tests and measurements.
public final class HeadInMemory: HeadKeeper {
    public let name = "memory"
    fileprivate let head: Mutex<AuditHead?>

    public init(_ head: AuditHead? = nil) { self.head = Mutex(head) }

    public func kept() -> AuditHead? { head.withLock { $0 } }

    public func keep(_ new: AuditHead) {
        head.withLock { old in if (old?.sequence ?? -1) < new.sequence { old = new } }
    }

    public func replace(with new: AuditHead) { head.withLock { $0 = new } }

    /// As if somebody had deleted it.
    public func forget() { head.withLock { $0 = nil } }
}

extension AuditHead {
    /// What precedes the first entry: kept when an installation is made, so that a trail
    /// without any signature is known to be one that nobody signed yet.
    public static func beginning(signedBy key: SigningKey, at now: Timestamp) throws -> AuditHead {
        try AuditHead(signing: 0, hash: [UInt8](repeating: 0, count: 32), by: key, at: now)
    }

    init(signing sequence: Int64, hash: [UInt8], by key: SigningKey, at now: Timestamp) throws {
        self.init(
            sequence: sequence, hash: hash, at: now,
            signature: try key.sign(Self.signedBytes(sequence: sequence, hash: hash, at: now)))
    }

    /// `usher-audit-head-1`, number, hash in hexadecimal and milliseconds, joined by LF.
    private static func signedBytes(sequence: Int64, hash: [UInt8], at: Timestamp) -> [UInt8] {
        Array("usher-audit-head-1\n\(sequence)\n\(hash.hex)\n\(at.milliseconds)".utf8)
    }

    func isSigned(by publicKey: [UInt8]) -> Bool {
        SigningKey.verify(
            signature: signature, message: Self.signedBytes(sequence: sequence, hash: hash, at: at),
            publicKey: publicKey)
    }
}
