public import Basics
import Records
import Workflow

/// What a round of work did.
public struct WorkReport: Sendable {
    public var timers = 0
    public var effects = 0
    /// Tries that failed and will be repeated, or were parked.
    public var failures = 0

    /// Nothing was due.
    public var isIdle: Bool { timers + effects + failures == 0 }

    /// Failures are none: what failed waits for its next try, and must not keep a worker busy.
    var hasProgressed: Bool { timers + effects > 0 }

    mutating func add(_ other: WorkReport) {
        timers += other.timers
        effects += other.effects
        failures += other.failures
    }
}

extension Onboarding {
    private static var batch: Int { 200 }

    /// Fires every timer and performs every effect that is due, mails too, and what becomes
    /// due by that, until nothing is left that can be done now.
    ///
    /// Safe to run in several processes at once: each timer moves its run once,
    /// each effect is claimed before it is done.
    public func runDue() async throws -> WorkReport {
        var total = WorkReport()
        while true {
            var report = try await keepTime()
            // Whoever asks for everything may just have mended the server.
            report.add(try await deliverDue(isProbing: true))
            report.add(try await deliverLogouts())
            report.add(try await tellWebhooks())
            total.add(report)
            guard report.hasProgressed else { return total }
        }
    }

    /// Fires every timer and performs every effect on Usher's own data
    /// that is due: no server keeps it waiting.
    ///
    /// - Parameter firesTimers: false while nobody knows what time it is;
    ///   what was ordered before is done meanwhile.
    public func keepTime(firesTimers: Bool = true) async throws -> WorkReport {
        var total = WorkReport()
        while true {
            var report = WorkReport()
            if firesTimers { report.add(try await post.gathering { try await fireDueTimers() }) }
            let now = world.now()
            let due = try await store.read { try $0.dueLocalEffects(at: now, limit: Self.batch) }
            for effect in due { try await perform(effect, into: &report) }
            total.add(report)
            guard report.hasProgressed else { break }
        }
        if total.hasProgressed { post.ring() }
        return total
    }

    /// Carries out the consequences of one request: what a command does after its own change.
    ///
    /// Its mails are left to couriers, or tried in a hurry.
    public func performDue(of request: RequestID) async throws -> WorkReport {
        var total = WorkReport()
        while true {
            var report = WorkReport()
            let now = world.now()
            let due = try await store.read { try $0.dueLocalEffects(of: request, at: now) }
            for effect in due { try await perform(effect, into: &report) }
            total.effects += report.effects
            total.failures += report.failures
            // Only what the run waits for moves it on, and only a move orders more.
            if !report.hasProgressed || due.allSatisfy({ $0.order.runKey == nil }) { break }
        }
        total.add(try await sendSoon(of: request))
        return total
    }

    /// The same for what no one request ordered.
    public func performDue() async throws -> WorkReport {
        var total = try await keepTime(firesTimers: false)
        total.add(try await sendSoon(of: nil))
        return total
    }

    /// Fires every timer that is due, and those that fall due by
    /// that; one that cannot be fired is tried once.
    ///
    /// Requests side by side, since the store commits together what waits at the same moment;
    /// the timers of one request one after the other, in their order.
    public func fireDueTimers() async throws -> WorkReport {
        var report = WorkReport()
        // Requests that cannot move must not keep the others from it,
        // however many; `doctor` shows what is overdue.
        var stuck: Set<DueTimer> = []
        while true {
            let now = world.now()
            let limit = Self.batch + stuck.count
            let due = try await store.read { try $0.dueTimers(at: now, limit: limit) }.filter { !stuck.contains($0) }
            guard !due.isEmpty else { return report }
            await withTaskGroup(of: [(DueTimer, Bool?)].self) { group in
                for timers in Dictionary(grouping: due, by: \.request).values {
                    group.addTask { await fire(timers, at: now) }
                }
                for await results in group {
                    for (timer, isFired) in results {
                        if isFired == true { report.timers += 1 } else { stuck.insert(timer) }
                        if isFired == nil { report.failures += 1 }
                    }
                }
            }
        }
    }

