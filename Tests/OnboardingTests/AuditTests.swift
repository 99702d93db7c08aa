import Basics
import Directory
import Onboarding
import OpenSSL
import Records
import Storage
import TestSupport
import Testing

@Suite("The audit trail", .timeLimit(.minutes(60)))
struct AuditTests {
    let world: TestInstallation

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.account()
        try await world.usher.signAudit()
    }

    private func rewrite(_ statements: String...) throws { try world.rewrite(statements) }

    private func defect() async throws -> String { try #require(try await world.usher.verifyAudit().defect).english }

    @Test("verifies as written, and signs each head once")
    func intact() async throws {
        let before = try await world.usher.verifyAudit()
        #expect(before.defect == nil)
        #expect(before.signedUpTo == before.entries)
        try await world.usher.signAudit()
        #expect(try await world.store.read { try $0.auditHeads() }.count == 1)
    }

    @Test(
        "shows a change of any field",
        arguments: [
            "actor = 'usher'", "action = 'request.decide'", "detail = 'nothing'", "at_ms = at_ms + 1",
            "subject = NULL", "on_behalf_of = 'x'", "organization = NULL", "request = NULL",
        ])
    func change(_ assignment: String) async throws {
        let column = assignment.prefix { $0 != " " }
        try rewrite(
            "UPDATE audit SET \(assignment) WHERE sequence = "
                + "(SELECT MIN(sequence) FROM audit WHERE sequence > 2 AND request IS NOT NULL AND organization IS NOT NULL AND subject IS NOT NULL "
                + "AND detail IS NOT NULL AND \(column) IS DISTINCT FROM \(assignment.drop { $0 != "=" }.dropFirst(2)))"
        )
        // An entry of another chain follows nothing there.
        let words = column == "organization" ? "does not follow the one before it of the installation" : "was changed"
        #expect(try await defect().contains(words))
    }

    @Test("shows an entry that was removed")
    func removal() async throws {
        try rewrite("DELETE FROM audit WHERE sequence = 5")
        #expect(try await defect() == "Entry 5 is missing.")
    }

    @Test("shows an entry that was removed although those after it were renumbered")
    func renumbering() async throws {
        let number = try await numberOfTwo()
        try rewrite(
            "DELETE FROM audit WHERE sequence = \(number)",
            "UPDATE audit SET sequence = sequence + 10000 WHERE sequence > \(number)",
            "UPDATE audit SET sequence = sequence - 10001 WHERE sequence > 10000")
        #expect(try await defect() == "Entry \(number) does not follow the one before it of its organization.")
    }

    @Test("shows an entry that was inserted")
    func insertion() async throws {
        let number = try await numberOfTwo()
        try rewrite(
            "UPDATE audit SET sequence = sequence + 10001 WHERE sequence > \(number)",
            "UPDATE audit SET sequence = sequence - 10000 WHERE sequence > 10000",
            "CREATE TEMP TABLE copy AS SELECT * FROM audit WHERE sequence = \(number);"
                + "UPDATE copy SET sequence = \(number + 1); INSERT INTO audit SELECT * FROM copy")
        #expect(try await defect() == "Entry \(number + 1) does not follow the one before it of its organization.")
    }

    @Test("shows entries that changed places")
    func reordering() async throws {
        let number = try await numberOfTwo()
        try rewrite(
            "UPDATE audit SET sequence = 10005 WHERE sequence = \(number)",
            "UPDATE audit SET sequence = \(number) WHERE sequence = \(number + 1)",
            "UPDATE audit SET sequence = \(number + 1) WHERE sequence = 10005")
        #expect(try await defect() == "Entry \(number) does not follow the one before it of its organization.")
    }

    /// Of the first of two entries of one organization, one after the other.
    private func numberOfTwo() async throws -> Int64 {
        let trail = try await world.trail()
        let pair = zip(trail, trail.dropFirst()).first { $0.organization != nil && $0.organization == $1.organization }
        return try #require(pair?.0.sequence)
    }

    @Test("is a chain for each organization, which hangs in that of the installation")
    func chains() async throws {
        try await world.organization("globex", manager: "marie@provider.example")
        try await world.usher.signAudit()
        let trail = try await world.trail()
        #expect(try trail.allSatisfy { try $0.hash(as: .chains) == $0.hash })
        for entry in trail {
            let earlier = trail.prefix { $0.sequence < entry.sequence }
            let before =
                earlier.last { $0.organization == entry.organization }
                ?? earlier.last { $0.organization == nil }
            #expect(entry.previousHash == before?.hash ?? [UInt8](repeating: 0, count: 32))
        }
        let verdict = try await world.usher.verifyAudit()
        #expect(verdict.defect == nil && verdict.chains == 3)
    }

    @Test("is one trail of two processes that write and sign in turn")
    func twoProcesses() async throws {
        let other = try world.opened()
        for process in [world, other, world, other, other, world] {
            for _ in 0..<2 {
                _ = try await process.usher.setOrganization("acme", calendar: "", timeZone: nil, by: world.owner)
            }
            try await process.usher.signAudit()
        }
        #expect(try await world.usher.verifyAudit().defect == nil)
        #expect(try await world.trail().filter { $0.action == "audit.seal" }.count == 7)
    }

    @Test("is sealed where it is signed, once, by the ends of the chains that went on")
    func seals() async throws {
        let trail = try await world.trail()
        let seal = try #require(trail.last)
        #expect(seal.action == "audit.seal" && seal.actor == .usher && seal.organization == nil)
        #expect(try await world.store.read { try $0.lastAuditHead() }?.hash == seal.hash)
        let end = try #require(trail.last { $0.organization != nil })
        let line = "\(end.organization ?? "") \(end.sequence) \(end.hash.hex)"
        #expect(try seal.detail == SHA256.digest(of: Array(line.utf8)).hex)
        // Nothing new: nothing to seal, nothing to sign.
        try await world.usher.signAudit(proving: .whole)
        #expect(try await world.trail() == trail)
        // The installation's own chain needs none.
        _ = try await world.usher.appoint(
            email: "paul@provider.example", name: "Paul Blanc", .deliveryManager, organization: nil, language: "fr",
            by: world.owner)
        try await world.usher.signAudit()
        let after = try await world.trail()
        #expect(after.filter { $0.action == "audit.seal" }.count == 1)
        #expect(try await world.store.read { try $0.lastAuditHead() }?.hash == after.last?.hash)
    }

    @Test("shows that its signed end was cut off")
    func cut() async throws {
        try rewrite("DELETE FROM audit WHERE sequence > (SELECT MAX(sequence) - 3 FROM audit)")
        #expect(try await defect().contains("cut after entry"))
    }

    @Test("shows that a signature was replaced or moved")
    func signature() async throws {
        try rewrite("UPDATE audit_head SET at_ms = at_ms + 1")
        #expect(try await defect().contains("signature"))
    }

    @Test("refuses to be rewritten as long as its triggers stand")
    func triggers() throws {
        for statement in [
            "UPDATE audit SET actor = 'x' WHERE sequence = 2", "DELETE FROM audit WHERE sequence = 2",
            "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE sequence = 2",
        ] {
            #expect(throws: (any Error).self) { try world.tamper(statement) }
        }
    }
}
