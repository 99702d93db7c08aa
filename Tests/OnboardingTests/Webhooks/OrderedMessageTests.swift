import Basics
import Directory
import Foundation
import Records
import TestSupport
import Testing
import Workflow

@testable import Onboarding

@Suite("Messages that workflows tell", .timeLimit(.minutes(60)))
struct OrderedMessageTests {
    private let acme = "https://acme.example/"
    private let wanted = "workflow.laptop_wanted"

    /// Where `account-request` tells that a laptop is wanted, and that it is not any more.
    private func telling() async throws -> TestInstallation {
        let changes = [
            ("version: 2", "version: 9"),
            ("effects:\n", "messages: {laptop_wanted: Make one ready., laptop_spared: None is needed.}\neffects:\n"),
            ("effects:\n", "effects:\n  webhook: {key: [request, round, message], tries: 8, then: park}\n"),
            ("  provisioning:\n", "  provisioning:\n    enter: [{tell: laptop_wanted}]\n"),
            ("enter: [{send: withdrawn", "enter: [{tell: laptop_spared}, {send: withdrawn"),
        ]
        let workflows = TestInstallation.shippedWorkflows.map { file, text in
            guard file.hasSuffix("account-request.yaml") else { return (file: file, text: text) }
            return (file: file, text: changes.reduce(text) { $0.replacing($1.0, with: $1.1, maxReplacements: 1) })
        }
        return try await TestInstallation.withAcme().opened(workflows: workflows)
    }

    private func messages(_ world: TestInstallation, to address: String) throws -> [JSON] {
        try world.receivers.calls(to: address).map { try $0.document }.filter {
            $0["type"].text?.hasPrefix("workflow.") == true
        }
    }

    private func told(_ world: TestInstallation) async throws -> [AuditEntry] {
        try await world.trail().filter { $0.action == "message.tell" }
    }

    private func note(_ world: TestInstallation, of id: RequestID) async throws -> [String] {
        try await world.view(id).history?.filter { $0.event == "webhook.told" }.compactMap(\.note) ?? []
    }

    @Test("reach whoever hears of the organization and of the type, each once, in the order of all else")
    func reach() async throws {
        let world = try await telling()
        try await world.organization("globex")
        let start = try await world.webhook("Acme", at: acme, organizations: ["acme"]).0.webhook.progress.position
        _ = try await world.webhook("Globex", at: "https://globex.example/", organizations: ["globex"])
        _ = try await world.webhook("Laptops", at: "https://laptops.example/", types: [wanted])
        _ = try await world.webhook("Grants", at: "https://grants.example/", types: ["grant.begin"])
        let id = try await world.submit()
        try await world.approve(id)
        _ = try await world.usher.tellWebhooks()
        for address in [acme, "https://laptops.example/"] {
            let told = try messages(world, to: address)
            #expect(told.map { $0["type"].text } == [wanted])
        }
        for address in ["https://globex.example/", "https://grants.example/"] {
            #expect(try messages(world, to: address).isEmpty)
        }
        #expect(world.receivers.calls(to: "https://laptops.example/").count == 1)
        #expect(
            try await world.receivers.calls(to: acme).map { try $0.position } == world.feed(after: start, of: "acme"))
        #expect(try await told(world).count == 1)
        #expect(try await note(world, of: id) == ["laptop_wanted: 2 webhooks hear of it"])
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("say what the request is about, and neither a secret nor what people wrote")
    func payload() async throws {
        let world = try await telling()
        _ = try await world.webhook(at: acme)
        let id = try await world.submit()
        try await world.approve(id)
        _ = try await world.usher.tellWebhooks()
        let message = try #require(try messages(world, to: acme).first)
        let data = message["data"]
        #expect(message["type"] == data["type"] && message["timestamp"] == data["at"])
        #expect(data["organization"].text == "acme" && data["request"].text == id.text)
        #expect(data["state"].text == "provisioning")
        let subject = data["subject"]
        #expect(subject["type"].text == "request" && subject["id"].text == id.text)
        let request = subject["request"]
        #expect(request["workflow"].text == "account-request" && request["version"].number == 9)
        #expect(request["person"]["email"].text == "alice@acme.example" && request["itemCount"].number == 2)
        #expect(request["items"].elements.compactMap { $0["cloud"].text } == ["acme/prod", "acme/default"])
        let reason = try await world.store.read { try $0.request(id)?.reason ?? "" }
        #expect(!reason.isEmpty)
        for secret in [reason, "token", "invitation/", "password"] { #expect(!message.compact.contains(secret)) }
    }

    @Test("keep their id from try to try, and are told after the receiver was away for days")
    func retried() async throws {
        let world = try await telling()
        _ = try await world.webhook(at: acme, types: [wanted])
        world.receivers.answer(.status(500), at: acme)
        try await world.approve(try await world.submit())
        for seconds in [0, 10, 60, 86_400] as [Int64] {
            world.clock.skip(seconds: seconds)
            _ = try await world.usher.tellWebhooks()
        }
        world.receivers.answer(.status(204), at: acme)
        world.clock.skip(seconds: 86_400)
        _ = try await world.usher.tellWebhooks()
        let ids = world.receivers.calls(to: acme).map { $0[header: "webhook-id"] }
        #expect(ids.count > 3 && Set(ids).count == 1)
        #expect(try await world.usher.tellWebhooks().isIdle)
    }

    @Test("are nothing to do where no webhook hears of them, and the history says so; a later replay has them")
    func nobody() async throws {
        let world = try await telling()
        _ = try await world.organization("globex")
        _ = try await world.webhook("Globex", at: "https://globex.example/", organizations: ["globex"])
        let id = try await world.submit()
        try await world.approve(id)
        #expect(
            try await note(world, of: id)
                == ["laptop_wanted: no webhook hears of it, so there was nothing to tell"])
        #expect(try await world.usher.effects(.parked, PageRequest(), by: world.owner).items.isEmpty)
        _ = try await world.webhook(at: acme, types: [wanted])
        _ = try await world.usher.tellWebhooks()
        #expect(world.receivers.calls(to: acme).isEmpty)
        _ = try await world.usher.replayWebhook("Console", from: 0, by: world.owner)
        _ = try await world.usher.tellWebhooks()
        #expect(try messages(world, to: acme).count == 1)
    }

