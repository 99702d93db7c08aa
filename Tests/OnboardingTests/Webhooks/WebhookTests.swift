import Basics
import Foundation
import OpenSSL
import Records
import TestSupport
import Testing

@testable import Onboarding

/// Helpers of tests about webhooks.
extension TestInstallation {
    static let console = "https://console.example/hooks"

    func webhook(
        _ name: String = "Console", _ signing: Webhook.Signing = .hmac, at address: String = console,
        organizations: [String] = [], types: [String] = []
    ) async throws -> (WebhookView, secret: String?) {
        let draft = WebhookDraft(
            name: name, address: address, signing: signing, organizations: organizations, types: types)
        return try await usher.addWebhook(draft, by: owner)
    }

    func state(of name: String = "Console") async throws -> Webhook.Progress {
        try await usher.webhook(name, by: owner).webhook.progress
    }

    /// What is told of a change: one each, without anybody's account.
    func change(_ number: Int, of organization: String = "acme") async throws {
        _ = try await usher.addCloud(
            organization: organization, name: "Cloud \(number)", cloudSlug: "c\(number)", by: owner)
    }

    /// What a feed tells after a position.
    func feed(after position: Int64, of organization: String? = nil) async throws -> [String] {
        try await usher.changes(after: position, of: organization, limit: 1_000, by: owner).events.map {
            String($0.position)
        }
    }
}

extension WebhookCall {
    var document: JSON {
        get throws { try JSON(reading: body.utf8, limits: JSON.Limits(values: 10_000)) }
    }

    /// As the feed numbers it.
    var position: String { get throws { try document["data"]["id"].text ?? "" } }
    var signed: String { "\(self[header: "webhook-id"]).\(self[header: "webhook-timestamp"]).\(body)" }
    var signatures: [String] { self[header: "webhook-signature"].split(separator: " ").map(String.init) }
}

@Suite("Webhooks", .timeLimit(.minutes(60)))
struct WebhookTests {
    private func hmac(_ call: WebhookCall, _ secret: String) throws -> String {
        let key = try #require(Data(base64Encoded: String(secret.dropFirst("whsec_".count))))
        #expect(secret.hasPrefix("whsec_") && key.count == 32)
        let code = try HMAC.code(for: Array(call.signed.utf8), key: Secret(Array(key)), hash: .sha256)
        return "v1,\(Data(code).base64EncodedString())"
    }

    private func isSigned(_ call: WebhookCall, by key: String) throws -> Bool {
        let key = try #require(Data(base64Encoded: String(key.dropFirst("whpk_".count))))
        return call.signatures.contains { signature in
            guard signature.hasPrefix("v1a,"), let bytes = Data(base64Encoded: String(signature.dropFirst(4))) else {
                return false
            }
            return SigningKey.verify(
                signature: Array(bytes), message: Array(call.signed.utf8), publicKey: Array(key))
        }
    }

    @Test("are told all that the feed tells, in its order, each once, and signed over the bytes that are sent")
    func told() async throws {
        let world = try await TestInstallation.withAcme()
        let (view, secret) = try await world.webhook()
        let start = view.webhook.progress.position
        try await world.account()
        world.clock.skip(seconds: 7)
        let report = try await world.usher.tellWebhooks()
        let calls = world.receivers.calls
        let feed = try await world.feed(after: start)
        #expect(feed.count >= 4 && report.effects == feed.count && report.failures == 0)
        #expect(try calls.map { try $0.position } == feed)
        #expect(Set(calls.map { $0[header: "webhook-id"] }).count == feed.count)
        for call in calls {
            let document = try call.document
            #expect(document["type"] == document["data"]["type"] && document["timestamp"] == document["data"]["at"])
            #expect(call[header: "webhook-timestamp"] == "\(world.clock.now.seconds)")
            #expect(call[header: "Content-Type"] == "application/json")
            #expect(!call[header: "webhook-id"].contains("."))
            #expect(try call.signatures == [hmac(call, try #require(secret))])
        }
        #expect(try await world.usher.tellWebhooks().isIdle)
        let progress = try await world.state()
        #expect(progress.state == .well && progress.toldAt == world.clock.now)
        // Nothing that is told is told of in turn: it ends.
        #expect(try await world.feed(after: progress.position).isEmpty)
    }

    @Test("are signed by Ed25519 where that is wished, by a key that anybody may know")
    func ed25519() async throws {
        let world = try await TestInstallation.withAcme()
        let (view, secret) = try await world.webhook("Mirror", .ed25519)
        let key = try #require(view.publicKey)
        #expect(secret == nil && key.hasPrefix("whpk_"))
        try await world.change(1)
        _ = try await world.usher.tellWebhooks()
        let call = try #require(world.receivers.calls.first)
        #expect(try isSigned(call, by: key))
        #expect(try await world.usher.webhook("Mirror", by: world.owner).publicKey == key)
    }

