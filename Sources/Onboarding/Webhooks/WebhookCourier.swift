import Basics
import Directory
public import Records

/// What one webhook has to be told now, held by whoever tells it.
public struct WebhookBag: Sendable {
    var webhook: Webhook
    fileprivate let events: [ChangeEvent]
    /// Where it is when all of them are told.
    fileprivate let position: Int64

    /// Of the webhook: its address may hold what opens it.
    public var name: String { webhook.name.text }
}

/// How telling one receiver went.
public struct WebhookTold: Sendable {
    /// Changes that it took.
    public fileprivate(set) var taken = 0
    /// Why it took no more, in a sentence; nil where it took everything.
    public fileprivate(set) var failure: String?
}

/// What a look for webhooks found.
public struct WebhookRound: Sendable {
    public let bags: [WebhookBag]
    /// Where the trail ended.
    public let end: Int64
    /// Whether more may be due than was looked at.
    public let hasMore: Bool
}

/// Tells receivers what changes, each in its order: it goes on only with what was taken.
extension Onboarding {
    /// Changes that are read for one receiver at once: how things stand may be so many calls old.
    fileprivate static var bagSize: Int { 20 }
    /// After so many changes it is others' turn.
    private static var greatestRun: Int { 500 }
    /// Longer than a call may take, by any node's clock; each call that was taken extends it.
    fileprivate static var leaseSeconds: Int64 { 60 }
    /// Pages of the trail that are looked at for one receiver in one transaction.
    fileprivate static var pagesAtOnce: Int { 5 }
    private static var webhooksAtOnce: Int { 200 }
    /// To operators by duty, of a webhook that is told nothing any more: once, however much waits for it.
    fileprivate static var lostTemplate: String { "webhook-lost" }

    /// Takes webhooks that are due, so that nobody else tells them for now.
    ///
    /// Those that nothing happened for move on, and nobody holds them. Where nothing is due nothing is written.
    public func takeWebhooks(_ state: Webhook.State, _ count: Int) async throws -> WebhookRound {
        let (end, isDue) = try await reading(by: .usher) { turn in
            let end = try turn.trailEnd
            return (end, try !turn.snapshot.dueWebhooks(state, at: turn.now, before: end, limit: 1).isEmpty)
        }
        guard isDue else { return WebhookRound(bags: [], end: end, hasMore: false) }
        return try await writing(by: .usher) { turn in
            let end = try turn.trailEnd
            let due = try turn.snapshot.dueWebhooks(state, at: turn.now, before: end, limit: Self.webhooksAtOnce)
            var (bags, hasMore): ([WebhookBag], Bool) = ([], due.count == Self.webhooksAtOnce)
            for webhook in due where bags.count < count {
                guard var bag = try turn.bag(for: webhook, end, &hasMore) else { continue }
                let until = turn.now.adding(seconds: Self.leaseSeconds)
                guard let held = try turn.transaction.claim(webhook, until: until) else { continue }
                bag.webhook = held
                bags.append(bag)
            }
            return WebhookRound(bags: bags, end: end, hasMore: hasMore || bags.count == count)
        }
    }

    /// Tells one receiver what was taken for it, and what comes after, until it is told all or fails.
    ///
    public func tell(_ first: WebhookBag) async throws -> WebhookTold {
        var (bag, told) = (first, WebhookTold())
        while true {
            for (index, event) in bag.events.enumerated() {
                let call = try WebhookMessage(event, to: bag.webhook).call(to: bag.webhook, keys, at: world.now())
                let answer = await caller.call(call)
                guard answer.isTaken else {
                    try await untold(bag.webhook, answer)
                    if answer != .cancelled { told.failure = answer.failure }
                    return told
                }
                told.taken += 1
                let isLast = index == bag.events.count - 1
                let (webhook, position) = (bag.webhook, isLast ? bag.position : event.position)
                let isWilling = told.taken < Self.greatestRun
                let held = try await settled { try $0.told(webhook, upTo: position, goesOn: isWilling || !isLast) }
                guard let held else { return told }
                bag.webhook = held
            }
            guard told.taken < Self.greatestRun else { return told }
            let webhook = bag.webhook
            let next = try await settled { turn in
                // What is not looked at now is due still.
                var hasMore = false
                return try turn.bag(for: webhook, turn.trailEnd, &hasMore)
            }
            guard let next else { return told }
            bag = next
        }
    }

