import Basics
import Directory
import Foundation
import Records
import Synchronization
import TestSupport
import Testing

@testable import Onboarding

/// A store that counts its transactions.
private final class CountingStore: Store {
    private let store: any Store
    private let counts = Mutex((reads: 0, writes: 0))

    init(_ store: any Store) { self.store = store }

    var writes: Int { counts.withLock { $0.writes } }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        counts.withLock { $0.writes += 1 }
        return try await store.write(body)
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (any Snapshot) throws -> Result) async throws -> Result {
        counts.withLock { $0.reads += 1 }
        return try await store.read(body)
    }
}

@Suite("Webhooks that do not take what they are told", .timeLimit(.minutes(60)))
struct WebhookRetryTests {
    private let console = TestInstallation.console

    /// Goes on as time goes by, from one try to the next.
    private func wait(_ world: TestInstallation, seconds: Int64) async throws {
        let end = world.clock.now.adding(seconds: seconds)
        while true {
            let progress = try await world.state()
            guard progress.state == .failing, progress.dueAt < end else { break }
            world.clock.set(max(progress.dueAt, world.clock.now))
            _ = try await world.usher.tellWebhooks()
        }
        world.clock.set(end)
        _ = try await world.usher.tellWebhooks()
    }

    @Test("get everything after two days, in order, and nothing under two ids")
    func twoDays() async throws {
        let world = try await TestInstallation.withAcme()
        let start = try await world.webhook().0.webhook.progress.position
        world.receivers.answer(.failed("Nobody answers."), at: console)
        for number in 0..<24 {
            try await world.change(number)
            try await wait(world, seconds: 7_200)
        }
        let tries = world.receivers.calls
        #expect(Set(tries.map { $0[header: "webhook-id"] }).count == 1, "others came before the first was taken")
        // 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 5 h, 10 h, then 12 h each, a fifth more at most.
        #expect((10...12).contains(tries.count), "\(tries.count)")
        #expect(Set(tries.map { $0[header: "webhook-timestamp"] }).count == tries.count)
        let progress = try await world.state()
        #expect(progress.state == .failing && progress.error == "Nobody answers." && progress.position == start)

        world.receivers.answer(.status(200), at: console)
        world.receivers.forget()
        try await wait(world, seconds: 86_400)
        let calls = world.receivers.calls
        #expect(try await calls.map { try $0.position } == world.feed(after: start))
        #expect(calls.count == 24 && Set(calls.map { $0[header: "webhook-id"] }).count == 24)
        #expect(calls.first?[header: "webhook-id"] == tries.first?[header: "webhook-id"])
        let after = try await world.state()
        #expect(after.state == .well && after.tries == 0 && after.error == nil && after.failingSince == nil)
    }

    @Test("are given up after five days, visibly, and go on where they were when they are started")
    func givenUp() async throws {
        let world = try await TestInstallation.withAcme()
        _ = try await world.webhook()
        world.receivers.answer(.status(500), at: console)
        try await world.change(1)
        _ = try await world.usher.tellWebhooks()
        try await wait(world, seconds: 5 * 86_400 - 60)
        #expect(try await world.state().state == .failing)
        #expect(try await world.usher.workload().webhooks == WebhookCounts(failing: 1, lost: 0))
        try await wait(world, seconds: 86_400)
        let progress = try await world.state()
        #expect(progress.state == .givenUp && progress.error == "It answered 500.")
        #expect(try await world.usher.workload().webhooks == WebhookCounts(failing: 0, lost: 1))
        let entry = try #require(try await world.trail().last { $0.action == "webhook.stop" })
        #expect(entry.actor == .usher && entry.detail == "given_up: It answered 500.")
        let tries = world.receivers.calls.count
        try await wait(world, seconds: 30 * 86_400)
        #expect(world.receivers.calls.count == tries)

        world.receivers.answer(.status(204), at: console)
        _ = try await world.usher.startWebhook("Console", by: world.owner)
        _ = try await world.usher.tellWebhooks()
        #expect(world.receivers.calls.count == tries + 1)
        #expect(try await world.state().state == .well)
    }

