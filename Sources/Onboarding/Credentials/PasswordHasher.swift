public import Basics
import Foundation
public import OpenSSL
import Synchronization

/// Hashes passwords on threads of its own, a bounded number of them, so that
/// logins starve neither the service nor its memory: one scrypt at the default
/// cost holds 32 MiB for a tenth of a second.
///
/// What waits is bounded too, and served in turn: first whoever is known, then one of each
/// network, so that a network that sends a thousand guesses waits for itself.
public final class PasswordHasher: Sendable {
    /// Who waits for a hash.
    public enum Caller: Hashable, Sendable {
        /// Somebody with a session or a link, or a client from which the person signed in before.
        case known
        /// Anybody else, by their network.
        case network(String)
    }

    /// What may wait; whoever comes on top is told to come again.
    public struct Room: Sendable {
        /// Of everybody together.
        public let all: Int
        /// Of one network, and of those who are known.
        public let each: Int

        public init(all: Int = 128, each: Int = 16) {
            precondition(all > 0 && each > 0)
            self.all = all
            self.each = each
        }
    }

    private typealias Work = @Sendable () -> Void

    /// Those who wait, in the order in which they are served.
    private struct Line {
        var idle: Int
        var waiting: [Caller: [Work]] = [:]
        /// Networks with something that waits, the next one first.
        var turns: [Caller] = []
        var count: Int { waiting.values.reduce(0) { $0 + $1.count } }

        mutating func next() -> Work? {
            if waiting[.known] != nil { return take(.known) }
            guard !turns.isEmpty else { return nil }
            let caller = turns.removeFirst()
            let work = take(caller)
            if waiting[caller] != nil { turns.append(caller) }
            return work
        }

        private mutating func take(_ caller: Caller) -> Work? {
            let work = waiting[caller]?.removeFirst()
            if waiting[caller]?.isEmpty == true { waiting[caller] = nil }
            return work
        }

        mutating func add(_ work: @escaping Work, of caller: Caller) {
            if caller != .known, waiting[caller] == nil { turns.append(caller) }
            waiting[caller, default: []].append(work)
        }
    }

    private let room: Room
    private let line: Mutex<Line>

    /// - Parameter width: how many hashes may run at once.
    public init(width: Int, room: Room = Room()) {
        precondition(width > 0)
        self.room = room
        line = Mutex(Line(idle: width))
    }

    /// - Throws: `Fault.Code.unavailable`, saying when to come again, while too many wait.
    public func hash(
        _ password: Secret, cost: ScryptCost, salt: [UInt8], for caller: Caller = .known
    ) async throws -> String {
        try await run(for: caller) { try PasswordHash.hash(password, cost: cost, salt: salt).phc }
    }

    /// - Throws: `Fault.Code.unavailable`, saying when to come again, while too many wait.
    public func matches(_ password: Secret, phc: String, for caller: Caller = .known) async throws -> Bool {
        guard let hash = PasswordHash(phc: phc) else {
            throw Fault(.unavailable, "A stored password cannot be read. Restore the database from its backup.")
        }
        return try await run(for: caller) { try hash.matches(password) }
    }

    private func run<Result: Sendable>(
        for caller: Caller, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = enter(caller) { continuation.resume(with: Swift.Result { try work() }) }
            guard !isTaken else { return }
            continuation.resume(
                throwing: Fault(
                    .unavailable, "Too many people are signing in at this moment. Wait a few seconds and try again.",
                    retryAfterSeconds: 2))
        }
    }

    private func enter(_ caller: Caller, _ work: @escaping Work) -> Bool {
        let starts: Bool? = line.withLock { line in
            if line.idle > 0 {
                line.idle -= 1
                return true
            }
            guard line.count < room.all, line.waiting[caller, default: []].count < room.each else { return nil }
            line.add(work, of: caller)
            return false
        }
        // No queue of Dispatch: its threads are as many as the processors, and
        // everything else that waits for one of them, reading from the
        // database say, would wait for all that is hashed.
        if starts == true { Thread.detachNewThread { self.serve(work) } }
        return starts != nil
    }

    /// Does one piece of work after the other, until none waits.
    private func serve(_ first: @escaping Work) {
        var work: Work? = first
        while let current = work {
            current()
            work = line.withLock { line in
                let next = line.next()
                if next == nil { line.idle += 1 }
                return next
            }
        }
    }
}