    /// Tells everybody what is due, and returns when nothing is left that can be told now.
    public func tellWebhooks(atOnce width: Int = 8) async throws -> WorkReport {
        var total = WorkReport()
        for state in [Webhook.State.failing, .well] {
            var hasMore = true
            while hasMore {
                let round = try await takeWebhooks(state, width)
                try await withThrowingTaskGroup(of: WebhookTold.self) { group in
                    for bag in round.bags { group.addTask { try await tell(bag) } }
                    for try await told in group {
                        total.effects += told.taken
                        if told.failure != nil { total.failures += 1 }
                    }
                }
                hasMore = round.hasMore || !round.bags.isEmpty
            }
        }
        return total
    }

    private func untold(_ webhook: Webhook, _ answer: WebhookAnswer) async throws {
        let chance = world.random(2).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        try await settled { turn in
            guard answer != .cancelled else {
                _ = try turn.transaction.keep(webhook.progress, of: webhook, heldUntil: nil)
                return
            }
            let progress = WebhookSchedule.failed(webhook.progress, answer, at: turn.now, chance: chance)
            if progress.state.isTold {
                _ = try turn.transaction.keep(progress, of: webhook, heldUntil: nil)
            } else {
                try turn.giveUp(webhook, progress)
            }
        }
    }

    /// How long it is tried to write down what a receiver has taken: only this process knows.
    private static var patience: Duration { .seconds(40) }

    private func settled<Value: Sendable>(
        _ body: @escaping @Sendable (Writing) throws -> Value
    ) async throws -> Value {
        let start = ContinuousClock.now
        while true {
            do { return try await writing(by: .usher, body) } catch let outage as Fault
                where outage.code == .unavailable && post.isManned && ContinuousClock.now - start < Self.patience
            {
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}

extension Turn {
    fileprivate var trailEnd: Int64 { get throws { try snapshot.lastAuditEntry()?.sequence ?? 0 } }
}

extension Writing {
    /// What a webhook has to be told next; where that is nothing it moves on, and nobody holds it.
    ///
    /// - Parameter hasMore: set where there is more of the trail than was looked at.
    fileprivate func bag(for webhook: Webhook, _ end: Int64, _ hasMore: inout Bool) throws -> WebhookBag? {
        var wish = ChangeWish(
            position: webhook.progress.position,
            organizations: webhook.organizations.isEmpty ? nil : webhook.organizations, limit: Onboarding.bagSize)
        if !webhook.types.isEmpty { wish.types = Set(webhook.types) }
        for _ in 0..<Onboarding.pagesAtOnce {
            let page = try changes(wish, end: end)
            wish.position = page.position
            if !page.events.isEmpty {
                return WebhookBag(webhook: webhook, events: page.events, position: page.position)
            }
            guard page.hasMore else { break }
        }
        if wish.position < end { hasMore = true }
        let progress = Webhook.Progress(position: wish.position, dueAt: now, toldAt: webhook.progress.toldAt)
        _ = try transaction.keep(progress, of: webhook, heldUntil: nil)
        return nil
    }

    /// - Parameter goesOn: whether it is held for the next one.
    /// - Returns: how it is then; nil if somebody else took it meanwhile.
    fileprivate func told(_ webhook: Webhook, upTo position: Int64, goesOn: Bool) throws -> Webhook? {
        var webhook = webhook
        webhook.progress = Webhook.Progress(position: position, dueAt: now, toldAt: now)
        let end = goesOn ? now.adding(seconds: Onboarding.leaseSeconds) : nil
        return try transaction.keep(webhook.progress, of: webhook, heldUntil: end) ? webhook : nil
    }

    /// It is told nothing any more until an operator starts it again; those by duty hear of it.
    fileprivate func giveUp(_ webhook: Webhook, _ progress: Webhook.Progress) throws {
        guard try webhooks.stop(webhook, progress) else { return }
        // By its name alone: an address may hold what opens it.
        let words = "\(webhook.name): \(progress.error ?? "")"
        try transaction.insert(
            working(.operator, towards: nil).map {
                usher.notice(
                    Onboarding.lostTemplate, to: $0.id, at: now,
                    occasion: "\(webhook.id)/\(now.milliseconds)", comment: words)
            })
    }
}