    @Test("wait for a webhook that is stopped, and are told of a request that was withdrawn meanwhile, in order")
    func stopped() async throws {
        let world = try await telling()
        _ = try await world.webhook(at: acme, types: [wanted, "workflow.laptop_spared"])
        _ = try await world.usher.stopWebhook("Console", by: world.owner)
        let id = try await world.submit()
        try await world.approve(id)
        _ = try await world.usher.cancel(id, by: try await world.actor("rita@acme.example"))
        _ = try await world.usher.tellWebhooks()
        #expect(world.receivers.calls.isEmpty)
        let waits = "1 webhook hears of it, not started: 1"
        #expect(try await note(world, of: id) == ["laptop_wanted: \(waits)", "laptop_spared: \(waits)"])
        _ = try await world.usher.startWebhook("Console", by: world.owner)
        _ = try await world.usher.tellWebhooks()
        let told = try messages(world, to: acme).map(\.["data"])
        #expect(told.map { $0["state"].text } == ["provisioning", "cancelled"])
        #expect(told.allSatisfy { $0["subject"]["request"]["ended"].text == "withdrawn" })
    }

    @Test("are each one entry of the trail, whatever number of processes find the effect at the same moment")
    func once() async throws {
        let world = try await telling()
        let other = try world.opened()
        let id = try await world.submit()
        let now = world.clock.now
        try await world.store.write { transaction in
            try transaction.insert(
                (0..<20).map { number in
                    Effect(
                        key: EffectKey(.request(id), "webhook/\(number)/laptop_wanted").text, request: id,
                        kind: "webhook", order: Effect.Order(state: "approval", message: "laptop_wanted"),
                        orderedAt: now, dueAt: now, greatestTries: 8)
                })
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for turn in 0..<6 {
                let usher = turn.isMultiple(of: 2) ? world.usher : other.usher
                group.addTask { _ = try await usher.keepTime() }
            }
            try await group.waitForAll()
        }
        _ = try await world.usher.keepTime()
        let subjects = try await told(world).map(\.subject)
        #expect(subjects.count == 20 && Set(subjects).count == 20)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("hold nothing of another organization, whatever a request names")
    func foreign() async throws {
        let world = try await telling()
        let id = try await world.submit()
        try await world.organization("globex")
        let told = try await world.usher.reading(by: .usher) { turn in
            let request = try #require(try turn.snapshot.request(id))
            let globex = try #require(try turn.snapshot.organization(slug: "globex")?.id)
            let prod = request.run.items.first.flatMap { CloudID($0.id) }
            let forged = Request(
                id: request.id, organization: globex, holder: request.holder, cloud: prod,
                requester: request.requester, reason: request.reason, until: nil, idempotencyKey: nil,
                createdAt: request.createdAt, run: request.run, version: request.version)
            return ChangeEvent(
                position: 1, at: turn.now, kind: .messageTold, organization: "globex", request: id.text,
                subject: .request(try turn.told(forged)), message: OrderedMessage(name: "a", state: "b")
            ).json.compact
        }
        for word in ["acme", "alice"] { #expect(!told.contains(word), "\(told)") }
    }

    @Test("are types that a webhook may ask for where a definition declares them, and no other")
    func types() async throws {
        let world = try await telling()
        let (view, _) = try await world.webhook(types: [wanted, "grant.begin"])
        #expect(view.webhook.types == ["grant.begin", wanted])
        for type in ["workflow.laptop_wantd", "workflow.", "laptop_wanted", "message.tell"] {
            do {
                _ = try await world.webhook("Other", types: [type])
                Issue.record("\(type) was taken")
            } catch let fault as Fault {
                #expect(fault.faults.map { "\($0.field) \($0.code)" } == ["types[0] unknown"])
                #expect(fault.faults.first.map { "\($0.message)".contains(wanted) } == true)
            }
        }
    }

    @Test("are kept as two words, and read as nothing else", arguments: ["", "a", "a ", " a", "a b c", "a  b"])
    func text(wrong: String) {
        #expect(OrderedMessage(text: wrong) == nil)
        let message = OrderedMessage(name: "laptop_wanted", state: "handed-out")
        #expect(OrderedMessage(text: message.text) == message)
    }
}
