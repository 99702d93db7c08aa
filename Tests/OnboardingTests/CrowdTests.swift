import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing
import Workflow

@Suite("Many timers at once", .timeLimit(.minutes(60)))
struct CrowdTests {
    let world: TestInstallation

    init() async throws { world = try await TestInstallation.withAcme() }

    /// So many requests, submitted in one moment; each has its first reminder two days later.
    private func submit(_ count: Int, _ name: String = "p") async throws -> [RequestID] {
        var ids: [RequestID] = []
        for number in 0..<count { ids.append(try await world.submit("\(name)\(number)@acme.example")) }
        world.mailer.forget()
        return ids
    }

    @Test("fires each once, by two workers at the same time, and replays")
    func twoWorkers() async throws {
        let ids = try await submit(60)
        world.clock.skip(days: 2)
        let other = try world.opened()
        async let first = world.usher.runDue()
        async let second = other.usher.runDue()
        let reports = try await [first, second]
        #expect(reports.map(\.timers).reduce(0, +) == 60)
        #expect(reports.map(\.failures).reduce(0, +) == 0)
        #expect(world.mailer.mails.count == 60)
        for id in ids {
            #expect(try await world.store.read { try $0.history(of: id).map(\.name) } == ["start", "timer.2bd"])
        }
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("keeps the order of one request's timers when a worker comes late")
    func order() async throws {
        let id = try await submit(1)[0]
        world.clock.skip(days: 30)
        _ = try await world.usher.runDue()
        let names = try await world.store.read { try $0.history(of: id).map(\.name) }
        #expect(Array(names.prefix(4)) == ["start", "timer.2bd", "timer.5bd", "timer.14bd"])
    }

    @Test("lets requests that cannot move keep nobody else from it, however many")
    func stuck() async throws {
        let text = "calendar: mine\ntime_zone: UTC\nweekend: []\nholidays: []"
        let before = try world.opened(calendars: ["mine": text])
        _ = try await before.usher.setOrganization("acme", calendar: "mine", timeZone: nil, by: world.owner)
        for number in 0..<210 { _ = try await before.submit("p\(number)@acme.example") }
        try await world.organization("beta", manager: "marie@provider.example")
        let beta = try await world.id(
            world.usher.submit(
                world.submission("bo@beta.example", organization: "beta"),
                by: try await world.actor("rita@beta.example")))
        world.clock.skip(days: 4)
        // The calendar of acme is gone.
        let report = try await world.usher.runDue()
        #expect(report.failures >= 210)
        #expect(try await world.store.read { try $0.history(of: beta).map(\.name).contains("timer.2bd") })
        #expect(try await world.usher.calendarDefects().count == 1)
    }
}
