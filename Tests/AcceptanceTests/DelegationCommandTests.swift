import Testing

@Suite("Delegations from the command line", .timeLimit(.minutes(60)))
struct DelegationCommandTests {
    private static let bob = "bob@acme.example"

    @Test(
        "are given, listed and ended early; who lends nothing any more has nobody in their place",
        arguments: Way.allCases)
    func story(way: Way) async throws {
        let office = try await Office.open(way)
        _ = try await office.approve(try await office.submit(Self.bob, "default=OPE", name: "Bob"))
        try await office.enrol(Self.bob)
        office.pass(seconds: 60)
        let given = try await office.done(
            "person", "delegate", Office.rita, "--to", Self.bob, "--until", "2027-04-01T00:00:00Z", "--as",
            Office.rita, "--code", try await office.code(of: Office.rita))
        #expect(given.keys == ["delegate", "from", "person", "until"])
        let coming = try await office.done(
            "person", "delegate", Office.rita, "--to", Self.bob, "--from", "2027-06-01T00:00:00Z", "--until",
            "2027-06-08T00:00:00Z")
        let all = try await office.done("delegation", "list")["items"]
        #expect(all.items.map { $0["until"] } == [given["until"], coming["until"]])
        #expect(all.items.map { $0["holds"] } == [true, false])
        #expect(all[0].keys == ["delegate", "from", "holds", "person", "until"])
        #expect(try await office.done("delegation", "list", Self.bob)["items"] == all)
        #expect(try await office.done("delegation", "list", "--as", Self.bob)["items"] == all)
        #expect(try await office.done("delegation", "list", Office.rita, "--as", Self.bob)["items"] == all)
        let first = try await office.done("delegation", "list", "--limit", "1", "--as", Self.bob)
        let next = try #require(first["next"].text)
        let second = try await office.done("delegation", "list", "--after", next, "--as", Self.bob)
        #expect(first["items"].items + second["items"].items == all.items)
        let table = try await office.run("delegation", "list", "--as", Office.rita)
        #expect(table.output.contains("\(Office.rita)  \(Self.bob)"), "\(table)")
        #expect(try await office.run("delegation", "list", Office.marie, "--as", Self.bob).code == 4)

        #expect(try await office.run("delegation", "end", Office.rita, "--as", Office.rita).code == 2)
        let stranger = try await office.run("delegation", "end", Office.rita, "--to", Self.bob, "--as", Office.marie)
        #expect(stranger.code == 4, "\(stranger)")
        let one = try await office.done(
            "delegation", "end", Office.rita, "--to", Self.bob, "--from", "2027-06-01T00:00:00Z", "--as", Office.rita)
        #expect(one["items"].items == [coming])
        let back = try await office.done("delegation", "end", Office.rita, "--to", Self.bob, "--as", Self.bob)
        #expect(back["items"].items == [given])
        let submitting = try await office.run(
            "request", "submit", "--org", "acme", "--email", "dan@acme.example", "--name", "Dan", "--grant",
            "prod=STD", "--reason", "Joins", "--as", Self.bob)
        #expect(submitting.code == 4, "\(submitting)")
        let empty = try await office.run("delegation", "list")
        #expect(empty.code == 0 && empty.error.contains("Nobody acts"), "\(empty)")
        let trail = try await office.done("audit", "list")["items"].items.compactMap { $0["action"].text }
        #expect(trail.filter { $0 == "delegation.end" }.count == 2)
    }
}
