import Basics
import Directory
import Onboarding
import Records
import Synchronization
import TestSupport
import Testing

@Suite("Resources out of a file", .timeLimit(.minutes(60)))
struct ResourceImportTests {
    let room: ResourceRoom
    let usher: Onboarding

    init() async throws {
        room = try await ResourceRoom()
        usher = room.world.usher
    }

    private func load(
        _ text: String, allOrNothing: Bool = false, dryRun: Bool = false
    ) async throws -> ResourceFileVerdict {
        try await usher.importResources(
            csv: Array(text.utf8), allOrNothing: allOrNothing, dryRun: dryRun, by: room.world.owner)
    }

    private static let mixed = """
        id;service;name;type;environment;status;zone;tags
        i-1;acme/prod/shop;web-1;compute/instance/linux;production;ACTIVE;EB-HDS-A;"team=web;tier=front"
        i-2;acme/prod/none;web-2;compute/instance/linux;production;;;
        i-3;acme/prod/shop;web-3;compute;qa;active;EB-A;team
        i-1;acme/prod/shop;web-4;compute;qa;;;
        ;acme/prod/shop;web-5;compute;qa;preparation;;
        """

    @Test("have a verdict each; a bad row keeps no other out")
    func verdicts() async throws {
        let verdict = try await load(Self.mixed)
        #expect(verdict.rows.map { $0.outcome } == [.added, nil, nil, nil, .added])
        #expect(verdict.rows.map { $0.faults.map(\.code) } == [[], ["notFound"], ["malformed"], ["duplicate_row"], []])
        #expect(verdict.rows.map(\.line) == [2, 3, 4, 5, 6] && verdict.refused == 3)
        let first = try await usher.resource("i-1", by: room.rita)
        #expect(first.json["tags"] == ["team": "web", "tier": "front"] && first.json["zone"] == "EB-HDS-A")
        #expect(try await room.list(room.rita) { $0.statuses = "PREPARATION" }.count == 1)
    }

    @Test("change nothing where one bad row refuses the file, nor where they are tried out")
    func nothing() async throws {
        for (allOrNothing, dryRun) in [(true, false), (false, true), (true, true)] {
            let verdict = try await load(Self.mixed, allOrNothing: allOrNothing, dryRun: dryRun)
            #expect(verdict.refused == 3 && verdict.rows.first?.outcome == .added)
            #expect(try await room.list(room.world.owner) == [])
        }
        #expect(try await room.trail().allSatisfy { $0.action == "service.add" })
        let good = "service,name,type,environment\nacme/prod/shop,a,compute,qa\nacme/prod/shop,b,compute,qa\n"
        #expect(try await load(good, allOrNothing: true).refused == 0)
        #expect(try await room.list(room.rita).count == 2)
    }

    @Test("are told one by one where the database goes away in the middle of a file")
    func outage() async throws {
        let (usher, owner) = (usher, room.world.owner)
        func count() async throws -> Int {
            try await usher.resources(ResourceFilter(), PageRequest(limit: 1_000), by: owner).items.count
        }
        for writes in [0, 1, 2] {
            let leaving = Onboarding(
                store: LeavingStore(usher.store, after: writes), world: usher.world, catalogue: usher.catalogue,
                library: usher.library, calendars: usher.calendars, keys: usher.keys, passwords: usher.passwords,
                hasher: usher.hasher, mailer: room.world.mailer, heads: usher.heads, settings: usher.settings,
                post: usher.post)
            let rows = (0..<600).map { "acme/prod/shop,w\(writes)-\($0),compute,qa" }
            let file = Array((["service,name,type,environment"] + rows).joined(separator: "\n").utf8)
            let before = try await count()
            guard writes > 0 else {
                await expectRefusal(.unavailable) {
                    _ = try await leaving.importResources(csv: file, allOrNothing: false, dryRun: false, by: owner)
                }
                #expect(try await count() == before)
                continue
            }
            let verdict = try await leaving.importResources(csv: file, allOrNothing: false, dryRun: false, by: owner)
            let saved = verdict.rows.prefix { $0.outcome == .added }
            #expect(verdict.rows.count == 600 && verdict.refused == 600 - saved.count && verdict.isSaved)
            #expect(verdict.rows.dropFirst(saved.count).allSatisfy { $0.faults.map(\.code) == ["not_saved"] })
            #expect(try await count() - before == saved.count && !saved.isEmpty)
        }
    }

    @Test("that come again change what they say, and leave what their columns do not tell")
    func again() async throws {
        _ = try await load(
            "id,service,name,type,environment,tags\ni-1,acme/prod/shop,a,compute,qa,k=v\n")
        let same = try await load("id,service,name,type,environment\ni-1,acme/prod/shop,a,compute,qa\n")
        #expect(same.rows.map(\.outcome) == [.unchanged])
        let other = try await load("id,service,name,type,environment,tags\ni-1,acme/prod/shop,a,compute,qa,\n")
        #expect(other.rows.map(\.outcome) == [.changed])
        #expect(try await usher.resource("i-1", by: room.rita).json["tags"] == [:])
        // Without an id it would be there twice.
        let double = try await load("service,name,type,environment\nacme/prod/shop,a,compute,qa\n")
        let faults = double.rows.flatMap(\.faults)
        #expect(faults.map(\.code) == ["required"] && faults.allSatisfy { $0.message.contains("i-1") })
    }

    @Test("are refused as a file where its first line does not say what they are")
    func heading() async throws {
        for (text, code) in [
            ("", "empty"), ("name,type\na,b\n", "wrong_header"), ("x\ny\n", "wrong_header"),
        ] {
            let fault = try await refusal { _ = try await load(text) }
            #expect(fault.fields == ["csv"] && fault.codes == [code], "\(text)")
        }
        let notes = try await load("service,name,type,environment,owner\nacme/prod/shop,a,compute,qa,me\n").notes
        #expect(notes.map(\.english) == ["These columns were not looked at: owner."])
        let split = try await load("service,name,type,environment\nacme/prod/shop,a,compute\n")
        #expect(split.rows.flatMap(\.faults).map(\.code) == ["wrong_columns"])
    }
}

/// Takes so many writes, and is away from then on.
private final class LeavingStore: Store {
    private let store: any Store
    private let left: Atomic<Int>

    init(_ store: any Store, after writes: Int) {
        self.store = store
        left = Atomic(writes)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        guard left.wrappingSubtract(1, ordering: .relaxed).oldValue > 0 else {
            throw Fault(.unavailable, "The database server cannot be reached.")
        }
        return try await store.write(body)
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (any Snapshot) throws -> Result) async throws -> Result {
        try await store.read(body)
    }
}
