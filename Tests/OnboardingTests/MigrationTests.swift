import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("Migrating running requests", .timeLimit(.minutes(60)))
struct MigrationTests {
    let world: TestInstallation

    init() async throws { world = try await TestInstallation.withAcme() }

    private func newer(
        _ workflow: String = "account-request", _ change: (String) -> String = { $0 }
    ) throws -> TestInstallation {
        try world.opened(
            workflows: TestInstallation.shippedWorkflows.map { file, text in
                file.hasSuffix("/\(workflow).yaml")
                    ? (file, change(text.replacing("version: 2", with: "version: 3"))) : (file, text)
            })
    }

    @Test("takes them over with timers, inboxes and effects, once, and replays across both versions")
    func migrates() async throws {
        let waiting = try await world.submit()
        let provisioning = try await world.submit("bob@acme.example", grants: [("prod", "OPE")])
        let grant = try await world.parkedGrant(of: provisioning)
        let new = try newer {
            $0.replacing("ask: {who: approver, each: item", with: "ask: {who: deputy, each: item")
                + "\nmigrate: {2: {approval: approval}}\n"
        }
        let timers = try await world.view(waiting).timers.map(\.at)
        let found = try await new.usher.requestsToMigrate(
            "account-request", only: nil, PageRequest(), by: new.owner
        ).items
        #expect(found == [waiting, provisioning])
        for id in found {
            let rehearsed = try await new.usher.rehearseMigration(of: id, by: new.owner)
            #expect(rehearsed.refusals == [] && rehearsed.from == 2 && rehearsed.to == 3)
            #expect(try await new.view(id).version == 2)
            #expect(try await new.usher.migrate(id, by: new.owner)?.after != nil)
            #expect(try await new.usher.migrate(id, by: new.owner) == nil)
        }
        let view = try await new.view(waiting)
        #expect(view.version == 3 && view.timers.map(\.at) == timers)
        #expect(view.waitingFor.map(\.part) == ["deputy"])
        #expect(view.history?.last?.note == "version 2 -> 3" && view.history?.last?.by == "operator root")
        try await new.usher.retryEffect(grant.key, reason: "Repaired.", by: new.owner)
        _ = try await new.usher.runDue()
        #expect(try await new.view(provisioning).state == "invitation")
        #expect(try await new.usher.replayAll().defects == [])
        let trail = try await new.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        #expect(trail.count { $0.action == "request.migrate" && $0.detail?.hasSuffix("version 2 -> 3") == true } == 2)
    }

    @Test("refuses run by run, in words, and moves nothing of it")
    func refuses() async throws {
        let id = try await world.submit()
        let new = try newer {
            $0.replacing("approval:", with: "review:").replacing("start: approval", with: "start: review")
                .replacing("go: approval", with: "go: review")
        }
        let verdict = try #require(try await new.usher.migrate(id, by: new.owner))
        #expect(verdict.after == nil && verdict.refusals.count == 1)
        let kept = try await new.view(id)
        #expect(kept.version == 2 && kept.history?.count == 1)
        let rita = try await new.actor("rita@acme.example")
        #expect(try await refusal { _ = try await new.usher.migrate(id, by: rita) }.code == .forbidden)
        #expect(
            try await refusal {
                _ = try await new.usher.requestsToMigrate("none", only: nil, PageRequest(), by: new.owner)
            }.code == .notFound)
    }

    @Test("goes through all that there are, page by page, and leaves an operator's own out without stopping at it")
    func pages() async throws {
        try await world.operatorByDuty()
        try await world.operatorByDuty("omar@provider.example")
        for number in 0..<5 {
            let actor = try await world.actor("\(number == 2 ? "olga" : "omar")@provider.example")
            _ = try await world.usher.appoint(
                email: "d\(number)@provider.example", name: nil, .dutyManager, organization: nil, language: "en",
                by: actor)
        }
        let new = try newer("nomination")
        let all = try await new.usher.requestsToMigrate("nomination", only: nil, PageRequest(), by: new.owner).items
        let (fresh, stale) = (
            try await new.actor("olga@provider.example"), try await new.actor("olga@provider.example", fresh: false)
        )
        let mine = try await new.usher.requests(
            organization: nil, mine: true, state: nil, overdue: false, PageRequest(), by: stale)
        let own = try #require(mine.items.first).id
        func page(_ after: String?, isDry: Bool, by actor: Actor) async throws -> Page<MigrationVerdict> {
            try await new.usher.migrateRequests(
                of: "nomination", only: nil, isDryRun: isDry, PageRequest(after: after, limit: 2), by: actor)
        }
        #expect(all.count == 5)
        for isDry in [true, false] {
            var (found, after): ([MigrationVerdict], String?) = ([], nil)
            repeat {
                let next = try await page(after, isDry: isDry, by: isDry ? stale : fresh)
                #expect(next.items.count <= 2)
                found += next.items
                after = next.next
            } while after != nil
            #expect(found.map(\.request) == all)
            let refused = found.filter { $0.after == nil }
            #expect(refused.map(\.request.text) == [own] && refused.flatMap(\.refusals).count == 1)
        }
        for id in all { #expect(try await new.view(id).version == (id.text == own ? 2 : 3)) }
        // Said before the first, even where there is none.
        let last = try #require(all.last).text
        #expect(try await refusal { _ = try await page(last, isDry: false, by: stale) }.code == .unauthenticated)
        let rita = try await new.actor("rita@acme.example")
        #expect(try await refusal { _ = try await page(nil, isDry: true, by: rita) }.code == .forbidden)
    }

    @Test("is done once by two nodes at the same moment, also where the request moves meanwhile")
    func twoNodes() async throws {
        var ids: [RequestID] = []
        for number in 0..<6 { ids.append(try await world.submit("p\(number)@acme.example")) }
        let (one, other) = (try newer(), try newer())
        let all = ids
        let migrated = try await withThrowingTaskGroup(of: Int.self) { group in
            for node in [one, other] {
                group.addTask {
                    var count = 0
                    for id in all where try await node.usher.migrate(id, by: node.owner)?.after != nil { count += 1 }
                    return count
                }
            }
            group.addTask {
                try await one.approve(all.at(5))
                return 0
            }
            return try await group.reduce(0, +)
        }
        #expect(migrated == 6)
        for id in ids { #expect(try await one.view(id).history?.filter { $0.event == "migrate" }.count == 1) }
        #expect(try await one.usher.replayAll().defects == [])
    }
}
