import Basics
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("The definitions of an installation", .timeLimit(.minutes(60)))
struct DefinitionLibraryTests {
    private func changed(_ change: (String) -> String) -> [(file: String, text: String)] {
        TestInstallation.shippedWorkflows.map { file, text in
            file.hasSuffix("account-request.yaml") ? (file, change(text)) : (file, text)
        }
    }

    @Test("refuse a changed text under a version that has requests, and show both hashes")
    func changedVersion() async throws {
        let world = try await TestInstallation.withAcme()
        let edited = changed { $0.replacing("due: 7bd", with: "due: 6bd") }
        let untouched = try world.opened(workflows: edited)
        try await untouched.store.read { try untouched.usher.library.requireUnchanged(in: $0) }
        _ = try await world.submit()
        let other = try world.opened(workflows: edited)
        let fault = try await refusal {
            try await other.store.read { try other.usher.library.requireUnchanged(in: $0) }
        }
        #expect(fault.code == .conflict)
        #expect(fault.message.matches(of: /[0-9a-f]{12}/).count == 2)
        try await world.store.read { try world.usher.library.requireUnchanged(in: $0) }
        // Whoever skips that check still cannot begin a request under the changed text.
        let begun = try await refusal {
            _ = try await other.usher.submit(
                other.submission("bob@acme.example"), by: try await other.actor("rita@acme.example"))
        }
        #expect(begun.code == .conflict)
    }

    @Test("keep running requests on their version when a newer one comes")
    func newVersion() async throws {
        let world = try await TestInstallation.withAcme()
        let id = try await world.submit()
        let newer = try world.opened(workflows: changed { $0.replacing("version: 2", with: "version: 3") })
        try await newer.store.read { try newer.usher.library.requireUnchanged(in: $0) }
        try await newer.approve(id)
        try await newer.enrol("alice@acme.example")
        #expect(try await newer.view(id).state == "active")
        #expect(try await newer.view(id).version == 2)
        let second = try await newer.submit("bob@acme.example")
        #expect(try await newer.view(second).version == 3)
        #expect(try await newer.usher.replayAll().defects == [])
    }

    @Test("are refused with people whom nobody can resolve, and twice under one name")
    func unusable() {
        #expect(throws: Fault.self) {
            _ = try DefinitionLibrary.read(
                changed { $0.replacing("provider.duty_managers", with: "provider.presidents") })
        }
        #expect(throws: Fault.self) {
            _ = try DefinitionLibrary.read(TestInstallation.shippedWorkflows + changed { $0 }.prefix(1))
        }
        #expect(throws: Fault.self) { _ = try DefinitionLibrary.read([("x.yaml", "workflow: [")]) }
    }
}
