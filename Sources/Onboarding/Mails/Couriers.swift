package import Basics
import Records
import Synchronization
import Workflow

/// What the couriers of one round know together.
private final class MailRound: Sendable {
    private struct State {
        var report = WorkReport()
        var isOver = false
        /// A server answered, with a yes or a no.
        var isProven: Bool
    }

    private let state: Mutex<State>

    /// - Parameter isProven: false while an outage lasts.
    init(isProven: Bool) { state = Mutex(State(isProven: isProven)) }

    var report: WorkReport { state.withLock { $0.report } }
    var isOver: Bool { state.withLock { $0.isOver } }
    var isProven: Bool { state.withLock { $0.isProven } }

    func add(effects: Int = 0, failures: Int = 0) {
        state.withLock {
            $0.report.effects += effects
            $0.report.failures += failures
        }
    }

    /// Nothing more is tried in this round.
    func end() { state.withLock { $0.isOver = true } }

    /// - Returns: true for the first answer after an outage.
    func prove() -> Bool {
        state.withLock { state in
            defer { state.isProven = true }
            return !state.isProven
        }
    }
}

/// A mail that a courier has taken, and how it reads.
private enum Taken: Sendable {
    case ready(Effect, Mail)
    /// It could not be composed now.
    case broken(Effect, String)
}

extension Onboarding {
    /// Mails that one courier takes with one commit.
    private static var bagSize: Int { 4 }
    /// A mail that a server puts off is tried again after an hour at the latest.
    private static var longestPauseSeconds: Int64 { 3_600 }
    /// What somebody at a terminal waits for a mail server.
    private static var hurry: Duration { .seconds(2) }

    /// A claimed mail whose courier died is taken up again after
    /// this time: longer than a whole bag can take.
    private var leaseSeconds: Int64 { Int64(Self.bagSize) * mailer.longestTrySeconds + 60 }

    /// Has the mails sent that somebody's own change has just ordered.
    ///
    /// Where couriers wait it returns at once. Elsewhere it tries, for two seconds at most
    /// where a server has to answer; whatever is not sent by then stays due.
    func sendSoon(of request: RequestID?) async throws -> WorkReport {
        if post.isManned {
            post.ring()
            return WorkReport()
        }
        guard mailer.server != nil else { return try await deliverDue(of: request) }
        let work = Task { try await self.deliverDue(of: request) }
        let clock = Task {
            try? await Task.sleep(for: Self.hurry)  // Cut short is how it ends, when the mail was quicker.
            work.cancel()
        }
        defer { clock.cancel() }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }

