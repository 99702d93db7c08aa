import Basics
import Directory
import Records
import TestSupport
import Testing

@testable import Onboarding

/// Which catalogue decided when, and what another one would change.
@Suite("The record of catalogues", .timeLimit(.minutes(60)))
struct CatalogueRecordTests {
    let world: TestInstallation

    init() async throws { world = try await TestInstallation.withAcme() }

    private func installs() async throws -> [AuditEntry] {
        try await world.store.read {
            try $0.auditEntries(AuditFilter(action: CatalogueRecord.action), before: .max, limit: 100).reversed()
        }
    }

    /// The same profiles under another version, and with a comment.
    private func other(_ version: Int = 2) throws -> TestInstallation {
        try world.opened(profiles: { $0.replacing("version: 1", with: "version: \(version)") + "\n# Edited.\n" })
    }

    @Test("is written once for each catalogue, however many begin with it at once, and tells versions and hashes")
    func once() async throws {
        let world = world
        #expect(try await world.usher.recordedCatalogue() == nil)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try await world.usher.recordCatalogue(by: world.owner) } }
            var count = 0
            for try await isNew in group where isNew { count += 1 }
            #expect(count == 1)
        }
        #expect(try await !world.usher.recordCatalogue(by: world.owner))
        let entry = try #require(try await installs().first)
        #expect(try await installs().count == 1 && entry.actor == .operator("root"))
        let stamp = try #require(entry.detail.flatMap(CatalogueStamp.init(text:)))
        #expect(stamp == (try CatalogueStamp(world.usher.catalogue)))
        #expect(stamp.files.map(\.part) == Catalogue.Part.allCases && stamp.files.allSatisfy { $0.hash.count == 64 })
        let second = try other()
        #expect(try await second.usher.recordCatalogue(by: world.owner))
        #expect(try await installs().count == 2)
        // Back again is another installation, too.
        #expect(try await world.usher.recordCatalogue(by: world.owner))
        #expect(try await installs().map(\.detail).first == installs().map(\.detail).last)
        #expect(try await world.usher.verifyAudit().defect == nil)
    }

    @Test("keeps a version as it was: what says something else needs another one, and comments are free")
    func versions() async throws {
        try await world.usher.recordCatalogue(by: world.owner)
        let commented = try world.opened(profiles: { $0 + "\n# A comment.\n" })
        #expect(try await commented.usher.recordCatalogue(by: world.owner))
        let renamed = try world.opened(profiles: { $0.replacing("name: Power", with: "name: Mighty") })
        let fault = try await refusal { _ = try await renamed.usher.recordCatalogue(by: world.owner) }
        #expect(fault.code == .conflict && fault.message.contains("catalogue/profiles.yaml"))
        await #expect(throws: Fault.self) {
            try await world.store.read { try renamed.usher.catalogue.requireUnchanged(in: $0) }
        }
        #expect(try await world.usher.hindrance(to: renamed.usher.catalogue) != nil)
        #expect(try await world.usher.hindrance(to: commented.usher.catalogue) == nil)
        let versioned = try world.opened(profiles: {
            $0.replacing("name: Power", with: "name: Mighty").replacing("version: 1", with: "version: 2")
        })
        #expect(try await versioned.usher.recordCatalogue(by: world.owner))
    }

    @Test("lets a past instant be judged by the catalogue of then")
    func then() async throws {
        try await world.account(grants: [("prod", "OPE")])
        try await world.usher.recordCatalogue(by: world.owner)
        world.clock.skip(days: 1)
        let before = world.clock.now
        world.clock.skip(days: 1)
        let later = try stricter()
        try await later.usher.recordCatalogue(by: world.owner)
        world.clock.skip(days: 1)
        for (at, count) in [(before.iso8601, 1), ("", 0)] {
            let wish = AccessWish { $0 == "at" ? at : $0 == "action" ? "start-instance" : nil }
            #expect(try await later.usher.accessList(wish, PageRequest(), by: world.owner).page.items.count == count)
        }
    }

    /// Operators start nothing any more.
    private func stricter() throws -> TestInstallation {
        let text = world.usher.catalogue.sources[.matrix]?.text ?? ""
        return try world.opened(catalogue: [
            "matrix": text.replacing("version: 1", with: "version: 2")
                .replacing("start-instance: OPE", with: "start-instance: POW")
        ])
    }
}

