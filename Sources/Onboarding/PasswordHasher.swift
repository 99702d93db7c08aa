package import Basics
import Dispatch
package import OpenSSL
import Synchronization

/// Hashes passwords on threads of its own, a bounded number of them, so that logins starve neither the service nor its
/// memory: one scrypt at the default cost holds 32 MiB for a tenth of a second.
package final class PasswordHasher: Sendable {
    private let queues: [DispatchQueue]
    private let next = Atomic<Int>(0)

    /// - Parameter width: how many hashes may run at once.
    package init(width: Int) {
        precondition(width > 0)
        queues = (0..<width).map { DispatchQueue(label: "usher.password.\($0)") }
    }

    package func hash(_ password: Secret, cost: ScryptCost, salt: [UInt8]) async throws -> String {
        try await run { try PasswordHash.hash(password, cost: cost, salt: salt).phc }
    }

    package func matches(_ password: Secret, phc: String) async throws -> Bool {
        guard let hash = PasswordHash(phc: phc) else {
            throw Fault(.unavailable, "A stored password cannot be read. Restore the database from its backup.")
        }
        return try await run { try hash.matches(password) }
    }

    private func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let turn = next.wrappingAdd(1, ordering: .relaxed).newValue
        let queue = queues[abs(turn % queues.count)]
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
