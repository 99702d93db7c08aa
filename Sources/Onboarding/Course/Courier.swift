import Basics
import Records
import Synchronization
import Workflow

/// Who carries effects of one kind out of the house, beside what people ask for and never inside it.
///
/// Mails today. What comes next is a type of its own beside its noun, with the words that claim its effects, and
/// `DeliveryRound` does the rest.
protocol Courier: Sendable {
    /// What is handed over.
    associatedtype Load: Sendable

    /// Loads that may be on their way at the same time.
    var width: Int { get }

    /// Takes effects that are due, so that nobody else does for now.
    ///
    /// What nobody needs any more is settled and left out, but counted.
    /// - Returns: nil when nothing is due.
    func take(_ count: Int, in turn: Writing) throws -> (taken: [Taken<Load>], settled: Int)?

    func deliver(_ load: Load) async throws(DeliveryFailure)

    /// The other side has answered, for the first time since it was away.
    func endOutage(in turn: Writing) throws

    /// Keeps why a load was not taken, and when it is tried again, or parks it.
    func failed(_ effect: Effect, _ failure: DeliveryFailure, in turn: Writing) throws

    /// The same of what could not even be made ready.
    func broken(_ effect: Effect, _ why: String, in turn: Writing) throws
}

/// An effect that a courier has taken, and what is handed over for it.
enum Taken<Load: Sendable>: Sendable {
    case ready(Effect, Load)
    /// It could not be made ready now.
    case broken(Effect, String)
}

/// A round of several couriers of one kind: each takes a bag of loads, hands them over one after the
/// other, and settles each while it goes on with the next.
final class DeliveryRound<Kind: Courier>: Sendable {
    private struct State {
        var report = WorkReport()
        var isOver = false
        /// The other side answered, with a yes or a no.
        var isProven: Bool
    }

    private let kind: Kind
    private let usher: Onboarding
    private let state: Mutex<State>

    /// - Parameter isAway: an outage lasts, and one load asks whether it is over before the others go.
    init(_ kind: Kind, of usher: Onboarding, isAway: Bool) {
        self.kind = kind
        self.usher = usher
        state = Mutex(State(isProven: !isAway))
    }

    private var isOver: Bool { state.withLock { $0.isOver } }
    private var isProven: Bool { state.withLock { $0.isProven } }

    /// How long a round waits for a database that cannot be written: by so much
    /// every claim outlasts the handing over of all that it holds.
    private static var patience: Duration { .seconds(60) }
    private static var pause: Duration { .milliseconds(500) }

    /// Writes down what became of a load, or takes more, once that is possible again.
    ///
    /// Only this process knows what the other side has taken: would it give up at once where the
    /// database is away for a moment, the same would be handed over a second time. Couriers of
    /// a service have that time; a command says what is wrong instead.
    private func write<Value: Sendable>(_ body: @escaping @Sendable (Writing) throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        while true {
            do {
                return try await usher.writing(by: .usher, body)
            } catch let outage as Fault
                where outage.code == .unavailable && usher.post.isManned && ContinuousClock.now - start < Self.patience
            {
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    private func add(effects: Int = 0, failures: Int = 0) {
        state.withLock {
            $0.report.effects += effects
            $0.report.failures += failures
        }
    }

    /// - Returns: true for the first answer after an outage.
    private func prove() -> Bool {
        state.withLock { state in
            defer { state.isProven = true }
            return !state.isProven
        }
    }

    /// Until nothing is due any more, or the other side turns out to be away.
    func deliver(bag: Int) async throws -> WorkReport {
        if !isProven { try await carry(bag: 1) { !self.isProven } }
        if !isOver {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<kind.width { group.addTask { try await self.carry(bag: bag) { true } } }
                try await group.waitForAll()
            }
        }
        return state.withLock { $0.report }
    }

    /// One courier.
    private func carry(bag: Int, while isGoingOn: () -> Bool) async throws {
        try await withThrowingDiscardingTaskGroup { settling in
            while isGoingOn(), !isOver, !Task.isCancelled {
                guard let bag = try await write({ try self.kind.take(bag, in: $0) }) else { return }
                add(effects: bag.settled)
                for load in bag.taken {
                    switch load {
                    case .broken(let effect, let why):
                        add(failures: 1)
                        settling.addTask {
                            try await self.write { turn in
                                guard try turn.transaction.isHeld(effect) else { return }
                                try self.kind.broken(effect, why, in: turn)
                            }
                        }
                    case .ready(let effect, _) where isOver || Task.isCancelled: release(effect, &settling)
                    case .ready(let effect, let load):
                        let failure = await failure(of: load)
                        // Whoever was cut off has learned nothing about the other side.
                        if failure?.cause == .server, Task.isCancelled {
                            release(effect, &settling)
                        } else {
                            try await settle(effect, failure, &settling)
                        }
                    }
                }
            }
        }
    }

    private func release(_ effect: Effect, _ settling: inout ThrowingDiscardingTaskGroup<any Error>) {
        settling.addTask { try await self.write { try $0.transaction.release(effect) } }
    }

    private func failure(of load: Kind.Load) async -> DeliveryFailure? {
        do throws(DeliveryFailure) { try await kind.deliver(load) } catch { return error }
        return nil
    }

    private func settle(
        _ effect: Effect, _ failure: DeliveryFailure?, _ settling: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws {
        guard let failure, failure.cause != .void else {
            add(effects: 1)
            let isBack = failure == nil && prove()
            settling.addTask {
                try await self.write { turn in
                    if isBack { try self.kind.endOutage(in: turn) }
                    _ = try turn.transaction.settle(
                        effect.key, as: failure == nil ? .done : .cancelled, at: turn.now, note: failure?.message)
                }
            }
            return
        }
        add(failures: 1)
        if failure.cause == .server { state.withLock { $0.isOver = true } }
        let isBack = failure.cause != .server && prove()
        // Of two that were under way the second finds what the first has written.
        try await write { turn in
            if isBack { try self.kind.endOutage(in: turn) }
            // A process that was stopped for longer than it may hold a load has no say in it any more.
            guard try turn.transaction.isHeld(effect) else { return }
            try self.kind.failed(effect, failure, in: turn)
        }
    }
}
