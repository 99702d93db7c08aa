import Basics
import Onboarding
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
        #expect(try await defect().contains("was changed"))
    }

    @Test("shows an entry that was removed")
    func removal() async throws {
        try rewrite("DELETE FROM audit WHERE sequence = 5")
        #expect(try await defect() == "Entry 5 is missing.")
    }

    @Test("shows an entry that was removed although those after it were renumbered")
    func renumbering() async throws {
        try rewrite(
            "DELETE FROM audit WHERE sequence = 5", "UPDATE audit SET sequence = sequence + 10000 WHERE sequence > 5",
            "UPDATE audit SET sequence = sequence - 10001 WHERE sequence > 10000")
        #expect(try await defect() == "Entry 5 does not follow the one before it.")
    }

    @Test("shows an entry that was inserted")
    func insertion() async throws {
        try rewrite(
            "UPDATE audit SET sequence = sequence + 10001 WHERE sequence > 5",
            "UPDATE audit SET sequence = sequence - 10000 WHERE sequence > 10000",
            "CREATE TEMP TABLE copy AS SELECT * FROM audit WHERE sequence = 5; UPDATE copy SET sequence = 6;"
                + "INSERT INTO audit SELECT * FROM copy")
        #expect(try await defect() == "Entry 6 does not follow the one before it.")
    }

    @Test("shows entries that changed places")
    func reordering() async throws {
        try rewrite(
            "UPDATE audit SET sequence = 10005 WHERE sequence = 5", "UPDATE audit SET sequence = 5 WHERE sequence = 6",
            "UPDATE audit SET sequence = 6 WHERE sequence = 10005")
        #expect(try await defect() == "Entry 5 does not follow the one before it.")
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