    @Test("are told of by one mail to each operator by duty when they are lost, whatever number of processes tell them")
    func mailed() async throws {
        let world = try await TestInstallation.withAcme()
        try await world.operatorByDuty()
        let other = try world.opened()
        _ = try await world.webhook(at: "https://console.example/hooks?key=hush")
        world.receivers.answer(.status(410), at: "https://console.example/hooks?key=hush")
        func mails() async throws -> [Mail] {
            _ = try await world.usher.deliverDue()
            return world.mailer.mails(to: "olga@provider.example").filter { $0.template == "webhook-lost" }
        }
        for number in 0..<3 { try await world.change(number) }
        async let first = world.usher.tellWebhooks()
        async let second = other.usher.tellWebhooks()
        _ = try await (first, second)
        world.clock.skip(hours: 1)
        _ = try await world.usher.tellWebhooks()
        let sent = try await mails()
        #expect(sent.map { $0.text("comment") } == ["Console: It answered 410: it is gone."])
        for email in ["marie@provider.example", "rita@acme.example"] {
            #expect(!world.mailer.templates(to: email).contains("webhook-lost"))
        }
        // Started and lost again, it is told of again.
        _ = try await world.usher.startWebhook("Console", by: world.owner)
        _ = try await world.usher.tellWebhooks()
        #expect(try await mails().count == 2)
    }

    @Test("are told nothing any more once they answered that they are gone")
    func gone() async throws {
        let world = try await TestInstallation.withAcme()
        _ = try await world.webhook()
        world.receivers.answer(.status(410), at: console)
        for number in 0..<3 { try await world.change(number) }
        try await wait(world, seconds: 86_400)
        let progress = try await world.state()
        #expect(world.receivers.calls.count == 1 && progress.state == .gone)
        #expect(try await world.trail().last?.detail == "gone: It answered 410: it is gone.")
    }

    @Test(
        "fail by every answer that is no 2xx, redirects too", arguments: [100, 199, 300, 301, 302, 307, 400, 429, 503])
    func statuses(status: Int) async throws {
        let world = try await TestInstallation.withAcme()
        _ = try await world.webhook()
        world.receivers.answer(.status(status), at: console)
        try await world.change(1)
        #expect(try await world.usher.tellWebhooks().failures == 1)
        let progress = try await world.state()
        #expect(progress.state == .failing && progress.tries == 1)
        #expect(progress.error?.contains("\(status)") == true)
    }

    @Test("wait longer after each failure, by chance a fifth more at most, and half a day at last")
    func schedule() {
        var total: Int64 = 0
        for tries in Int64(1)...40 {
            let least = WebhookSchedule.pause(afterFailures: tries, chance: 0)
            let most = WebhookSchedule.pause(afterFailures: tries, chance: 65_535)
            #expect(most > least && most < least + least / 5)
            #expect(least >= WebhookSchedule.pause(afterFailures: tries - 1, chance: 0))
            total += least
        }
        #expect(WebhookSchedule.pause(afterFailures: 1, chance: 0) == 5_000)
        #expect(WebhookSchedule.pause(afterFailures: 40, chance: 0) == 43_200_000)
    }

    @Test("are told again what was asked for, under the same ids, and nothing while they are stopped")
    func replay() async throws {
        let world = try await TestInstallation.withAcme()
        let start = try await world.webhook().0.webhook.progress.position
        for number in 0..<5 { try await world.change(number) }
        _ = try await world.usher.tellWebhooks()
        let first = world.receivers.calls.map { $0[header: "webhook-id"] }
        world.receivers.forget()
        _ = try await world.usher.stopWebhook("Console", by: world.owner)
        _ = try await world.usher.replayWebhook("Console", from: start + 2, by: world.owner)
        _ = try await world.usher.tellWebhooks()
        #expect(world.receivers.calls.isEmpty)
        _ = try await world.usher.startWebhook("Console", by: world.owner)
        _ = try await world.usher.tellWebhooks()
        let again = world.receivers.calls.map { $0[header: "webhook-id"] }
        #expect(first.count == 5 && again.count < 5 && !again.isEmpty)
        #expect(Array(first.suffix(again.count)) == again)
        let end = try #require(try await world.trail().last?.sequence)
        await expectRefusal(.invalid) {
            _ = try await world.usher.replayWebhook("Console", from: end + 1, by: world.owner)
        }
    }

    // MARK: Several processes