/// Who would gain and lose under another catalogue: by the same decisions as those that people get.
@Suite("Other catalogues", .timeLimit(.minutes(60)))
struct CatalogueComparisonTests {
    let world: TestInstallation

    init() async throws { world = try await TestInstallation.withAcme() }

    private func catalogue(_ change: (String) -> String) throws -> Catalogue {
        var sources = world.usher.catalogue.sources
        sources[.matrix] = Catalogue.Source(change(sources[.matrix]?.text ?? ""), file: "matrix.yaml")
        return try Catalogue(sources)
    }

    private func compared(_ other: Catalogue) async throws -> (AccessChangeSummary, [AccessChange]) {
        var told: [AccessChange] = []
        let summary = try await world.usher.compare(with: other, by: world.owner) { told.append($0) }
        return (summary, told)
    }

    @Test("tells nothing of the same, and of each person and program what it takes and gives")
    func differences() async throws {
        try await world.account(grants: [("prod", "OPE"), ("default", "STD")])
        try await world.account("bea@acme.example", grants: [("prod", "POW")])
        try await world.approve(try await world.submit("cleo@acme.example", grants: [("prod", "OPE")]))
        _ = try await world.apiAccount()
        let (same, none) = try await compared(try catalogue { $0 })
        #expect(same.compared == 5 && same.changed == 0 && none.isEmpty)
        let higher = try catalogue { $0.replacing("start-instance: OPE", with: "start-instance: POW") }
        let (summary, told) = try await compared(higher)
        #expect(summary.changed == 2)
        #expect(summary.actions == ["start-instance": [.loses: 2]])
        #expect(summary.organizations == ["acme": [.loses: 2]] && summary.profiles == ["OPE": [.loses: 2]])
        // Cleo's account is not active yet: what she would not have is told, and that it is not felt today.
        #expect(told.map(\.isEffective).sorted { !$0 && $1 } == [false, true])
        let open = try catalogue { $0.replacing("start-instance: OPE", with: "start-instance: STD") }
        let gained = try await compared(open).0
        #expect(gained.actions["start-instance"]?[.gains] == 2)
        #expect(gained.profiles["STD"] == [.gains: 2] && gained.profiles["POW"] == [.needsNoCode: 1])
    }

    @Test("is what asking before and after would tell, for everybody and every action")
    func asked() async throws {
        try await world.account(grants: [("prod", "OPE"), ("default", "DTM")])
        try await world.account("bea@acme.example", grants: [("prod", "STD")])
        try await world.account("carl@acme.example", grants: [("prod", "POW")])
        _ = try await world.usher.suspend(
            try EmailAddress("carl@acme.example"), until: nil, reason: "Away", by: world.owner)
        let other = try catalogue {
            $0.replacing("start-instance: OPE", with: "start-instance: POW")
                .replacing("stop-instance: OPE", with: "stop-instance: STD")
        }
        let told = try await compared(other).1.filter(\.isEffective)
        var asked: Set<String> = []
        for email in ["alice", "bea", "carl"].map({ "\($0)@acme.example" }) {
            for cloud in ["acme/prod", "acme/default"] {
                for action in world.usher.catalogue.actions {
                    let place = try CloudPath(cloud)
                    let asker = try await world.usher.reading(by: .usher) {
                        try $0.asked(about: try EmailAddress(email), in: place, mfaAgeSeconds: nil, isPlatform: true)
                    }.asker
                    let after = try #require(other.action(action.label))
                    let now = world.clock.now
                    let (old, new) = (
                        world.usher.catalogue.decide(action, for: asker, at: now).verdict,
                        other.decide(after, for: asker, at: now).verdict
                    )
                    if (old == .deny) != (new == .deny) { asked.insert("\(email) \(cloud) \(action.label)") }
                }
            }
        }
        let listed = told.flatMap { change -> [String] in
            guard case .person(let person) = change.holder else { return [] }
            return change.changes.filter { $0.kind == .gains || $0.kind == .loses }.map {
                "\(person.email) \(change.organization)/\(change.cloud) \($0.action)"
            }
        }
        #expect(Set(listed) == asked && !asked.isEmpty)
    }

    @Test("is for operators alone")
    func authority() async throws {
        try await world.account()
        for email in ["alice@acme.example", "rita@acme.example", "marie@provider.example"] {
            let actor = try await world.actor(email)
            let fault = try await refusal {
                _ = try await world.usher.compare(with: world.usher.catalogue, by: actor) { _ in }
            }
            #expect(fault.code == .forbidden)
        }
    }
}
