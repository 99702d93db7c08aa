import Foundation
import Testing

/// What a provider sees before and after other rules are put in place.
@Suite("Another catalogue", .timeLimit(.minutes(60)))
struct CatalogueDiffTests {
    private func matrix(_ usher: CommandLineProgram, _ change: (String) -> String) throws -> String {
        let folder = usher.folder.appending(path: "other-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let text = try String(contentsOf: checkout.appending(path: "catalogue/matrix.yaml"), encoding: .utf8)
        try change(text).write(toFile: folder + "/matrix.yaml", atomically: true, encoding: .utf8)
        return folder
    }

    private func install(_ folder: String, _ usher: CommandLineProgram) throws {
        let custom = usher.data.appending(path: "custom/catalogue").path
        try FileManager.default.createDirectory(atPath: custom, withIntermediateDirectories: true)
        let file = custom + "/matrix.yaml"
        if FileManager.default.fileExists(atPath: file) { try FileManager.default.removeItem(atPath: file) }
        try FileManager.default.copyItem(atPath: folder + "/matrix.yaml", toPath: file)
    }

    @Test("says who would gain and lose before it is installed, and is on record afterwards, once")
    func story() async throws {
        let office = try await Office.open()
        let usher = office.usher
        _ = try await office.approve(try await office.submit("alice@acme.example", "prod=OPE"))
        _ = try await office.enrol("alice@acme.example")
        let same = try matrix(usher) { $0 + "\n# The same.\n" }
        #expect(try await office.run(["catalogue", "diff", same]).code == 0)
        let other = try matrix(usher) {
            $0.replacing("version: 1", with: "version: 2")
                .replacing("start-instance: OPE", with: "start-instance: POW")
        }
        let found = try await office.run(["catalogue", "diff", other, "--json"])
        #expect(found.code == 1)
        let document = try found.document()
        #expect(document["summary"]["changed"] == 1 && document["summary"]["hindrance"] == .null)
        #expect(document["items"][0]["loses"] == ["start-instance"])
        #expect(document["items"][0]["person"].text == "alice@acme.example")
        let lines = try await office.run(["catalogue", "diff", other, "--format", "jsonl"])
        #expect(lines.output.split(separator: "\n").count == 2)
        let told = try await office.run(["catalogue", "diff", other])
        #expect(told.output.contains("alice@acme.example") && told.output.contains("start-instance"))

        try install(other, usher)
        #expect(try await office.run(["run-due"]).code == 0)
        #expect(try await office.run(["run-due"]).code == 0)
        let trail = try await office.done(["audit", "list", "--action", "catalogue.install"])
        #expect(trail["items"].items.count == 2)
        #expect(trail["items"][0]["detail"].text?.contains("matrix 2 ") == true)
        let can = ["can", "alice@acme.example", "start-instance", "--cloud", "acme/prod"]
        #expect(try await office.run(can).code == 1)
        #expect(try await office.run(["doctor"]).output.contains("as the audit trail says"))

        let silent = try matrix(usher) { $0.replacing("version: 1", with: "version: 2") }
        let warned = try await office.run(["catalogue", "diff", silent])
        #expect(warned.code == 1 && warned.error.contains("would be refused"))
        try install(silent, usher)
        let refused = try await office.run(["org", "list"])
        #expect(refused.code == 5 && refused.error.contains("Give the changed file a new version"))
    }

    @Test("that cannot be read is refused with every finding, and changes nothing")
    func faults() async throws {
        let office = try await Office.open()
        let broken = try matrix(office.usher) { $0.replacing("start-instance: OPE", with: "start-instance: OPX") }
        let run = try await office.run(["catalogue", "diff", broken, "--json"])
        #expect(run.code == 1)
        #expect(try run.fault()["faults"][0]["message"].text?.contains("matrix.yaml:11:") == true)
        #expect(try await office.run(["catalogue", "diff", NSTemporaryDirectory() + "nothing-here"]).code == 1)
        #expect(try await office.run(["catalogue", "diff"]).code == 2)
    }

    @Test("explains a decision, and lists who could do what, also as a table for a spreadsheet")
    func explained() async throws {
        let office = try await Office.open()
        _ = try await office.approve(try await office.submit("alice@acme.example", "prod=OPE"))
        _ = try await office.enrol("alice@acme.example")
        let why = ["can", "alice@acme.example", "create-instance", "--cloud", "acme/prod", "--explain"]
        let told = try await office.run(why)
        #expect(told.code == 1)
        #expect(told.output.contains("1. The profile in this cloud is raised to POW."))
        let document = try await office.run(why + ["--json"]).document()
        #expect(document["explanation"]["changes"][0]["change"].text == "raise_profile")
        #expect(document["explanation"]["approval"]["approvals"].items.count == 1)
        let list = try await office.done(["access", "list", "--cloud", "acme/prod", "--action", "start-instance"])
        #expect(list["items"].items.count == 1 && list["at"].text != nil)
        let csv = try await office.run(["access", "list", "--org", "acme", "--format", "csv"])
        #expect(csv.output.hasPrefix("organization,cloud,person,"))
        #expect(csv.output.split(separator: "\r\n").count == 2)
        #expect(try await office.run(["access", "list", "--at", "2999-01-01"]).code == 1)
        #expect(try await office.run(["access", "list", "--format", "csv", "--json"]).code == 2)
    }
}
