import Basics
import Directory
import Foundation
import Onboarding
import Records
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("A CSV of people", .timeLimit(.minutes(60)))
struct BulkSubmissionTests {
    let world: TestInstallation
    let rita: Actor
    private static let header = "email,name,locale,grants,until,reason"

    init() async throws {
        world = try await TestInstallation.withAcme()
        rita = try await world.actor("rita@acme.example")
    }

    private func submit(
        _ bytes: some Sequence<UInt8>, allOrNothing: Bool = false, dryRun: Bool = false
    ) async throws -> BulkVerdict {
        try await world.usher.submitAll(
            csv: Array(bytes), organization: "acme", by: rita, allOrNothing: allOrNothing, dryRun: dryRun)
    }

    private func submit(
        _ rows: String..., ending: String = "\n", allOrNothing: Bool = false, dryRun: Bool = false
    ) async throws -> BulkVerdict {
        let text = ([Self.header] + rows).joined(separator: ending) + ending
        return try await submit(text.utf8, allOrNothing: allOrNothing, dryRun: dryRun)
    }

    private func row(_ name: String) -> String { "\(name)@acme.example,\(name),en,prod=OPE;default=STD,,Joins" }

    private func requests() async throws -> [RequestView] {
        try await world.usher.requests(
            organization: "acme", mine: true, state: nil, overdue: false, PageRequest(), by: rita
        ).items
    }