    @Test("are signed by the key before, too, for a day after it was made anew")
    func rotation() async throws {
        let world = try await TestInstallation.withAcme()
        let (_, first) = try await world.webhook()
        let (_, second) = try await world.usher.rotateWebhook("Console", by: world.owner)
        let (old, new) = (try #require(first), try #require(second))
        #expect(old != new)
        try await world.change(1)
        world.clock.skip(seconds: 86_399)
        _ = try await world.usher.tellWebhooks()
        let call = try #require(world.receivers.calls.last)
        #expect(try call.signatures == [hmac(call, new), hmac(call, old)])
        try await world.change(2)
        world.clock.skip(seconds: 1)
        _ = try await world.usher.tellWebhooks()
        let later = try #require(world.receivers.calls.last)
        #expect(try later.signatures == [hmac(later, new)])
    }

    @Test("tell nobody what is not theirs: by organization, and by type")
    func filters() async throws {
        let world = try await TestInstallation.withAcme()
        try await world.organization("globex")
        let hooks = (acme: "https://acme.example/", types: "https://types.example/", all: "https://all.example/")
        let (view, _) = try await world.webhook("Acme", at: hooks.acme, organizations: ["acme"])
        _ = try await world.webhook("Types", at: hooks.types, types: ["grant.begin", "cloud.add"])
        _ = try await world.webhook("All", at: hooks.all)
        let start = view.webhook.progress.position
        try await world.account()
        try await world.change(1, of: "globex")
        _ = try await world.usher.tellWebhooks()
        let of = { (address: String) in try world.receivers.calls(to: address).map { try $0.position } }
        #expect(try await of(hooks.acme) == world.feed(after: start, of: "acme"))
        #expect(try await of(hooks.all) == world.feed(after: start))
        let types = try world.receivers.calls(to: hooks.types).map { try $0.document["type"].text }
        #expect(types == ["grant.begin", "grant.begin", "cloud.add"])
        // Who is told nothing of it is where the others are.
        let end = try await world.state(of: "All").position
        #expect(try await world.state(of: "Acme").position == end)
    }

    @Test("are found at once behind thousands of entries that are none of their business")
    func farAway() async throws {
        let world = try await TestInstallation.withAcme()
        _ = try await world.webhook(types: ["cloud.add"])
        let now = world.clock.now
        try await world.store.write { transaction in
            for _ in 0..<6_000 { try transaction.audit(AuditNote("webhook.start", subject: "x"), by: .usher, at: now) }
        }
        try await world.change(1)
        _ = try await world.usher.tellWebhooks()
        #expect(world.receivers.calls.count == 1)
    }

    @Test("are refused where they cannot be, with every fault, and leave nothing behind")
    func refusals() async throws {
        let world = try await TestInstallation.withAcme()
        world.receivers.refuse("inside.example", "inside.example leads to 10.0.0.1.")
        let wrong = [
            ("http://console.example/", "invalid_address"), ("https://", "invalid_address"),
            ("console.example", "invalid_address"), ("https://u:p@console.example/", "invalid_address"),
            ("https://console.example/#x", "invalid_address"), ("file:///etc/passwd", "invalid_address"),
            ("https://console.example:0/", "invalid_address"), ("https://a.example/\u{e9}", "invalid_address"),
            ("https://\(String(repeating: "a", count: 500)).example/", "invalid_address"),
            ("https://inside.example/", "forbidden_address"),
        ]
        for (address, code) in wrong {
            do {
                _ = try await world.webhook("=x", at: address, organizations: ["nobody"], types: ["grant.dance"])
                Issue.record("\(address) was taken")
            } catch let fault as Fault {
                #expect(
                    fault.faults.map { "\($0.field) \($0.code)" } == [
                        "name formula", "types[0] unknown", "address \(code)", "organizations unknown",
                    ], "\(address)")
            }
        }
        #expect(try await world.usher.webhooks(PageRequest(), by: world.owner).items.isEmpty)
        _ = try await world.webhook()
        await expectRefusal(.conflict) { _ = try await world.webhook() }
        await expectRefusal(.invalid) {
            _ = try await world.usher.changeWebhook(
                "Console", WebhookChange(address: "https://inside.example/"), by: world.owner)
        }
        #expect(try await world.usher.webhook("Console", by: world.owner).webhook.address == TestInstallation.console)
        await expectRefusal(.notFound) { _ = try await world.usher.stopWebhook("Nobody", by: world.owner) }
    }

    @Test("are operators' business alone, and leave an entry for each change")
    func authority() async throws {
        let world = try await TestInstallation.withAcme()
        let rita = try await world.actor("rita@acme.example")
        _ = try await world.webhook()
        for actor in [rita, try await world.actor("marie@provider.example")] {
            await expectRefusal(.forbidden) { _ = try await world.usher.webhooks(PageRequest(), by: actor) }
            await expectRefusal(.forbidden) { _ = try await world.usher.testWebhook("Console", by: actor) }
        }
        try await world.operatorByDuty()
        let stale = try await world.actor("olga@provider.example", fresh: false)
        await expectRefusal(.unauthenticated) { _ = try await world.usher.stopWebhook("Console", by: stale) }
        let olga = try await world.actor("olga@provider.example")
        _ = try await world.usher.changeWebhook("Console", WebhookChange(types: ["cloud.add"]), by: olga)
        _ = try await world.usher.rotateWebhook("Console", by: olga)
        _ = try await world.usher.stopWebhook("Console", by: olga)
        _ = try await world.usher.startWebhook("Console", by: olga)
        _ = try await world.usher.replayWebhook("Console", from: 0, by: olga)
        _ = try await world.usher.removeWebhook("Console", reason: "Replaced.", by: olga)
        let trail = try await world.trail().filter { $0.action.hasPrefix("webhook.") }
        #expect(
            trail.map(\.action)
                == ["add", "set", "rotate", "stop", "start", "replay", "remove"].map { "webhook.\($0)" })
        #expect(Set(trail.map(\.subject)).count == 1 && trail.last?.detail == "Replaced.")
        // Neither the database nor the trail holds a secret.
        let (_, secret) = try await world.webhook()
        let text = try #require(secret).dropFirst("whsec_".count)
        #expect(try world.databaseBytes().range(of: Data(text.utf8)) == nil)
    }
}
