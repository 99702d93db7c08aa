import Basics
import Foundation
import LifecycleRig
import Onboarding
import Records
import Scratch
import Storage
import Testing
import Workflow

extension CrashTests {
    /// Each version is migrated to twice: by a process that is killed, and by one that finds what the first one left.
    @Test("migrates running requests again, and each has one version, its timers and its effects, none twice")
    func killedMigration() async throws {
        let kills = max(6, Int(Self.number("USHER_CRASH_KILLS", otherwise: 12)) / 2)
        let seed = Self.number("USHER_CRASH_SEED", otherwise: 1)
        let folder = FileManager.default.temporaryDirectory.appending(path: "usher-migration-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Made above, for this test alone; kept when something is wrong with it, for whoever looks into that.
        var isSound = false
        defer { if isSound { try? FileManager.default.removeItem(atPath: folder) } }
        let witness = try MigrationWitness(Witness(folder: folder))
        let items = try await witness.found(60, span: Int64(kills) * 180)
        let before = try await witness.pictures(of: items)
        #expect(before.values.contains { !$0.pending.isEmpty } && before.values.allSatisfy { $0.version == 1 })
        var generator = SplitMix(seed: seed)
        var struck = 0
        for round in 1...kills {
            let moment = Victim.Moment(most: items.count, using: &generator)
            let version = 1 + (round + 1) / 2
            let (migrated, wasKilled) = try await Victim(of: witness.witness, round: round, version: version)
                .migrated(until: moment)
            try await witness.requireKept(migrated)
            struck += wasKilled ? 1 : 0
        }
        #expect(struck > kills / 3, "the blows came too late to interrupt anything")
        let last = 2 + kills / 2
        try await witness.migrate(to: last, round: kills + 1)
        try await witness.witness.requireSound(round: kills + 1)
        let after = try await witness.pictures(of: items)
        for item in items {
            try witness.require(item, try #require(before[item.id]), try #require(after[item.id]), version: last)
        }
        print("Killed \(struck) of \(kills) migrations (seed \(seed)): nothing lost, nothing done twice.")
        isSound = true
    }
}

/// Holds requests before all migrations against what became of them.
struct MigrationWitness {
    /// A request as it is stored, and what became of it.
    struct Picture {
        let version: Int
        let state: String
        let hasEnded: Bool
        let frozenAt: Timestamp?
        let timers: [String: Timestamp]
        /// Keys of effects that wait to be carried out, or could not be so far.
        let pending: Set<String>
        let done: Set<String>
        let events: [String]
        /// From which version to which.
        let migrations: [(Int, Int)]
    }

    let witness: Witness

    init(_ witness: Witness) { self.witness = witness }

    /// Mails do not leave and grants cannot be made while the requests are begun, so that both wait.
    func found(_ count: Int, span: Int64) async throws -> [Backlog.Item] {
        try await witness.open(round: 0, mailer: NoMailer()) { onboarding in
            let customer = try await Customer.found(0, in: onboarding)
            try witness.database.refuseRows(of: "cloud_grant", true)
            let items = try await Backlog(onboarding, customer).fill(count, span: span)
            try witness.database.refuseRows(of: "cloud_grant", false)
            return items
        }
    }

    func pictures(of items: [Backlog.Item]) async throws -> [RequestID: Picture] {
        try await witness.open(round: 0) { onboarding in
            try await onboarding.store.read { snapshot in
                try items.reduce(into: [:]) { $0[$1.id] = try picture(of: $1.id, in: snapshot) }
            }
        }
    }

    private func picture(of id: RequestID, in snapshot: any Snapshot) throws -> Picture {
        let request = try #require(try snapshot.request(id), "lost: \(id)")
        let history = try snapshot.history(of: id)
        let effects = try snapshot.effects(of: id)
        // A question of a state that was left meanwhile is void.
        let settled = Set(effects.filter { $0.state == .done || $0.state == .cancelled }.map(\.key))
        return Picture(
            version: request.run.version, state: request.run.state, hasEnded: request.run.ended != nil,
            frozenAt: request.run.frozenAt,
            timers: Dictionary(request.run.timers.map { ($0.id, $0.at) }) { first, _ in first },
            pending: Set(effects.map(\.key)).subtracting(settled), done: settled, events: history.map(\.name),
            migrations: history.compactMap { if case .migrate(let from, let to) = $0.event { (from, to) } else { nil } }
        )
    }

    func requireKept(_ migrated: [(RequestID, version: Int)]) async throws {
        try await witness.open(round: 0) { onboarding in
            try await onboarding.store.read { snapshot in
                for (id, version) in migrated {
                    let known = try picture(of: id, in: snapshot).migrations.map(\.1)
                    #expect(known.contains(version), "lost: \(id)")
                }
            }
        }
    }

    /// What a command does that is given once more, and comes to its end.
    func migrate(to version: Int, round: Int) async throws {
        try await witness.open(round: round, version: version) { onboarding in
            let owner = Actor.operator("rig")
            var after: String?
            repeat {
                let page = try await onboarding.migrateRequests(
                    of: "account-request", only: nil, isDryRun: false, PageRequest(after: after), by: owner)
                #expect(page.items.flatMap(\.refusals) == [])
                after = page.next
            } while after != nil
            let left = try await onboarding.requestsToMigrate("account-request", only: nil, PageRequest(), by: owner)
            #expect(left.items == [])
        }
    }

    func require(_ item: Backlog.Item, _ before: Picture, _ after: Picture, version: Int) throws {
        let place = "\(item.rest) \(item.id): \(after.events)"
        #expect(before.pending.isSubset(of: after.done) && after.pending.isEmpty, "\(place)")
        if item.rest == .ended {
            #expect(after.version == 1 && after.migrations.isEmpty, "\(place)")
            return
        }
        // One version after the other, each once, without a gap.
        #expect(after.version == version && after.migrations.last?.1 == version, "\(place)")
        #expect(after.migrations.map(\.0) == [1] + after.migrations.dropLast().map(\.1), "\(place)")
        #expect(after.migrations.allSatisfy { $0.0 < $0.1 }, "\(place)")
        #expect(after.frozenAt == before.frozenAt && !after.hasEnded, "\(place)")
        switch item.rest {
        case .granting:
            #expect(after.state == "invitation" && after.events.count { $0 == "grant.done" } == 2, "\(place)")
        case .asked, .frozen: #expect(after.timers == before.timers, "\(place)")
        case .waiting:
            // Each reminder had its moment in one of the rounds, whatever version the request was in.
            #expect(after.events.count { $0 == "timer.2bd" } == 1, "\(place)")
            let (next, last) = (try #require(after.timers["remind"]), try #require(item.remindedAt))
            #expect(next > last, "\(place)")
            #expect(after.timers["go.expired"] == before.timers["go.expired"], "\(place)")
            #expect(after.timers["also_ask.deputy"] == before.timers["also_ask.deputy"], "\(place)")
        case .ended: break
        }
    }
}

private struct NoMailer: Mailer {
    func deliver(_ mail: Mail) async throws(DeliveryFailure) {
        throw DeliveryFailure(isPermanent: false, message: "There is no way out.")
    }
}
