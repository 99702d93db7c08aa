import Basics
import Directory
import Records
import Testing

extension ConformanceCase {
    static let webhooks: [ConformanceCase] = [
        ConformanceCase("keeps a webhook whole, finds it by its id and its name, and forgets it") { store in
            var webhook = try Sample.webhook(900)
            webhook.organizations = [Sample.organization, OrganizationID(trusted: Sample.id(901))]
            webhook.types = ["grant.begin", "resource.set"]
            (webhook.generation, webhook.rotatedAt) = (3, Sample.now)
            webhook.progress = Webhook.Progress(
                position: .max, state: .failing, tries: 7, dueAt: Sample.now.adding(seconds: 5),
                failingSince: Sample.now, error: "é", toldAt: Sample.now.adding(seconds: -5))
            let (kept, other) = (webhook, try Sample.webhook(901))
            try await store.write { transaction in
                try transaction.insert(kept)
                try transaction.insert(other)
                #expect(try transaction.webhook(kept.id) == kept)
                #expect(try transaction.webhook(named: kept.name.text) == kept)
                #expect(try transaction.webhook(named: "Nobody") == nil)
                let page = try transaction.webhooks(PageRequest(after: nil, limit: 1))
                #expect(page.items == [kept])
                #expect(try transaction.webhooks(PageRequest(after: page.next, limit: 9)).items == [other])
            }
            let twice = try Sample.webhook(902, name: kept.name.text)
            await expectFault(.conflict) { try await store.write { try $0.insert(twice) } }
            try await store.write { transaction in
                try transaction.remove(kept.id)
                #expect(try transaction.webhook(kept.id) == nil)
                #expect(try transaction.webhook(other.id) == other)
            }
        },
        ConformanceCase("finds webhooks that are due: of a state, at a time, behind the end, held by nobody") { store in
            let later = Sample.now.adding(seconds: 60)
            try await store.write { transaction in
                for number in 900..<904 { try transaction.insert(Sample.webhook(number)) }
                try transaction.insert(Sample.webhook(904, due: later))
                try transaction.insert(Sample.webhook(905, position: 10))
                try transaction.insert(Sample.webhook(906, state: .failing))
                try transaction.insert(Sample.webhook(907, state: .gone))
                try transaction.insert(Sample.webhook(908, state: .givenUp))
                try transaction.insert(Sample.webhook(909, state: .stopped))
                _ = try transaction.claim(Sample.webhook(903), until: later)
                func due(_ state: Webhook.State, at now: Timestamp, limit: Int = 99) throws -> [String] {
                    try transaction.dueWebhooks(state, at: now, before: 10, limit: limit).map(\.name.text)
                }
                #expect(try Set(due(.well, at: Sample.now)) == ["Hook 900", "Hook 901", "Hook 902"])
                #expect(try due(.well, at: Sample.now, limit: 2).count == 2)
                #expect(try due(.well, at: later.adding(milliseconds: -1)).count == 3)
                // Who waits longest comes first.
                #expect(try due(.well, at: later).count == 5 && due(.well, at: later).last == "Hook 904")
                #expect(try due(.failing, at: Sample.now) == ["Hook 906"])
                #expect(try transaction.webhookCounts(upTo: 99) == WebhookCounts(failing: 1, lost: 2))
                #expect(try transaction.webhookCounts(upTo: 1) == WebhookCounts(failing: 1, lost: 1))
                // Whether or not they are due, and whoever holds them.
                #expect(try transaction.webhooks(in: .well, limit: 99).count == 6)
                #expect(try transaction.webhooks(in: .well, limit: 5).map(\.name.text).contains("Hook 904") == false)
                for (state, name) in [(Webhook.State.failing, "Hook 906"), (.gone, "Hook 907"), (.givenUp, "Hook 908")]
                {
                    #expect(try transaction.webhooks(in: state, limit: 9).map(\.name.text) == [name])
                }
            }
        },
        ConformanceCase("lets nobody write of a webhook that somebody else took since") { store in
            let webhook = try Sample.webhook(900)
            let end = Sample.now.adding(seconds: 60)
            try await store.write { transaction in
                try transaction.insert(webhook)
                let first = try #require(try transaction.claim(webhook, until: end))
                #expect(first.term == webhook.term + 1)
                #expect(try transaction.claim(webhook, until: end) == nil)
                var progress = Webhook.Progress(position: 5, dueAt: Sample.now, toldAt: Sample.now)
                #expect(try transaction.keep(progress, of: first, heldUntil: end))
                #expect(try transaction.dueWebhooks(.well, at: Sample.now, before: 9, limit: 9).isEmpty)
                let second = try #require(try transaction.claim(first, until: end))
                progress.position = 6
                #expect(try !transaction.keep(progress, of: first, heldUntil: nil))
                #expect(try !transaction.stop(first, progress))
                #expect(try transaction.webhook(webhook.id)?.progress.position == 5)
                #expect(try transaction.keep(progress, of: second, heldUntil: nil))
                // Given back: it is due at once.
                #expect(try transaction.dueWebhooks(.well, at: Sample.now, before: 9, limit: 9).count == 1)
                // An operator's word takes it from whoever tells it.
                var changed = try #require(try transaction.webhook(webhook.id))
                (changed.address, changed.types, changed.generation) = ("https://b.example", ["grant.end"], 2)
                changed.rotatedAt = Sample.now
                changed.progress.position = 1
                try transaction.update(changed)
                #expect(try !transaction.keep(progress, of: second, heldUntil: nil))
                let kept = try #require(try transaction.webhook(webhook.id))
                #expect(kept.address == changed.address && kept.types == changed.types && kept.generation == 2)
                #expect(kept.progress == changed.progress && kept.rotatedAt == Sample.now)
                #expect(kept.term > second.term)
                progress.state = .gone
                #expect(try transaction.stop(kept, progress))
                #expect(try transaction.webhook(webhook.id)?.progress == progress)
            }
        },
    ]
}

extension Sample {
    static func webhook(
        _ number: Int, name: String? = nil, position: Int64 = 3, state: Webhook.State = .well, due: Timestamp = now
    ) throws -> Webhook {
        Webhook(
            id: WebhookID(trusted: id(number)), name: try DisplayName(name ?? "Hook \(number)"),
            address: "https://a.example/é?x=1", signing: .hmac, organizations: [], types: [],
            progress: Webhook.Progress(
                position: position, state: state, dueAt: due, failingSince: state == .failing ? now : nil),
            createdAt: now)
    }
}
