import Basics
import Onboarding
import Records
import Storage
import TestSupport
import Testing

/// One chain for all, as a release before 0.3.0 wrote it, and the chains that go on from it.
@Suite("A trail that an earlier release began", .timeLimit(.minutes(60)))
struct UpgradedTrailTests {
    /// The releases that wrote one chain.
    private static var single: [Release] {
        get throws { try Release.all.filter { ["0.1.0", "0.2.0"].contains($0.version) } }
    }

    /// Signed after the upgrade, and once more after two organizations went on.
    private func signed(_ release: Release) async throws -> TestInstallation {
        let world = try release.installation()
        try await world.usher.signAudit()
        try await record(in: world)
        try await world.usher.signAudit()
        return world
    }

    private func record(in world: TestInstallation) async throws {
        for slug in ["acme", "globex", "acme"] {
            _ = try await world.usher.setOrganization(slug, calendar: "", timeZone: nil, by: world.owner)
        }
    }

    @Test("goes on in chains that hang in its last entry, by one that says so", arguments: try single)
    func goesOn(_ release: Release) async throws {
        let world = try release.installation()
        let before = try await world.trail()
        let link = try #require(before.last)
        #expect(try before.allSatisfy { try $0.hash(as: .single) == $0.hash })
        // Before anything is recorded there is nothing but the old chain, which can be signed.
        try await world.usher.signAudit()
        #expect(try await world.trail() == before)
        try await record(in: world)
        let new = try await world.trail().suffix(from: before.count)
        #expect(try new.allSatisfy { try $0.hash(as: .chains) == $0.hash })
        let actions = ["audit.chains", "organization.set", "organization.set", "organization.set"]
        try #require(new.map(\.action) == actions)
        let (division, acme, globex, again) = (
            new[before.count], new[before.count + 1], new[before.count + 2], new.last
        )
        #expect(division.previousHash == link.hash && division.organization == nil && division.actor == .usher)
        #expect(acme.previousHash == division.hash && globex.previousHash == division.hash)
        #expect(again?.previousHash == acme.hash)
        try await world.usher.signAudit()
        let verdict = try await world.usher.verifyAudit()
        #expect(verdict.defect == nil && verdict.signedUpTo == verdict.entries && verdict.chains == 3)
        // The end of the recent part, proven from a seal on, and all of it.
        try await record(in: world)
        try await world.usher.signAudit()
        try await world.usher.signAudit(proving: .whole)
        #expect(try await world.usher.verifyAudit().defect == nil)
    }

    enum Tampering: String, CaseIterable, Sendable {
        case oldChanged, oldRemoved, oldRecomputed, linkRecomputed, linkLoose, divisionRemoved, divisionTwice
        case newChanged, newRewritten, newMoved, newCut, formerFormat

        var words: String {
            switch self {
            case .oldChanged, .newChanged, .formerFormat: "was changed after it was written"
            case .oldRemoved: "Entry 9 is missing"
            case .oldRecomputed, .linkRecomputed, .newRewritten: "The signature over entry"
            case .linkLoose: "does not follow the one before it"
            case .divisionRemoved: "does not follow the one before it"
            case .divisionTwice: "begins the chains of organizations, which had begun before"
            case .newMoved, .newCut: "seals other ends of the chains of organizations"
            }
        }
    }

    private func commit(_ tampering: Tampering, in world: TestInstallation) async throws {
        let trail = try await world.trail()
        let division = try #require(trail.firstIndex { $0.action == "audit.chains" })
        let end = try #require(trail.lastIndex { $0.organization != nil })
        let eve = Party.operator("eve")
        switch tampering {
        case .oldChanged: try world.rewrite(["UPDATE audit SET actor = 'operator eve' WHERE sequence = 7"])
        case .oldRemoved: try world.rewrite(["DELETE FROM audit WHERE sequence = 9"])
        case .oldRecomputed: try await world.forge { $0[6] = $0[6].changed(actor: eve) }
        case .linkRecomputed:
            try await world.forge(then: ["DELETE FROM audit_head WHERE sequence <= \(division)"]) {
                $0[division - 1] = $0[division - 1].changed(actor: eve)
            }
        case .linkLoose:
            let loose = trail[division].changed(previousHash: trail[division - 2].hash)
            try await replace(loose.changed(hash: try loose.hash(as: .chains)), in: world)
        case .divisionRemoved:
            try world.rewrite([
                "DELETE FROM audit WHERE sequence = \(division + 1)",
                "UPDATE audit SET sequence = sequence + 10000 WHERE sequence > \(division + 1)",
                "UPDATE audit SET sequence = sequence - 10001 WHERE sequence > 10000",
            ])
        case .divisionTwice: try await world.forge { $0.insert($0[division], at: end) }
        case .newChanged: try world.rewrite(["UPDATE audit SET detail = 'x' WHERE sequence = \(end + 1)"])
        case .newRewritten: try await world.forge { $0[end] = $0[end].changed(actor: eve) }
        case .newMoved:
            let other = try #require(trail[end - 1].organization)
            try await world.forge(resealing: false) { $0[end] = $0[end].changed(organization: other) }
        case .newCut: try await world.forge(resealing: false) { $0.remove(at: end) }
        case .formerFormat:
            try await replace(trail[end].changed(hash: try trail[end].hash(as: .single)), in: world)
        }
    }

    private func replace(_ entry: AuditEntry, in world: TestInstallation) async throws {
        try world.rewrite([
            "UPDATE audit SET previous_hash = \(world.literal(entry.previousHash)), "
                + "hash = \(world.literal(entry.hash)) WHERE sequence = \(entry.sequence)"
        ])
    }

    @Test(
        "shows what was done to the old part, to the link and to the new part, and is not signed on",
        arguments: try single, Tampering.allCases)
    func shows(_ release: Release, _ tampering: Tampering) async throws {
        let world = try await signed(release)
        #expect(try await world.usher.verifyAudit().defect == nil)
        try await commit(tampering, in: world)
        let found = try await world.usher.verifyAudit().defect?.english ?? "nothing"
        #expect(found.contains(tampering.words), "\(found)")
        for proof in [AuditProof.recent, .whole] {
            try await record(in: world)
            await #expect(throws: Fault.self, "\(proof)") { try await world.usher.signAudit(proving: proof) }
        }
    }

    @Test("goes on after it was cut before the link, emptied even, once that is accepted", arguments: try single)
    func isAccepted(_ release: Release) async throws {
        for last in [0, 20] {
            let world = try await signed(release)
            try world.rewrite(["DELETE FROM audit_head", "DELETE FROM audit WHERE sequence > \(last)"])
            _ = try await world.usher.acceptAudit(reason: "Restored", by: world.owner)
            try await record(in: world)
            try await world.usher.signAudit()
            let verdict = try await world.usher.verifyAudit()
            #expect(verdict.defect == nil && verdict.chains == 3, "\(last)")
        }
    }
}
