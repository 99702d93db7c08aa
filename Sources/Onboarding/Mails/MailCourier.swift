public import Basics
import Records
import Workflow

extension Onboarding {
    /// What somebody at a terminal waits for a mail server.
    private static var hurry: Duration { .seconds(2) }

    /// Has the mails sent that somebody's own change has just ordered.
    ///
    /// Where couriers wait it returns at once. Elsewhere it tries, for two seconds at most
    /// where a server has to answer; whatever is not sent by then stays due.
    func sendSoon(of request: RequestID?) async throws -> WorkReport {
        if post.isManned {
            post.ring()
            return WorkReport()
        }
        _ = try await deliverLogouts()
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
    public func deliverDue(of request: RequestID? = nil, isProbing: Bool = false) async throws -> WorkReport {
        let now = world.now()
        let outage = try await store.read { try $0.mailOutage() }
        if isProbing, outage != nil { try await working { try $0.hasten(.server, at: now) } }
        let isAny = try await store.read { try $0.hasDueMail(of: request, at: now) }
        guard isAny, isProbing || outage.map({ $0.probeAt <= now }) ?? true else { return WorkReport() }
        let courier = MailCourier(mailer: mailer, request: request, post: post, patience: settings.mailPatienceSeconds)
        return try await DeliveryRound(courier, of: self, isAway: outage != nil).deliver(bag: MailCourier.bagSize)
    }
}

private struct MailCourier: Courier {
    /// Mails that one courier takes with one commit.
    static let bagSize = 4
    /// A mail that a server puts off is tried again after an hour at the latest.
    private static let longestPauseSeconds: Int64 = 3_600

    let mailer: any Mailer
    /// Only its mails; nil for all.
    let request: RequestID?
    let post: PostOffice
    /// For how long a mail is tried, in seconds.
    let patience: Int64

    var width: Int { mailer.width }

    /// A claimed mail whose courier died is taken up again after
    /// this time: longer than a whole bag can take.
    private var leaseSeconds: Int64 { Int64(Self.bagSize) * mailer.longestTrySeconds + 60 }

    func take(_ count: Int, in turn: Writing) throws -> (taken: [Taken<Mail>], settled: Int)? {
        let claimed = try turn.transaction.claimMails(
            of: request, at: turn.now, limit: count, withFiles: !post.isGathering, leaseSeconds: leaseSeconds)
        guard !claimed.isEmpty else { return nil }
        let taken = claimed.compactMap { effect -> Taken<Mail>? in
            do {
                if let why = try turn.whyNobodyNeeds(effect) {
                    _ = try turn.transaction.settle(effect.key, as: .cancelled, at: turn.now, note: why)
                } else if let mail = try turn.compose(effect) {
                    return .ready(effect, mail)
                } else {
                    _ = try turn.transaction.settle(effect.key, as: .dropped, at: turn.now, note: "no recipient")
                }
                return nil
            } catch {
                // What cannot be composed now must not be the first in line for ever.
                return .broken(effect, "\(error)")
            }
        }
        return (taken, claimed.count - taken.count)
    }

    func deliver(_ mail: Mail) async throws(DeliveryFailure) { try await mailer.deliver(mail) }

    /// What found the server away need not wait for its own next try.
    func endOutage(in turn: Writing) throws {
        try turn.transaction.setMailOutage(nil)
        try turn.transaction.hasten(.server, at: turn.now)
    }

    /// Parks what would be refused again, or has waited too long.
    func failed(_ effect: Effect, _ failure: DeliveryFailure, in turn: Writing) throws {
        if failure.isPermanent { return try turn.refused(effect, failure) }
        var due = try nextTry(of: effect, at: turn.now)
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

    /// The definition says how often.
    func broken(_ effect: Effect, _ why: String, in turn: Writing) throws {
        let tries = effect.tries + 1
        guard tries < effect.greatestTries else {
            return try turn.transaction.park(effect.key, .content, at: turn.now, note: why)
        }
        let due = try nextTry(of: effect, at: turn.now)
        try turn.transaction.postpone(effect.key, until: due, tries: tries, error: why)
    }

    private func nextTry(of effect: Effect, at now: Timestamp) throws -> Timestamp {
        now.adding(
            milliseconds: try MailPause.milliseconds(
                afterTry: effect.tries + 1, longest: Self.longestPauseSeconds, of: effect.key))
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
