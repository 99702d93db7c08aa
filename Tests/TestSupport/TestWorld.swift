public import Basics
import OpenSSL
import Synchronization

/// A clock that moves only when a test moves it.
public final class TestClock: Sendable {
    /// A Monday, 10:30 in Paris: no weekend is near.
    public static let start = Timestamp(seconds: 1_795_426_200)

    private let current: Mutex<Timestamp>

    public init(_ start: Timestamp = TestClock.start) { current = Mutex(start) }

    public var now: Timestamp { current.withLock { $0 } }

    public func set(_ instant: Timestamp) { current.withLock { $0 = instant } }

    public func skip(seconds: Int64) { current.withLock { $0 = $0.adding(seconds: seconds) } }

    public func skip(hours: Int64) { skip(seconds: hours * 3_600) }

    public func skip(days: Int64) { skip(seconds: days * 86_400) }
}

/// Chance that repeats: SHA-256 of a seed and a counter.
///
/// For tests only; every draw is new, every run the same.
public final class TestRandom: Sendable {
    private let seed: String
    private let counter = Atomic<Int>(0)

    public init(seed: String = "usher") { self.seed = seed }

    public func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let turn = counter.wrappingAdd(1, ordering: .relaxed).newValue
            // Hashing a short text fails only without memory, and a test must not go on with weaker chance.
            guard let block = try? SHA256.digest(of: Array("\(seed)/\(turn)".utf8)) else {
                preconditionFailure("SHA-256 is not available")
            }
            bytes += block
        }
        return Array(bytes.prefix(count))
    }
}

extension World {
    public static func test(_ clock: TestClock, _ random: TestRandom) -> World {
        World(now: { clock.now }, random: { random.bytes($0) })
    }
}
