import Basics
import Directory
import Logging
import Onboarding
import Records
import TestSupport
import Testing

@testable import Web

@Suite("Couriers of webhooks", .timeLimit(.minutes(60)))
struct WebhookCourierTests {
    /// A bound, and no expectation.
    private func until(_ condition: () -> Bool) async throws {
        for _ in 0..<6_000 where !condition() { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test("tell who answers while every caller of those that failed waits for one that does not")
    func silent() async throws {
        let world = try await TestInstallation.withAcme()
        let now = world.clock.now
        try await world.store.write { transaction in
            for number in 0..<12 {
                try transaction.insert(
                    Webhook(
                        id: WebhookID(at: now, random: world.random.bytes), name: try DisplayName("Silent \(number)"),
                        address: "https://silent\(number).example/", signing: .hmac, organizations: [], types: [],
                        progress: Webhook.Progress(
                            position: 0, state: .failing, tries: 1, dueAt: now, failingSince: now), createdAt: now))
            }
        }
        for number in 0..<12 { world.receivers.silence("https://silent\(number).example/") }
        let lively = "https://lively.example/"
        _ = try await world.usher.addWebhook(WebhookDraft(name: "Lively", address: lively), by: world.owner)
        let couriers = WebhookCouriers(onboarding: world.usher, logger: Logger(label: "test"))
        let work = Task { try await couriers.run() }
        try await until { world.receivers.heldCount >= 8 }
        _ = try await world.usher.addCloud(organization: "acme", name: "New", cloudSlug: "new", by: world.owner)
        try await until { !world.receivers.calls(to: lively).isEmpty }
        #expect(world.receivers.calls(to: lively).count == 1)
        #expect(world.receivers.heldCount == 8)
        work.cancel()
        world.receivers.letGo()
        try await work.value
    }
}