    @Test("submits each good row and tells of each bad one, in order, with its line")
    func rows() async throws {
        let verdict = try await submit(
            row("alice"), "nobody,No One,en,prod=OPE,,Why", row("bob"),
            "carol@acme.example,=1,xx,nowhere=OPE,2001-01-01,")
        try #require(verdict.rows.map(\.line) == [2, 3, 4, 5])
        #expect(verdict.rows.map(\.accepted) == [true, false, true, false])
        #expect(verdict.refused == 2)
        let (second, fourth) = (try verdict.rows.at(1), try verdict.rows.at(3))
        #expect(second.faults.map(\.code) == ["invalid_email"])
        #expect(
            Set(fourth.faults.map(\.code))
                == ["formula", "unknown_locale", "unknown_cloud", "in_the_past", "required"])
        #expect(Set(verdict.rows.compactMap(\.request)) == Set(try await requests().map(\.id)))
        #expect(
            verdict.rows.map(\.email) == ["alice@acme.example", "nobody", "bob@acme.example", "carol@acme.example"])
    }

    @Test("leaves nothing if all or nothing was asked for and one row is bad")
    func allOrNothing() async throws {
        let refused = try await submit(row("alice"), "nobody,No One,en,prod=OPE,,Why", row("bob"), allOrNothing: true)
        #expect(refused.refused == 1)
        #expect(refused.rows.allSatisfy { $0.request == nil })
        #expect(try await requests().isEmpty)
        #expect(try await world.store.read { try $0.person(emailKey: "alice@acme.example") } == nil)
        let accepted = try await submit(row("alice"), row("bob"), allOrNothing: true)
        #expect(accepted.rows.map(\.accepted) == [true, true])
        #expect(try await requests().count == 2)
    }

    @Test("asks once for all of its requests, and reminds once, until somebody answers one of them")
    func asksOnce() async throws {
        let marie = "marie@provider.example"
        let verdict = try await submit(row("alice"), row("bob"), row("carol"))
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: marie).count { $0 == "approval-asked" } == 1)
        let asked = try #require(world.mailer.mails(to: marie).last)
        #expect(asked.fields["inFile"] == .flag(true) && asked.fields["requestId"] == nil)
        #expect(asked.text("link") == "https://usher.example/inbox/bulk?batch=\(verdict.batch)")
        #expect(asked.key.hasPrefix("file/\(verdict.batch)/mail/"))
        let bob = try #require(verdict.rows.dropFirst().first?.request.flatMap { RequestID($0) })
        _ = try await world.usher.ask(bob, question: "Until when?", by: try await world.actor(marie))
        _ = try await world.usher.answer(bob, "Until June.", by: rita)
        _ = try await world.usher.runDue()
        #expect(world.mailer.mails(to: marie).last?.fields["inFile"] == nil)
        #expect(world.mailer.mails(to: marie).last?.text("requestId") == bob.text)
        world.mailer.forget()
        world.clock.skip(days: 2)
        _ = try await world.usher.runDue()
        // One for Alice and Carol together, one for Bob.
        #expect(world.mailer.templates(to: marie) == ["approval-reminder", "approval-reminder"])
        #expect(world.mailer.mails(to: marie).count { $0.fields["inFile"] == .flag(true) } == 1)
        #expect(try await world.usher.replayAll().defects == [])
    }

    private var mixed: [UInt8] {
        let rows = [Self.header, "alice@acme.example,Alice,en,prod=none,,Left the team", row("bob")]
        return Array(rows.joined(separator: "\n").utf8)
    }

    @Test("takes away by the hand of who has just proven a code, and saves nothing before that")
    func takesAway() async throws {
        try await world.account()
        let stale = try await world.actor("rita@acme.example", fresh: false)
        let refused = try await refusal {
            _ = try await world.usher.submitAll(
                csv: mixed, organization: "acme", by: stale, allOrNothing: false, dryRun: false)
        }
        #expect(refused.code == .unauthenticated)
        #expect(try await world.store.read { try $0.person(emailKey: "bob@acme.example") } == nil)

        let id = try await world.usher.beginBatch(csv: mixed, organization: "acme", by: stale)
        while try await world.usher.advanceBatches() {}
        #expect(try await refusal { try await world.usher.submitBatch(id, by: stale) }.code == .unauthenticated)
        #expect(try await world.decide("start-instance").reason == .allowed)
        try await world.usher.submitBatch(id, by: try await world.actor("rita@acme.example"))
        #expect(try await world.decide("start-instance").reason == .noGrant)
        while try await world.usher.advanceBatches() {}
        let batch = try #require(try await world.store.read { try $0.batch(id) })
        #expect(batch.state == .done && batch.rows.submitted == 2 && batch.rows.refused == 0)
    }

    @Test("refuses what takes away where nobody will be there with a code, and goes on with the rest")
    func unattended() async throws {
        try await world.account()
        let id = try await world.usher.beginBatch(
            csv: mixed, organization: "acme", submits: .allGood, by: try await world.actor("rita@acme.example"))
        while try await world.usher.advanceBatches() {}
        let (batch, rows) = try await world.store.read { snapshot in
            (try snapshot.batch(id), try snapshot.rows(of: id, nil, PageRequest()).items)
        }
        #expect(batch?.state == .done && rows.map(\.state) == [.refused, .submitted])
        #expect(rows.first?.faults.map(\.code) == ["needs_code"])
        #expect(try await world.decide("start-instance").reason == .allowed)
    }

    @Test("refuses a person's second row, in any spelling, and names the first")
    func duplicates() async throws {
        let verdict = try await submit(row("alice"), row("bob"), "ALICE@Acme.Example,Alice,en,default=STD,,Again")
        try #require(verdict.rows.map(\.accepted) == [true, true, false])
        let third = try verdict.rows.at(2)
        #expect(third.faults.map(\.code) == ["duplicate_row"])
        #expect(third.faults.first?.message.contains("line 2") == true)
        let together = try await submit(row("carol"), row("carol"), allOrNothing: true)
        #expect(together.refused == 1)
    }

    @Test("as a dry run checks all and writes nothing")
    func dryRun() async throws {
        let verdict = try await submit(row("alice"), row("bob"), dryRun: true)
        #expect(verdict.rows.allSatisfy { $0.accepted && $0.request == nil })
        #expect(try await requests().isEmpty)
    }

    @Test("may have a byte order mark, CRLF, quotes, commas and lines in fields, blank lines and no last line end")
    func liberties() async throws {
        let text =
            "\u{FEFF}Email, NAME ,locale,grants,until,reason\r\n"
            + "alice@acme.example,\"Martin, Alice\",,\"prod=OPE; default=STD\",,\"First line\r\nsecond \"\"quoted\"\" line\"\r\n"
            + "\r\n" + "bob@acme.example,Bob,fr,default=STD,2027-01-01,Joins"
        let verdict = try await submit(text.utf8)
        #expect(verdict.encoding == "UTF-8")
        #expect(verdict.rows.map(\.line) == [2, 5])
        #expect(verdict.rows.allSatisfy { $0.accepted }, "\(verdict.rows)")
        let alice = try #require(try await requests().first { $0.person?.email == "alice@acme.example" })
        #expect(alice.person?.name == "Martin, Alice")
        #expect(alice.reason == "First line\nsecond \"quoted\" line")
        #expect(Set(alice.items.map(\.cloud)) == ["prod", "default"])
    }

    @Test("is read as Windows-1252 where it is not UTF-8")
    func latin1() async throws {
        let text = "\(Self.header)\nrene@acme.example,René Müller,fr,default=STD,,Arrivée\n"
        let verdict = try await submit(try #require(text.data(using: .isoLatin1)))
        #expect(verdict.encoding == "Windows-1252")
        #expect(try await requests().first?.person?.name == "René Müller")
    }

    @Test(
        "is refused whole where it cannot be read",
        arguments: [
            ("\u{FF}\u{FE}e\0m", "utf16"), ("e\0m\0a", "not_text"), ("", "empty"), ("\n\n", "empty"),
            ("email,name\n", "wrong_header"), ("a@b.example,A,en,prod=STD,,Why\n", "wrong_header"),
            ("email,name,locale,grants,until,reason\n", "no_rows"),
            ("email,name,locale,grants,until,reason\na,\"b,c,d,e,f\n", "bad_quotes"),
            ("email,name,locale,grants,until,reason\na,b\"c,d,e,f,g\n", "bad_quotes"),
            ("email,name,locale,grants,until,reason\na,\"b\"c,d,e,f,g\n", "bad_quotes"),
        ])
    func unreadable(_ text: String, _ code: String) async throws {
        let bytes = text.unicodeScalars.map { UInt8($0.value) }
        #expect(try await refusal { _ = try await submit(bytes) }.codes == [code])
    }

    @Test("is told what was found in its first line, what is missing, and what was not looked at")
    func tells() async throws {
        let refused = try await refusal { _ = try await submit("email,phone,name\na,b,c\n".utf8) }
        #expect(refused.message.contains("Found: email, phone, name. Missing: grants, reason."), "\(refused.message)")
        let notes = try await submit(
            "sep=;\nemail;shoe;name;grants;reason;until\na@acme.example;43;A;default=STD;x;03/04/2031".utf8
        )
        .notes
        #expect(
            notes.map(\.english) == [
                "Days were read with the day first, as your organization writes them: 03/04/2031 is 2031-04-03.",
                "These columns were not looked at: shoe.",
            ])
    }

    @Test("names its requests in the order of its lines, however many are submitted side by side")
    func order() async throws {
        let rows = (1...600).map { row("p\($0)") }
        let verdict = try await submit(([Self.header] + rows).joined(separator: "\n").utf8)
        let ids = verdict.rows.compactMap(\.request)
        #expect(ids.count == 600 && ids == ids.sorted())
        let marie = try await world.actor("marie@provider.example")
        let inbox = try await world.usher.inbox(PageRequest(limit: 1_000), by: marie).items.map(\.id)
        #expect(inbox == ids)
    }

    @Test("under a mapping is remembered for files of the organization with the same first line")
    func remembered() async throws {
        let file = Array("Kontakt;Wer;Profil;Warum\nada@acme.example;Ada;default=STD;x\n".utf8)
        let map = FileReading(map: "email: Kontakt\nname: Wer\nreason: Warum")
        #expect(try await refusal { _ = try await submit(file, dryRun: true) }.codes == ["wrong_header"])
        let first = try await world.usher.submitAll(
            csv: file, map, organization: "acme", by: rita, allOrNothing: false, dryRun: false)
        #expect(first.refused == 0)
        let second = try await submit(Array("kontakt;WER;Profil;Warum\nbob@acme.example;Bob;default=STD;x\n".utf8))
        #expect(second.refused == 0)
        #expect(second.notes == ["The columns were read as somebody of yours chose them before."])
    }

    @Test("has 100,000 rows at most, and 64 MiB")
    func size() async throws {
        let rows = Array((Self.header + "\n" + String(repeating: "a,b,c,d,e,f\n", count: 100_001)).utf8)
        #expect(try await refusal { _ = try await submit(rows) }.codes == ["too_many_rows"])
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 64 << 20 + 1)
        #expect(try await refusal { _ = try await submit(bytes) }.codes == ["too_large"])
    }

    @Test("tells its progress, row by row, to the end")
    func progress() async throws {
        let settled = Mutex<[Int]>([])
        let text = ([Self.header] + (0..<100).map { row("p\($0)") }).joined(separator: "\n")
        let verdict = try await world.usher.submitAll(
            csv: Array(text.utf8), organization: "acme", by: rita, allOrNothing: false, dryRun: false
        ) { done, _ in settled.withLock { $0.append(done) } }
        #expect(settled.withLock { $0 } == Array(1...100))
        #expect(verdict.rows.map(\.email) == (0..<100).map { "p\($0)@acme.example" })
        #expect(Set(verdict.rows.compactMap(\.request)).count == 100)
    }
}
