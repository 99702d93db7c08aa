import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("A submission", .timeLimit(.minutes(60)))
struct SubmissionTests {
    let world: TestInstallation
    let rita: Actor

    init() async throws {
        world = try await TestInstallation.withAcme()
        rita = try await world.actor("rita@acme.example")
    }

    private func faults(_ change: (inout Submission) -> Void) async throws -> Fault {
        var submission = world.submission()
        change(&submission)
        return try await refusal { [submission] in _ = try await world.usher.submit(submission, by: rita) }
    }

    @Test("is refused whole with every fault at once, and leaves nothing")
    func everything() async throws {
        let before = try await world.usher.people(organization: "acme", PageRequest(), by: world.owner).items.count
        let fault = try await faults {
            $0.email = "no address"
            $0.name = "=cmd"
            $0.language = "sv"
            $0.grants = [("nowhere", "OPE"), ("prod", "ROOT"), ("prod", "STD")]
            $0.until = "2020-01-01"
            $0.reason = " "
        }
        #expect(
            Set(fault.codes) == [
                "invalid_email", "formula", "unknown_locale", "unknown_cloud", "unknown_profile", "duplicate_cloud",
                "in_the_past", "required",
            ])
        #expect(fault.fields.contains("grants[1].profile"))
        #expect(
            try await world.usher.people(organization: "acme", PageRequest(), by: world.owner).items.count == before)
        let requests = try await world.usher.requests(
            organization: "acme", mine: true, state: nil, overdue: false, PageRequest(), by: rita)
        #expect(requests.items.isEmpty)
    }

    @Test(
        "refuses CR, LF, NUL and other controls in every field that reaches a mail",
        arguments: ["\r", "\n", "\0", "\u{1B}"])
    func controls(_ control: String) async throws {
        #expect(try await faults { $0.name = "Alice\(control)Bcc: x@example.com" }.codes == ["invalid_name"])
        #expect(try await faults { $0.email = "alice\(control)@acme.example" }.codes == ["invalid_email"])
        // A line end behind an address is what copying left there, and goes no further than that.
        if ["\0", "\u{1B}"].contains(control) {
            #expect(try await faults { $0.email = "alice@acme.example\(control)" }.codes == ["invalid_email"])
        }
        #expect(try await faults { $0.language = "en\(control)" }.codes == ["unknown_locale"])
        #expect(try await faults { $0.until = "2027-01-01\(control)" }.codes == ["invalid_date"])
        #expect(try await faults { $0.idempotencyKey = "k\(control)" }.codes == ["invalid_key"])
        guard control != "\n" else { return }  // A reason may have lines; mails show it in their body only.
        #expect(try await faults { $0.reason = "Because\(control)Bcc: x@example.com" }.codes == ["invalid_reason"])
    }

    @Test("refuses controls in the names of organizations, clouds and people, in questions and in answers")
    func otherControls() async throws {
        let usher = world.usher
        let organization = try await refusal {
            _ = try await usher.addOrganization(
                name: "A\r\nBcc: x", slug: "a", representative: "r@a.example", representativeName: nil, manager: nil,
                language: "en", by: world.owner)
        }
        #expect(organization.codes == ["invalid_name"])
        let cloud = try await refusal {
            _ = try await usher.addCloud(organization: "acme", name: "A\nB", cloudSlug: "a", by: world.owner)
        }
        #expect(cloud.codes == ["invalid_name"])
        let person = try await refusal {
            _ = try await usher.appoint(
                email: "x@acme.example", name: "A\0", .representative, organization: "acme", language: "en",
                by: world.owner)
        }
        #expect(person.codes == ["invalid_name"])
        let id = try await world.submit()
        let marie = try await world.actor("marie@provider.example")
        #expect(try await refusal { _ = try await usher.ask(id, question: "a\rb", by: marie) }.fields == ["text"])
        #expect(
            try await refusal { _ = try await usher.reject(id, clouds: [], reason: "a\0b", by: marie) }.codes
                == ["invalid_reason"])
    }

    @Test("refuses 10,000 characters anywhere, and repeats none of them")
    func long() async throws {
        let long = String(repeating: "é", count: 10_000)
        for fault in [
            try await faults { $0.name = long }, try await faults { $0.email = long + "@acme.example" },
            try await faults { $0.language = long }, try await faults { $0.grants = [(long, "STD")] },
            try await faults { $0.grants = [("prod", long)] }, try await faults { $0.until = long },
            try await faults { $0.reason = long }, try await faults { $0.organization = long },
            try await faults { $0.idempotencyKey = long },
        ] {
            #expect((fault.faults.map(\.message) + [fault.message]).allSatisfy { $0.count < 300 })
        }
    }

    @Test(
        "refuses an end that has passed, or is no date",
        arguments: [
            ("2026-11-22", "in_the_past"), ("2026-11-23T09:30:00Z", "in_the_past"), ("1999-01-01", "in_the_past"),
            ("2027-02-30", "invalid_date"), ("2027-+1-+1", "invalid_date"), ("tomorrow", "invalid_date"),
            ("2027-01-01T10:00", "invalid_date"), ("27-01-01", "invalid_date"),
        ])
    func until(_ text: String, _ code: String) async throws {
        #expect(try await faults { $0.until = text }.codes == [code])
    }

    @Test(
        "refuses a formula as a name, also behind a space",
        arguments: [
            "=1+1", " =1+1", "+33", "-x", "@sum", "\u{A0}=x",
        ])
    func formula(_ name: String) async throws {
        #expect(try await faults { $0.name = name }.codes == ["formula"])
    }

    @Test("knows one person behind all spellings of an address")
    func aliases() async throws {
        _ = try await world.submit()
        for address in ["ALICE@acme.example", "Alice@ACME.EXAMPLE", "aLiCe@Acme.Example"] {
            #expect(try await faults { $0.email = address }.codes == ["request_open"])
        }
        #expect(try await faults { $0.email = "аlice@acme.example" }.codes == ["invalid_email"])  // Cyrillic а.
    }

    @Test("with the same key is the same request, whoever is quicker")
    func idempotency() async throws {
        let submission = world.submission(key: "ticket-4711")
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await world.usher.submit(submission, by: rita).id } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(world.mailer.templates(to: "marie@provider.example").count { $0 == "approval-asked" } == 1)
    }

    @Test("with the same key and anything else that was asked is refused, whichever field it is")
    func otherSubmission() async throws {
        let first = world.submission(until: "2027-03-31", key: "ticket-4711")
        let id = try await world.usher.submit(first, by: rita).id
        let others: [(String, (inout Submission) -> Void)] = [
            ("email", { $0.email = "bob@acme.example" }), ("name", { $0.name = "Alicia Martin" }),
            ("language", { $0.language = "fr" }), ("a profile", { $0.grants = [("prod", "POW"), ("default", "STD")] }),
            ("a cloud less", { $0.grants.removeLast() }), ("until", { $0.until = "2027-04-30" }),
            ("no end", { $0.until = nil }), ("reason", { $0.reason = "Leads the release team" }),
        ]
        for (field, change) in others {
            var other = first
            change(&other)
            let fault = try await refusal { _ = try await world.usher.submit(other, by: rita) }
            #expect(fault.code == .conflict && fault.message.contains("This key was used"), "\(field)")
        }
        #expect(try await world.usher.submit(first, by: rita).id == id)
        // What she chooses once she has an account is no part of what was asked.
        try await world.approve(try #require(RequestID(id)))
        _ = try await world.enrol("alice@acme.example")
        let alice = try await world.person("alice@acme.example")
        let german = try #require(Language(rawValue: "de"))
        try await world.store.write { try $0.setLanguage(german, of: alice.id) }
        #expect(try await world.usher.submit(first, by: rita).id == id)
    }

    @Test("refuses somebody of another organization, the requester, the suspended, and what is held already")
    func known() async throws {
        try await world.organization("globex")
        #expect(try await faults { $0.email = "rita@globex.example" }.codes == ["unavailable"])
        #expect(try await faults { $0.email = "marie@provider.example" }.codes == ["unavailable"])
        #expect(try await faults { $0.email = "rita@acme.example" }.codes == ["own_account"])
        try await world.account()
        #expect(try await faults { $0.grants = [("prod", "OPE"), ("default", "POW")] }.codes == ["held_already"])
        try await world.usher.suspend(try EmailAddress("alice@acme.example"), reason: "Odd.", by: rita)
        #expect(try await faults { $0.grants = [("prod", "POW")] }.codes == ["suspended"])
    }

    @Test("as a dry run checks everything and writes nothing")
    func dryRun() async throws {
        let view = try await world.usher.submit(world.submission(), by: rita, dryRun: true)
        #expect(view.state == "dry-run")
        #expect(try await world.store.read { try $0.person(emailKey: "alice@acme.example") } == nil)
    }

    @Test("by staff says so in the history")
    func staff() async throws {
        let view = try await world.usher.submit(
            world.submission(), by: try await world.actor("marie@provider.example"))
        let history = try await world.view(try world.id(view)).history
        #expect(history?.first?.note == "Recorded by staff for the organization.")
    }
}
