import Testing

@Suite("A cloud on request", .timeLimit(.minutes(60)))
struct CloudRequestTests {
    @Test("is asked for by the representative, approved by the manager, and there", arguments: Way.allCases)
    func story(way: Way) async throws {
        let office = try await Office.open(way)
        let request = try await office.done([
            "cloud", "request", "acme", "Data lake", "--slug", "lake", "--reason", "Analytics", "--as", Office.rita,
        ])
        #expect(request["workflow"].text == "additional-cloud")
        #expect(request["newCloud"]["slug"].text == "lake")
        let id = try #require(request["id"].text)
        let shown = try await office.run("request", "show", id)
        #expect(shown.output.contains("New cloud: Data lake (lake)"))
        let decided = try await office.approve(id)
        #expect(decided["state"].text == "added")
        let clouds = try await office.done(["cloud", "list", "acme"])
        #expect(clouds["items"].items.compactMap { $0["slug"].text } == ["default", "lake", "prod"])
        let again = try await office.run([
            "cloud", "request", "acme", "Lake", "--slug", "lake", "--reason", "Why", "--as", Office.rita, "--json",
        ])
        #expect(again.code == 1)
        #expect(try again.fault()["faults"][0]["code"].text == "taken")
        #expect(try await office.run(["doctor"]).code == 0)
    }
}
