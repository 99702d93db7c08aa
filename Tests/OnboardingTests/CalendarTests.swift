import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing
import Workflow

@Suite("Calendars of organizations", .timeLimit(.minutes(60)))
struct CalendarTests {
    let world: TestInstallation

    init() async throws { world = try await TestInstallation.withAcme() }

    private func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

    private func set(calendar: String? = nil, timeZone: String? = nil) async throws {
        _ = try await world.usher.setOrganization("acme", calendar: calendar, timeZone: timeZone, by: world.owner)
    }

    /// The next reminder of a request, two business days after it was submitted.
    private func reminder(of id: RequestID) async throws -> Timestamp? {
        try await world.store.read { try $0.request(id)?.run.timers.map(\.at).min() }
    }

    @Test("counts by the organization's holidays and clock from then on, and leaves what is scheduled")
    func counts() async throws {
        world.clock.set(try instant("2026-12-23T23:30:00Z"))
        let before = try await world.submit()
        // Wednesday; without holidays two business days later is Friday, Christmas.
        #expect(try await reminder(of: before) == instant("2026-12-25T23:30:00Z"))
        try await set(calendar: "england")
        #expect(try await reminder(of: before) == instant("2026-12-25T23:30:00Z"))
        // Christmas, a weekend, and the substitute for Boxing Day.
        let after = try await world.submit("bob@acme.example")
        #expect(try await reminder(of: after) == instant("2026-12-29T23:30:00Z"))
        // In Paris it is Thursday already.
        try await set(timeZone: "Europe/Paris")
        let later = try await world.submit("eve@acme.example")
        #expect(try await reminder(of: later) == instant("2026-12-29T23:30:00Z"))
        try await set(calendar: "france")
        let french = try await world.submit("zoe@acme.example")
        #expect(try await reminder(of: french) == instant("2026-12-28T23:30:00Z"))
        // Back to the installation's.
        try await set(calendar: "", timeZone: "")
        let last = try await world.submit("max@acme.example")
        #expect(try await reminder(of: last) == instant("2026-12-25T23:30:00Z"))
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("lets a day end in the organization's time zone, and tells its mails the time there")
    func days() async throws {
        try await set(timeZone: "America/New_York")
        let id = try await world.submit(until: "2027-03-31")
        #expect(try await world.view(id).until == "2027-04-01T04:00:00.000Z")
        _ = try await world.approve(id)
        let mail = try #require(world.mailer.mails(to: "alice@acme.example").last)
        #expect(mail.text("expiresAt")?.hasSuffix("(America/New_York)") == true)
    }

    @Test(
        "refuses what it does not know, and says what was probably meant",
        arguments: [
            ("englnd", nil, "calendar", "Did you mean england?"),
            ("../../etc/passwd", nil, "calendar", "There are: default, england, france."),
            (nil, "Europe/Pari", "time-zone", "Did you mean Europe/Paris?"),
            (nil, "GMT+2", "time-zone", "Write it like Europe/Paris."),
            (nil, "Mars/Olympus", "time-zone", "There is no time zone"),
        ] as [(String?, String?, String, String)])
    func unknown(calendar: String?, timeZone: String?, field: String, message: String) async throws {
        let fault = try await refusal { try await set(calendar: calendar, timeZone: timeZone) }
        #expect(fault.code == .invalid)
        #expect(fault.faults.map(\.field) == [field])
        #expect(fault.faults.first?.message.contains(message) == true, "\(fault.faults)")
        let added = try await refusal {
            _ = try await world.usher.addOrganization(
                name: "B", slug: "b", representative: "r@b.example", representativeName: nil, manager: nil,
                language: "en", locality: Locality(calendar: calendar, timeZone: timeZone), by: world.owner)
        }
        #expect(added.faults.map(\.field) == [field])
    }

    @Test("is the operator's to say")
    func operatorOnly() async throws {
        let rita = try await world.actor("rita@acme.example")
        let fault = try await refusal {
            _ = try await world.usher.setOrganization("acme", calendar: "france", timeZone: nil, by: rita)
        }
        #expect(fault.code == .forbidden)
    }

    @Test("replays a history by the calendars that it was made with, whatever became of the files")
    func replays() async throws {
        world.clock.set(try instant("2026-12-23T09:30:00Z"))
        try await set(calendar: "france")
        let id = try await world.submit()
        world.clock.set(try instant("2026-12-28T09:30:00Z"))
        _ = try await world.usher.runDue()
        // Every day of December and January free, in another zone; and one file gone.
        let free = (1...9).map { "12-0\($0), 01-0\($0)" } + (10...31).map { "12-\($0), 01-\($0)" }
        func text(_ name: String) -> String {
            "calendar: \(name)\ntime_zone: Asia/Tokyo\nweekend: []\nholidays: [\(free.joined(separator: ", "))]"
        }
        let changed = try world.opened(calendars: ["default": text("default"), "france": text("france")])
        #expect(try await changed.usher.replayAll().defects == [])
        // What is scheduled from now on counts by the new text, and the old program replays that, too.
        _ = try await changed.usher.cancel(id, by: try await world.actor("rita@acme.example"))
        let next = try await changed.submit("bob@acme.example")
        #expect(try await reminder(of: next) == instant("2027-02-02T09:30:00Z"))
        #expect(try await world.usher.replayAll().defects == [])
        #expect(try await changed.usher.replayAll().defects == [])
        let kept = try await world.store.read { snapshot in
            Set(try [id, next].flatMap { try snapshot.history(of: $0).map(\.calendar) })
        }
        #expect(kept.count == 2 && !kept.contains(nil))
    }
}
