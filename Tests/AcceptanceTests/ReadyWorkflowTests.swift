import Foundation
import Testing

/// Where requests begin: by a definition that is proven here, and by none that took a lost one's place.
@Suite("Definitions that requests begin by", .timeLimit(.minutes(60)))
struct ReadyWorkflowTests {
    private func text(_ office: Office, _ name: String = "account-request") async throws -> String {
        let mine = office.usher.path("defaults-\(UUID().uuidString)")
        let shipped = try await office.usher.run("export-defaults", mine)
        try #require(shipped.code == 0, "\(shipped)")
        return try String(contentsOfFile: "\(mine)/workflows/\(name).yaml", encoding: .utf8)
    }

    private func row(_ name: String, of office: Office) async throws -> Document {
        let rows = try await office.done("workflow", "list")["items"].items
        return try #require(rows.first { $0["workflow"] == .string(name) })
    }

    private let submission = [
        "request", "submit", "--org", "acme", "--email", "bob@acme.example", "--name", "Bob", "--grant", "prod=STD",
        "--reason", "New", "--as", Office.rita,
    ]

    @Test(
        "take no request while they have findings, and say what the check says",
        arguments: [("14bd: {go: expired}", "13d: {go: expired}"), ("send: approval-asked", "send: nowhere")])
    func findings(sound: String, unsound: String) async throws {
        let office = try await Office.open()
        let id = try await office.submit("alice@acme.example", "prod=OPE")
        let text = try await text(office).replacing("version: 2", with: "version: 3").replacing(sound, with: unsound)
        try office.usher.write(text, to: "data/custom/workflows/account-request.yaml")
        let check = try await office.run("workflow", "check")
        #expect(check.code == 1)
        let refused = try await office.run(submission)
        #expect(refused.code == 5, "\(refused)")
        let first = try #require(check.output.split(separator: "\n").first { $0.contains("account-request.yaml:") })
        #expect(refused.error.contains(first), "\(refused.error)\n\(first)")
        #expect(try await office.run(submission + ["--dry-run"]).code == 5)
        let listed = try await row("account-request", of: office)
        #expect(listed["ready"] == false && listed["startable"] == true && listed["findings"] != 0)
        #expect(try await office.run("doctor").code == 1)
        // What runs already goes on.
        try await office.approve(id)
        #expect(try await office.done("request", "show", id)["state"] == "invitation")
    }

    @Test("take no request in place of a version whose file is gone")
    func gone() async throws {
        let office = try await Office.open()
        let file = "data/custom/workflows/account-request.yaml"
        try office.usher.write(try await text(office).replacing("version: 2", with: "version: 3"), to: file)
        let id = try await office.submit("alice@acme.example", "prod=OPE")
        #expect(try await office.run("doctor").code == 0)
        try FileManager.default.removeItem(atPath: office.usher.path(file))
        let refused = try await office.run(submission)
        #expect(refused.code == 5 && refused.error.contains("its file is gone"), "\(refused)")
        #expect(try await row("account-request", of: office)["missingVersion"] == 3)
        let doctor = try await office.run("doctor", "--json")
        let failed = try doctor.document()["items"].items.filter { $0["ok"] == false }
        #expect(failed.map { $0["check"] } == ["versions"], "\(doctor)")
        try await office.approve(id)
        #expect(try await office.done("request", "show", id)["version"] == 3)
        let table = try await office.run("workflow", "list")
        #expect(table.output.contains("version 3 is gone"))
    }

    @Test("are told apart from those that nothing starts")
    func nothingStarts() async throws {
        let office = try await Office.open()
        let tea = try await text(office).replacing("workflow: account-request", with: "workflow: tea")
        try office.usher.write(tea, to: "data/custom/workflows/tea.yaml")
        let listed = try await row("tea", of: office)
        #expect(listed["startable"] == false && listed["ready"] == false && listed["findings"] == 0)
        #expect(try await office.run("workflow", "list").output.contains("nothing starts it"))
        #expect(try await row("account-request", of: office)["ready"] == true)
    }
}
