import Basics
import Onboarding

/// How much room there is, and how much is used.
public struct StorageFacts: Sendable {
    /// For this user; nil where the system does not say.
    public let freeBytes: Int64?
    public let databaseBytes: Int64
    public let logBytes: Int64

    public init(freeBytes: Int64?, databaseBytes: Int64, logBytes: Int64) {
        self.freeBytes = freeBytes
        self.databaseBytes = databaseBytes
        self.logBytes = logBytes
    }

    /// With less, the next requests fail one by one, whatever a small write says.
    static let leastFreeBytes: Int64 = 1 << 20

    var isFull: Bool { freeBytes.map { $0 < Self.leastFreeBytes } ?? false }
}

/// Finds out now and then whether the database takes writes: reading
/// goes on for long on a disk that is full.
actor WriteProbe {
    private let onboarding: Onboarding
    private let storage: @Sendable () -> StorageFacts?
    /// A probe costs a flush of the disk: whoever asks more often is told what was found last.
    private let interval: Duration
    private var last: (at: ContinuousClock.Instant, failure: Fault?)?

    init(
        _ onboarding: Onboarding, interval: Duration = .seconds(5), storage: @escaping @Sendable () -> StorageFacts?
    ) {
        self.onboarding = onboarding
        self.interval = interval
        self.storage = storage
    }

    /// - Throws: `Fault.Code.unavailable` while nothing can be written.
    func require() async throws {
        if let last, ContinuousClock.now - last.at < interval {
            if let failure = last.failure { throw failure }
            return
        }
        let failure = await probe()
        last = (.now, failure)
        if let failure { throw failure }
    }

    private func probe() async -> Fault? {
        if storage()?.isFull == true {
            return Fault(.unavailable, "The disk that holds the database is full. Make room.")
        }
        do {
            try await onboarding.tryWriting()
            return nil
        } catch {
            return error as? Fault ?? Fault(.unavailable, "The database takes no writes.", cause: error)
        }
    }
}