    /// Hands over the mails that are due, several at a time, until none is
    /// left or the server turns out to be away.
    ///
    /// - Parameters:
    ///   - request: only its mails; nil for all.
    ///   - isProbing: asks even if it is not time yet to ask a server that was away.
    package func deliverDue(of request: RequestID? = nil, isProbing: Bool = false) async throws -> WorkReport {
        let now = world.now()
        let outage = try await store.read { try $0.mailOutage() }
        if isProbing, outage != nil { try await working { try $0.hasten(.server, at: now) } }
        let isAny = try await store.read { try $0.hasDueMail(of: request, at: now) }
        guard isAny, isProbing || outage.map({ $0.probeAt <= now }) ?? true else { return WorkReport() }
        let round = MailRound(isProven: outage == nil)
        // Of a server that was away one mail asks whether it is back.
        if outage != nil { try await carry(round, of: request, bag: 1, while: { !round.isProven }) }
        guard !round.isOver else { return round.report }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<mailer.width {
                group.addTask { try await self.carry(round, of: request, bag: Self.bagSize, while: { true }) }
            }
            try await group.waitForAll()
        }
        return round.report
    }

    /// One courier: takes a bag of mails, hands them over one after the other, and
    /// settles each while it goes on with the next.
    private func carry(
        _ round: MailRound, of request: RequestID?, bag: Int, while isGoingOn: () -> Bool
    ) async throws {
        try await withThrowingDiscardingTaskGroup { settling in
            while isGoingOn(), !round.isOver, !Task.isCancelled {
                guard let taken = try await take(bag, of: request, round) else { return }
                for mail in taken {
                    switch mail {
                    case .broken(let effect, let why):
                        round.add(failures: 1)
                        settling.addTask { try await self.putOff(effect, why) }
                    case .ready(let effect, _) where round.isOver || Task.isCancelled:
                        settling.addTask { try await self.working { try $0.release(effect) } }
                    case .ready(let effect, let mail):
                        let failure = await failure(of: mail)
                        // Whoever was cut off has learned nothing about the server.
                        if failure?.cause == .server, Task.isCancelled {
                            settling.addTask { try await self.working { try $0.release(effect) } }
                            continue
                        }
                        try await settle(effect, failure, round, &settling)
                    }
                }
            }
        }
    }

    private func failure(of mail: Mail) async -> DeliveryFailure? {
        do throws(DeliveryFailure) { try await mailer.deliver(mail) } catch { return error }
        return nil
    }

    private func settle(
        _ effect: Effect, _ failure: DeliveryFailure?, _ round: MailRound,
        _ settling: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws {
        guard let failure else {
            round.add(effects: 1)
            let isBack = round.prove()
            settling.addTask {
                try await writing(by: .usher) { turn in
                    if isBack { try turn.endOutage() }
                    _ = try turn.transaction.settle(effect.key, as: .done, at: turn.now, note: nil)
                }
            }
            return
        }
        if failure.cause == .void {
            round.add(effects: 1)
            let now = world.now()
            settling.addTask {
                try await self.working { transaction in
                    _ = try transaction.settle(effect.key, as: .cancelled, at: now, note: failure.message)
                }
            }
            return
        }
        round.add(failures: 1)
        if failure.cause == .server { round.end() }
        // Of two that were under way the second finds what the first has written.
        try await failed(effect, failure, isBack: failure.cause != .server && round.prove())
    }

    // MARK: Taking

    /// - Returns: nil when nothing is due any more; what nobody needs is settled and left out.
    private func take(_ count: Int, of request: RequestID?, _ round: MailRound) async throws -> [Taken]? {
        let (lease, isGathering) = (leaseSeconds, post.isGathering)
        let (taken, void) = try await writing(by: .usher) { turn -> ([Taken]?, Int) in
            let claimed = try turn.transaction.claimMails(
                of: request, at: turn.now, limit: count, withFiles: !isGathering, leaseSeconds: lease)
            guard !claimed.isEmpty else { return (nil, 0) }
            var (taken, void): ([Taken], Int) = ([], 0)
            for effect in claimed {
                do {
                    if let why = try turn.whyNobodyNeeds(effect) {
                        _ = try turn.transaction.settle(effect.key, as: .cancelled, at: turn.now, note: why)
                        void += 1
                    } else if let mail = try turn.compose(effect) {
                        taken.append(.ready(effect, mail))
                    } else {
                        _ = try turn.transaction.settle(effect.key, as: .dropped, at: turn.now, note: "no recipient")
                        void += 1
                    }
                } catch {
                    // What cannot be composed now must not be the first in line for ever.
                    taken.append(.broken(effect, "\(error)"))
                }
            }
            return (taken, void)
        }
        round.add(effects: void)
        return taken
    }

    // MARK: Failures

    /// Keeps why a mail did not leave, and when it is tried again; parks what would
    /// be refused again, or has waited too long.
    private func failed(_ effect: Effect, _ failure: DeliveryFailure, isBack: Bool) async throws {
        let patience = settings.mailPatienceSeconds
        try await writing(by: .usher) { turn in
            if isBack { try turn.endOutage() }
            if failure.isPermanent { return try turn.refused(effect, failure) }
            var due = turn.now.adding(
                milliseconds: try MailPause.milliseconds(
                    afterTry: effect.tries + 1, longest: Self.longestPauseSeconds, of: effect.key))
            var since = effect.failingSince ?? turn.now
            if failure.cause == .server {
                let outage = try MailOutage.after(try turn.transaction.mailOutage(), failure.message, at: turn.now)
                try turn.transaction.setMailOutage(outage)
                due = outage.probeAt
                // What waited all the time without a try has waited as long.
                since = min(since, max(outage.since, effect.orderedAt))
                let limit = turn.now.adding(seconds: -patience)
                if outage.since <= limit {
                    try turn.transaction.parkMails(orderedBefore: limit, at: turn.now, note: failure.message)
                }
            }
            guard since.adding(seconds: patience) > turn.now else {
                return try turn.transaction.park(effect.key, failure.cause, at: turn.now, note: failure.message)
            }
            try turn.transaction.putOff(effect.key, failure.cause, since: since, until: due, error: failure.message)
        }
    }

    /// A mail that could not even be composed; the definition says how often.
    private func putOff(_ effect: Effect, _ why: String) async throws {
        let now = world.now()
        let tries = effect.tries + 1
        try await working { transaction in
            guard tries < effect.greatestTries else {
                return try transaction.park(effect.key, .content, at: now, note: why)
            }
            let pause = try MailPause.milliseconds(
                afterTry: tries, longest: Self.longestPauseSeconds, of: effect.key)
            try transaction.postpone(
                effect.key, until: now.adding(milliseconds: pause), tries: tries, error: why)
        }
    }
}

extension Turn {
    /// Why a mail says nothing any more that its reader could use; nil where it does.
    ///
    /// A question is void when its state is left, and a reminder while the question itself is
    /// still on its way, or came later than the reminder was ordered.
    func whyNobodyNeeds(_ effect: Effect) throws -> String? {
        guard let needed = effect.order.needed else { return nil }
        let isLeft: Bool
        var start = Timestamp(milliseconds: 0)
        if let file = effect.file {
            isLeft = try snapshot.requests(of: file, in: needed, limit: 1).isEmpty
        } else if let request = try effect.request.flatMap({ try snapshot.request($0) }) {
            let run = request.run
            isLeft = run.ended != nil || run.state != needed || run.enteredAt > effect.orderedAt
            start = run.enteredAt
        } else {
            isLeft = true
        }
        if isLeft { return "no longer needed: the request has left \(needed)" }
        let isTold = try snapshot.isToldMeanwhile(effect, since: start)
        return isTold ? "no longer needed: an earlier mail tells the same" : nil
    }
}

extension Writing {
    /// The server is there again: what found it away need not wait for its own next try.
    fileprivate func endOutage() throws {
        try transaction.setMailOutage(nil)
        try transaction.hasten(.server, at: now)
    }
}
