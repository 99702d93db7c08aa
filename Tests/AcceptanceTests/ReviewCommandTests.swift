import Foundation
import Testing

@Suite("An access review from the command line", .timeLimit(.minutes(60)))
struct ReviewCommandTests {
    private static let (alice, bob) = ("alice@acme.example", "bob@acme.example")

    @Test(
        "is answered person by person, ends what nobody confirms at its deadline, and is told by counts",
        arguments: Way.allCases)
    func story(way: Way) async throws {
        let office = try await Office.open(way)
        for email in [Self.alice, Self.bob, "carol@acme.example"] {
            try await office.approve(try await office.submit(email, "prod=OPE"))
            try await office.enrol(email)
        }
        office.pass(seconds: 60)
        #expect(try await office.run("review", "start", "--reason", "Yearly").code == 2)
        let forbidden = try await office.run(
            "review", "start", "--org", "acme", "--reason", "Yearly", "--as", Office.rita, "--code",
            try await office.code(of: Office.rita))
        #expect(forbidden.code == 3, "\(forbidden)")
        office.pass(seconds: 60)
        let started = try await office.done(
            "review", "start", "--org", "acme", "--until", "2027-03-15", "--reason", "Yearly", "--as", Office.marie,
            "--code", try await office.code(of: Office.marie))
        #expect(started["waiting"] == 3 && started["open"] == true && started["skipped"] == [], "\(started)")
        let (campaign, id) = (
            try #require(started["campaign"].text), try #require(started["clouds"][0]["request"].text)
        )
        let again = try await office.run("review", "start", "--org", "acme", "--reason", "Again")
        #expect(again.code == 1, "\(again)")

        // All at once only by whoever says what they saw.
        office.pass(seconds: 60)
        let blind = try await office.run(
            "request", "approve", id, "--as", Office.rita, "--code", try await office.code(of: Office.rita))
        #expect(blind.code == 1, "\(blind)")
        office.pass(seconds: 60)
        try await office.done(
            "request", "approve", id, "--item", Self.alice, "--as", Office.rita, "--code",
            try await office.code(of: Office.rita))
        office.pass(seconds: 60)
        try await office.done(
            "request", "reject", id, "--item", Self.bob, "--reason", "Changed teams", "--as", Office.rita, "--code",
            try await office.code(of: Office.rita))
        #expect(try await office.done("person", "show", Self.bob)["grants"] == [])
        let shown = try await office.done("review", "show", campaign, "--as", Office.rita)
        #expect(shown["confirmed"] == 1 && shown["withdrawn"] == 1 && shown["waiting"] == 1, "\(shown)")
        #expect(shown["clouds"][0]["open"] == true)
        let told = try await office.run("review", "show", campaign, "--as", Office.rita)
        #expect(told.output.contains("Progress:  1 waiting, 1 confirmed, 1 withdrawn\n"), "\(told)")
        let rita = way == .inProcess ? "operator \(NSUserName()) for \(Office.rita)" : Office.rita
        #expect(told.output.contains("\(Self.bob) OPE: withdrawn by \(rita), 2027-03-01T"), "\(told)")
        let table = try await office.run("review", "list", "--org", "acme", "--as", Office.rita)
        #expect(table.output.contains("\(campaign)  2027-03-01  1 of 1 open  1 waiting, 1 confirmed"), "\(table)")
        let nothing = try await office.run("review", "show", "nothing", "--as", Office.rita)
        #expect(nothing.code == 4, "\(nothing)")

        office.pass(seconds: 20 * 86_400)
        try await office.done("run-due")
        let over = try await office.done("review", "show", campaign)
        #expect(over["open"] == false && over["bySilence"] == 1 && over["confirmed"] == 1, "\(over)")
        #expect(try await office.done("person", "show", "carol@acme.example")["grants"] == [])
        #expect(try await office.done("person", "show", Self.alice)["grants"].items.count == 1)
        let verdicts = over["clouds"][0]["items"].items.map { $0["verdict"].text }
        #expect(verdicts.sorted { ($0 ?? "") < ($1 ?? "") } == ["bySilence", "confirmed", "withdrawn"])
        #expect(try await office.done("review", "list")["items"].items.count == 1)
        #expect(try await office.run("doctor").code == 0)
    }
}
