import Testing

@Suite("A suspension from the command line", .timeLimit(.minutes(60)))
struct SuspensionTests {
    @Test("begins and ends at once, by itself on its day, and shows its history", arguments: Way.allCases)
    func story(way: Way) async throws {
        let office = try await Office.open(way)
        office.pass(seconds: 60)
        let suspended = try await office.done(
            "person", "suspend", Office.rita, "--until", "2027-03-05", "--reason", "Laptop stolen")
        #expect(suspended["state"] == "suspended")
        let id = try #require(suspended["request"].text)
        let refused = try await office.run("inbox", "--as", Office.rita, "--json")
        #expect(refused.code == 3)
        let shown = try await office.run("request", "show", id, "--history")
        #expect(shown.output.contains("suspension \(id)") && shown.output.contains("Laptop stolen"))
        office.pass(seconds: 5 * 86_400)
        try await office.done("run-due")
        #expect(try await office.done("request", "show", id)["state"] == "resumed")
        #expect(try await office.done("person", "show", Office.rita)["state"] == "active")
        let late = try await office.run(
            "person", "suspend", Office.rita, "--until", "2031-01-01", "--reason", "Odd", "--json")
        #expect(late.code == 1)
        #expect(try late.fault()["faults"][0]["code"] == "too_late")
        #expect(try await office.run("doctor").code == 0)
    }

    @Test(
        "has a successor: the representative proposes another, who takes over with an authenticator",
        arguments: Way.allCases)
    func successor(way: Way) async throws {
        let office = try await Office.open(way)
        let wrong = try await office.run(
            "person", "propose", "robin@acme.example", "--org", "acme", "--reason", "Retires", "--as", Office.rita)
        #expect(wrong.code == 2)
        let request = try await office.done(
            "person", "propose", "robin@acme.example", "--org", "acme", "--replaces", Office.rita, "--reason",
            "Retires", "--as", Office.rita)
        #expect(request["replaces"] == .string(Office.rita))
        let id = try #require(request["id"].text)
        #expect(try await office.approve(id)["state"] == "invitation")
        try await office.enrol("robin@acme.example")
        let acme = try await office.done("org", "show", "acme")
        #expect(acme["representatives"].items.map { $0["email"] } == ["robin@acme.example"])
        #expect(try await office.run("request", "list", "--org", "acme", "--as", Office.rita).code == 4)
    }
}
