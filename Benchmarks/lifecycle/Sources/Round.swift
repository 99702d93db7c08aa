import Basics
import Foundation
import GRDB
import LifecycleRig
import Onboarding
import Records
import Storage
import Synchronization

/// One run of the whole lifecycle by several callers at once, on a fresh file.
struct Round {
    let callers: Int
    let lifecycles: Int
    let durability: SQLiteStore.Durability

    struct Result {
        var lifecycles: Int
        var seconds: Double
        /// Moves of requests, and mails that were delivered and settled.
        var steps: Int
        /// Milliseconds that callers waited for the answers to each kind of call.
        var waits: [Lifecycle.Call: [Double]]
        /// Milliseconds from a transaction's hand-over to its acknowledgement.
        var writes: [Double]
    }

    static let customers = 8

    /// Makes a file with nothing but customers in it, for `run`.
    static func prepare(_ path: String, _ durability: SQLiteStore.Durability) async throws {
        let store = try SQLiteStore(path: path, durability: durability)
        let onboarding = try Installation(store: store, world: Installation.world(), mailer: NullMailer()).onboarding
        for number in 0..<customers { _ = try await Customer.found(number, in: onboarding) }
        try await store.close()
        // Whatever still lies in the log comes into the file, which is copied alone.
        try await DatabaseQueue(path: path).writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    }

    /// - Parameter path: of a file that `prepare` made.
    func run(_ path: String) async throws -> Result {
        let before = try Self.steps(in: path)
        let store = try SQLiteStore(path: path, durability: durability)
        let metered = MeteredStore(store)
        let onboarding = try Installation(
            store: metered, world: Installation.world(), mailer: NullMailer()
        ).onboarding
        var customers: [Customer] = []
        for number in 0..<Self.customers { customers.append(try await Customer.known(number, in: onboarding)) }
        let start = ContinuousClock.now
        let waits = try await run(onboarding, customers)
        let seconds = (ContinuousClock.now - start).seconds
        try await store.close()
        return Result(
            lifecycles: lifecycles, seconds: seconds, steps: try Self.steps(in: path) - before, waits: waits,
            writes: metered.waits)
    }

    func run(_ onboarding: Onboarding, _ customers: [Customer]) async throws -> [Lifecycle.Call: [Double]] {
        let queue = Queue()
        return try await withThrowingTaskGroup(of: [Lifecycle.Call: [Double]].self) { group in
            for caller in 0..<callers {
                let customer = customers[caller % customers.count]
                let count = lifecycles
                group.addTask {
                    let watch = Watch()
                    let lifecycle = Lifecycle(onboarding, customer) { call, _ in watch.lap(call) }
                    while case let number = queue.next(), number < count {
                        watch.restart()
                        try await lifecycle.run(for: "alice-\(number)@\(customer.slug).example")
                    }
                    return watch.laps
                }
            }
            var all: [Lifecycle.Call: [Double]] = [:]
            for try await laps in group { all.merge(laps) { $0 + $1 } }
            return all
        }
    }

    private static func steps(in path: String) throws -> Int {
        try DatabaseQueue(path: path).read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT (SELECT count(*) FROM history)
                        + (SELECT count(*) FROM effect WHERE kind = 'mail' AND state = 'done')
                    """) ?? 0
        }
    }
}

/// Hands out the numbers of lifecycles.
private final class Queue: Sendable {
    private let number = Atomic(0)

    func next() -> Int { number.add(1, ordering: .relaxed).oldValue }
}

/// Times what one caller waits for, call by call.
final class Watch: Sendable {
    private let state = Mutex((last: ContinuousClock.now, laps: [Lifecycle.Call: [Double]]()))

    var laps: [Lifecycle.Call: [Double]] { state.withLock { $0.laps } }

    func restart() { state.withLock { $0.last = .now } }

    func lap(_ call: Lifecycle.Call) {
        state.withLock { state in
            let now = ContinuousClock.now
            state.laps[call, default: []].append((now - state.last).seconds * 1000)
            state.last = now
        }
    }
}

/// Times each write from hand-over to acknowledgement.
final class MeteredStore: Store {
    private let base: SQLiteStore
    private let samples = Mutex<[Double]>([])

    init(_ base: SQLiteStore) { self.base = base }

    /// Milliseconds.
    var waits: [Double] { samples.withLock { $0 } }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        let start = ContinuousClock.now
        let result = try await base.write(body)
        let wait = (ContinuousClock.now - start).seconds * 1000
        samples.withLock { $0.append(wait) }
        return result
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (any Snapshot) throws -> Result) async throws -> Result {
        try await base.read(body)
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
