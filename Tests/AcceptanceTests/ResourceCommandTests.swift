import Foundation
import Testing

@Suite("Resources from the command line", .timeLimit(.minutes(60)))
struct ResourceCommandTests {
    private static let members: Set = [
        "id", "type", "name", "status", "environment", "tags", "service", "cloud", "zone",
    ]
    private static let olga = "olga@provider.example"

    private func open(_ way: Way) async throws -> Office {
        let office = try await Office.open(way)
        try await office.done("person", "appoint", Self.olga, "--duty", "operator", "--name", "Olga")
        try await office.enrol(Self.olga)
        return office
    }

    /// With a code that nobody has used.
    private func change(_ office: Office, _ arguments: String...) async throws -> CommandLineProgram.Result {
        office.pass(seconds: 60)
        return try await office.run(
            arguments + ["--as", Self.olga, "--code", try await office.code(of: Self.olga), "--json"])
    }

    private func ids(_ office: Office, _ arguments: String...) async throws -> [String] {
        let list = try await office.done(["resource", "list"] + arguments + ["--as", Office.rita])
        return list["items"].items.compactMap { $0["id"].text }
    }

    @Test("are added, found by tags, told, tagged, changed and removed", arguments: Way.allCases)
    func story(way: Way) async throws {
        let office = try await open(way)
        let service = try await change(office, "service", "add", "acme/prod", "The Shop", "--slug", "shop")
        #expect(try service.document().keys == ["cloud", "createdAt", "name", "path", "slug"], "\(service)")
        for (id, tier) in [("i-1", "front"), ("i-2", "back")] {
            let made = try await change(
                office, "resource", "add", "acme/prod/shop", "web-\(id)", "--id", id, "--type",
                "compute/instance/linux", "--environment", "production", "--zone", "EB-HDS-A", "--tag", "team=web",
                "--tag", "tier=\(tier)")
            #expect(try made.code == 0 && Set(made.document().keys) == Self.members, "\(made)")
        }
        #expect(try await ids(office, "--tag", "team=web", "--tag", "tier=front") == ["i-1"])
        #expect(try await ids(office, "--cloud", "acme/prod", "--type", "compute", "--status", "!INACTIVE").count == 2)
        #expect(try await ids(office, "--name", "web-i-1,web-i-2", "--zone", "EB-HDS-A", "--limit", "1") == ["i-1"])
        let shown = try await office.run("resource", "show", "i-1", "--as", Office.rita)
        #expect(shown.code == 0 && shown.output.contains("Service:      acme/prod/shop\n"), "\(shown)")
        let tagged = try await change(office, "resource", "tag", "i-1", "team=", "note=a=b")
        #expect(try tagged.document()["tags"].keys == ["note", "tier"], "\(tagged)")
        let set = try await change(office, "resource", "set", "i-2", "--status", "INACTIVE", "--zone", "")
        #expect(try set.document()["status"] == "INACTIVE" && set.document()["zone"] == .null, "\(set)")
        #expect(try await change(office, "resource", "remove", "i-2").code == 0)
        #expect(try await office.run("resource", "show", "i-2", "--as", Office.rita).code == 4)
        let services = try await office.done(["service", "list", "acme/prod", "--as", Office.rita])
        #expect(services["items"].items.map { $0["path"] } == ["acme/prod/shop"])
    }

    @Test("come from a file with a verdict for each row", arguments: Way.allCases)
    func file(way: Way) async throws {
        let office = try await open(way)
        #expect(try await change(office, "service", "add", "acme/prod", "Shop").code == 0)
        try office.usher.write(
            """
            id,service,name,type,environment,tags
            i-1,acme/prod/shop,web-1,compute,qa,team=web
            i-2,acme/prod/none,web-2,compute,qa,

            """, to: "resources.csv")
        let path = office.usher.path("resources.csv")
        let rehearsed = try await change(office, "resource", "import", path, "--dry-run")
        #expect(rehearsed.code == 1, "\(rehearsed)")
        #expect(try await ids(office) == [])
        let loaded = try await change(office, "resource", "import", path)
        #expect(loaded.code == 1, "\(loaded)")
        let rows = try loaded.document()["items"]
        #expect(rows[0].keys == ["accepted", "faults", "id", "line", "name", "outcome"])
        #expect(rows[0]["outcome"] == "added" && rows[1]["outcome"] == .null && rows[1]["line"] == 3)
        #expect(try await ids(office) == ["i-1"])
    }

    @Test("are refused with what is wrong and what is right", arguments: Way.allCases)
    func faults(way: Way) async throws {
        let office = try await open(way)
        #expect(try await change(office, "service", "add", "acme/prod", "Shop").code == 0)
        let reserved = try await change(
            office, "resource", "add", "acme/prod/shop", "x", "--type", "compute", "--environment", "qa", "--zone",
            "EB-A")
        #expect(try reserved.code == 1 && reserved.fault()["faults"][0]["code"] == "reserved_zone", "\(reserved)")
        #expect(try await change(office, "org", "set", "acme", "--kind", "group").code == 0)
        let open = try await change(
            office, "resource", "add", "acme/prod/shop", "x", "--type", "compute", "--environment", "qa", "--zone",
            "EB-A")
        #expect(open.code == 0, "\(open)")
        #expect(try await office.run("service", "list", "acme/nowhere", "--as", Office.rita).code == 4)
        #expect(try await office.run("service", "list", "acme", "--as", Office.rita).code == 2)
        let mine = try await office.run("service", "add", "acme/prod", "Mine", "--as", Office.rita)
        #expect(mine.code == 3, "\(mine)")
        #expect(try await office.run("resource", "list", "--zone", "XX", "--as", Office.rita).code == 1)
        #expect(try await office.run("resource", "tag", "i-1", "x", "--as", Office.rita).code == 2)
    }
}
