import Testing

@Suite("An access review from the command line")
struct ReviewCommandTests {
    private static let (alice, bob) = ("alice@acme.example", "bob@acme.example")

    @Test("is answered person by person, ends what nobody confirms at its deadline, and is told by counts")
    func story() async throws {
        let office = try await Office.open()
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
        #expect(again.code == 1 || again.error.contains("left out"), "\(again)")

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
        let shown = try await office.done("review", "show", campaign)
        #expect(shown["confirmed"] == 1 && shown["withdrawn"] == 1 && shown["waiting"] == 1, "\(shown)")

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
