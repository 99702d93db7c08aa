import Foundation
import Testing

@Suite("usher workflow replay", .timeLimit(.minutes(60)))
struct WorkflowReplayTests {
    /// An office with one request that waits for its holder, and the text of the definition that it follows.
    private func office() async throws -> (office: Office, id: String, source: String) {
        let office = try await Office.open()
        let id = try await office.submit(MainJobTests.alice, "prod=OPE")
        try await office.approve(id)
        let exported = try await office.run("export-defaults", office.usher.path("mine"))
        try #require(exported.code == 0, "\(exported)")
        let file = office.usher.path("mine/workflows/account-request.yaml")
        return (office, id, try String(contentsOfFile: file, encoding: .utf8))
    }

    @Test("counts requests that would have gone the same way, and names the first difference of the others")
    func replays() async throws {
        let (office, id, source) = try await office()
        let same = try await office.run("workflow", "replay", "account-request", "--all")
        #expect(same.code == 0, "\(same)")
        #expect(same.output == "Requests that would have gone elsewhere: 0; the same way: 1.\n")

        let file = try office.usher.write(
            source.replacing("version: 2\n", with: "version: 3\n")
                .replacing(
                    "any(items.approved), go: provisioning", with: "count(items.approved) > 1, go: provisioning"),
            to: "edited.yaml")
        let told = try await office.run("workflow", "replay", file, "--all")
        #expect(told.code == 1 && told.output.hasPrefix(id), "\(told)")
        #expect(told.output.contains("decide: state\n    before: provisioning\n    edited: rejected\n"), "\(told)")
        let one = try await office.run("workflow", "replay", file, "--run", id, "--json")
        #expect(one.code == 1, "\(one)")
        let document = try one.document()
        #expect(document.keys == ["differ", "items", "same"] && document["differ"] == 1 && document["same"] == 0)
        let item = document["items"][0]
        #expect(item.keys == ["at", "differs", "entry", "event", "new", "old", "request", "version"])
        #expect(item["request"] == .string(id) && item["entry"] == 2 && item["new"] == "rejected")
    }

    @Test("is the operator's, and knows no request that is not there or is of another workflow")
    func refuses() async throws {
        let (office, id, _) = try await office()
        let person = try await office.run("workflow", "replay", "account-request", "--all", "--as", Office.marie)
        #expect(person.code == 3 && person.output.isEmpty, "\(person)")
        let other = try await office.run("workflow", "replay", "mfa-reset", "--run", id)
        #expect(other.code == 1 && other.error.contains("follows account-request"), "\(other)")
        let unknown = try await office.run(
            "workflow", "replay", "account-request", "--run", "01ARZ3NDEKTSV4RRFFQ69G5FAV")
        #expect(unknown.code == 4, "\(unknown)")
        #expect(try await office.run("workflow", "replay", office.usher.path("none.yaml"), "--all").code == 4)
        #expect(try await office.run("workflow", "replay", "account-request").code == 2)
        #expect(try await office.run("workflow", "replay", "account-request", "--all", "--run", id).code == 2)
        let broken = try office.usher.write("workflow: account-request\n", to: "broken.yaml")
        let unread = try await office.run("workflow", "replay", broken, "--all", "--json")
        #expect(unread.code == 1, "\(unread)")
        #expect(try unread.fault()["code"] == "invalid")
    }
}