    /// - Returns: for each whether it fired, nil for a failure.
    private func fire(_ timers: [DueTimer], at now: Timestamp) async -> [(DueTimer, Bool?)] {
        var results: [(DueTimer, Bool?)] = []
        for timer in timers {
            // What went wrong is seen again by whoever looks at the request; here the others count.
            results.append((timer, try? await fire(timer, at: now)))
        }
        return results
    }

    /// - Returns: false if the run moved on before, and the timer with it.
    private func fire(_ timer: DueTimer, at now: Timestamp) async throws -> Bool {
        try await writing(by: .usher, at: now) { turn in
            guard let found = try turn.transaction.request(timer.request) else { return false }
            let request = try turn.dropMootItems(of: found)
            guard request.run.armedTimers.contains(where: { $0.id == timer.timer && $0.at <= now })
            else { return false }
            _ = try turn.advance(request, on: .timer(id: timer.timer), by: .usher)
            return true
        }
    }

    private func perform(_ effect: Effect, into report: inout WorkReport) async throws {
        switch try await performLocally(effect) {
        case true?: report.effects += 1
        case false?: report.failures += 1
        case nil: break
        }
    }

    /// On Usher's own data: performed, settled and reported to the run in one transaction.
    private func performLocally(_ effect: Effect) async throws -> Bool? {
        do {
            return try await writing(by: .usher) { turn -> Bool? in
                let request = try effect.request.flatMap { try turn.transaction.request($0) }
                let isWanted = request?.stillWants(effect) ?? true
                guard
                    try turn.transaction.settle(effect.key, as: isWanted ? .done : .cancelled, at: turn.now, note: nil)
                else { return nil }
                guard let request, isWanted else { return true }
                try turn.perform(effect, of: request)
                try turn.report(effect, .done, to: request)
                return true
            }
        } catch let fault as Fault where fault.code == .conflict {
            // Another worker moved the same request between our reading and
            // our writing; the next round sees it anew.
            return nil
        } catch {
            return try await failed(effect, "\(error)", isPermanent: false)
        }
    }

    /// Waits longer after each failed try, then parks: an operator retries or drops it.
    private func failed(_ effect: Effect, _ error: String, isPermanent: Bool) async throws -> Bool {
        let tries = effect.tries + 1
        try await writing(by: .usher) { turn in
            guard isPermanent || tries >= effect.greatestTries else {
                let due = turn.now.adding(seconds: Self.backoffSeconds(afterTry: tries))
                return try turn.transaction.postpone(effect.key, until: due, tries: tries, error: error)
            }
            guard try turn.transaction.settle(effect.key, as: .parked, at: turn.now, note: error) else { return }
            guard let id = effect.request, let request = try turn.transaction.request(id) else { return }
            try turn.report(effect, .parked, to: request)
        }
        return false
    }

    /// 10 s, 20 s, 40 s, … at most an hour: eight tries span about
    /// 20 minutes, ten about an hour and a half.
    private static func backoffSeconds(afterTry tries: Int) -> Int64 { min(10 << Int64(min(tries - 1, 20)), 3600) }
}

extension Writing {
    /// Tells the run, where it waits for the effect; false where it does not.
    @discardableResult
    func report(_ effect: Effect, _ outcome: Event.EffectOutcome, to request: Request, by mover: Mover = .usher) throws
        -> Bool
    {
        guard let key = effect.order.runKey, request.run.ended == nil,
            request.run.ledger.contains(where: { $0.key == key })
        else { return false }
        _ = try advance(request, on: .effect(key: key, outcome: outcome), by: mover)
        return true
    }
}

extension Request {
    /// Whether the run still waits for the effect, or at least never took it back.
    ///
    /// An operator may retry a parked grant after its request was
    /// withdrawn: nobody must get a profile by that.
    fileprivate func stillWants(_ effect: Effect) -> Bool {
        guard let entry = run.ledger.first(where: { $0.key == effect.order.runKey }) else { return true }
        switch entry.state {
        case .pending, .parked, .done: return true
        case .undone, .dropped: return false
        }
    }
}