    @Test("are told by one process at a time, and by another under the same id where the first was struck")
    func processes() async throws {
        let world = try await TestInstallation.withAcme()
        let other = try world.opened()
        _ = try await world.webhook()
        for number in 0..<3 { try await world.change(number) }
        let mine = try await world.usher.takeWebhooks(.well, 8)
        #expect(mine.bags.count == 1)
        #expect(try await other.usher.takeWebhooks(.well, 8).bags.isEmpty)
        // The first has told one, and was struck before it could write that down; its lease runs out.
        world.receivers.interrupt {
            world.clock.skip(seconds: 61)
            _ = try await other.usher.tellWebhooks()
        }
        _ = try await world.usher.tell(try #require(mine.bags.first))
        let ids = world.receivers.calls.map { $0[header: "webhook-id"] }
        #expect(ids.count == 4 && Set(ids).count == 3 && ids[0] == ids[1])
        // What the first says afterwards counts no more.
        let progress = try await world.state()
        #expect(try await world.feed(after: progress.position).isEmpty && progress.state == .well)
        #expect(try await world.usher.tellWebhooks().isIdle)
    }

    @Test("are each told once by two processes that work at the same time")
    func together() async throws {
        let world = try await TestInstallation.withAcme()
        let other = try world.opened()
        for number in 0..<20 { _ = try await world.webhook("Hook \(number)", at: "https://h\(number).example/") }
        for number in 0..<5 { try await world.change(number) }
        async let first = world.usher.tellWebhooks()
        async let second = other.usher.tellWebhooks()
        let told = try await first.effects + second.effects
        let calls = world.receivers.calls
        #expect(told == 100 && calls.count == 100)
        #expect(Set(calls.map { $0[header: "webhook-id"] }).count == 100)
        for number in 0..<20 {
            let positions = try world.receivers.calls(to: "https://h\(number).example/").map { try $0.position }
            #expect(positions.count == 5 && positions == positions.sorted())
        }
    }

    @Test("let an operator's word count that comes while they are called")
    func steered() async throws {
        let world = try await TestInstallation.withAcme()
        _ = try await world.webhook()
        for number in 0..<3 { try await world.change(number) }
        world.receivers.interrupt { _ = try await world.usher.stopWebhook("Console", by: world.owner) }
        _ = try await world.usher.tellWebhooks()
        #expect(world.receivers.calls.count == 1)
        #expect(try await world.state().state == .stopped)
    }

    @Test("cost nothing while they wait, ten thousand of them, and keep no mail waiting")
    func crowd() async throws {
        let world = try await TestInstallation.withAcme()
        let now = world.clock.now
        try await world.store.write { transaction in
            for number in 0..<10_000 {
                let id = WebhookID(at: now, random: world.random.bytes)
                try transaction.insert(
                    Webhook(
                        id: id, name: try DisplayName("Hook \(number)"), address: "https://h\(number).example/",
                        signing: .hmac, organizations: [], types: [],
                        progress: Webhook.Progress(
                            position: 0, state: .failing, tries: 9, dueAt: now.adding(seconds: 3_600), failingSince: now
                        ),
                        createdAt: now))
            }
        }
        let counting = CountingStore(world.store)
        let usher = world.usher.with(counting)
        for _ in 0..<10 {
            #expect(try await usher.takeWebhooks(.failing, 8).bags.isEmpty)
            #expect(try await usher.takeWebhooks(.well, 8).bags.isEmpty)
        }
        #expect(counting.writes == 0)
        // All at once: a look takes as many as are called at once, and one write each settles them.
        world.clock.skip(seconds: 3_600)
        _ = try await world.submit("bert@acme.example")
        world.mailer.forget()
        let round = try await usher.takeWebhooks(.failing, 8)
        #expect(round.bags.count == 8 && round.hasMore && counting.writes == 1)
        for bag in round.bags {
            world.receivers.answer(.failed("away"), at: bag.webhook.address)
            _ = try await usher.tell(bag)
        }
        #expect(counting.writes == 9 && world.receivers.calls.count == 8)
        // Whatever waits there, those that fare well are looked for apart from it, and mails, too.
        #expect(try await usher.takeWebhooks(.well, 8).bags.isEmpty && counting.writes == 9)
        _ = try await world.usher.deliverDue()
        #expect(world.receivers.calls.count == 8)
    }
}

extension Onboarding {
    /// The same on another store.
    fileprivate func with(_ store: any Store) -> Onboarding {
        Onboarding(
            store: store, world: world, catalogue: catalogue, library: library, calendars: calendars, keys: keys,
            passwords: passwords, hasher: hasher, mailer: mailer, heads: heads, settings: settings, post: post,
            caller: caller)
    }
}
