import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@Suite("A suspension", .timeLimit(.minutes(60)))
struct SuspensionTests {
    let world: TestInstallation
    private let alice = "alice@acme.example"
    private let rita = "rita@acme.example"
    private let marie = "marie@provider.example"

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.account()
        world.mailer.forget()
    }

    private func suspend(until: String? = nil) async throws -> RequestID {
        try world.id(
            try await world.usher.suspend(
                try EmailAddress(alice), until: until, reason: "Laptop stolen.", by: try await world.actor(rita)))
    }

    @Test("is a request with its history; everybody concerned hears of its beginning and its end")
    func history() async throws {
        let id = try await suspend()
        #expect(try await world.view(id).workflow == "suspension")
        #expect(try await world.view(id).state == "suspended")
        for email in [alice, rita, marie] {
            #expect(world.mailer.templates(to: email) == ["account-suspended"])
        }
        #expect(world.mailer.mails(to: alice).last?.text("reason") == "Laptop stolen.")
        // Whose account is suspended can open nothing.
        #expect(world.mailer.mails(to: alice).last?.text("link") == nil)
        #expect(world.mailer.mails(to: rita).last?.text("link") == "https://usher.example/requests/\(id)")
        #expect(world.mailer.mails(to: marie).last?.text("link") == "https://usher.example/requests/\(id)/decide")
        #expect(try await world.usher.inbox(PageRequest(), by: try await world.actor(marie)).items.isEmpty)
        world.clock.skip(days: 3)
        _ = try await world.usher.resume(try EmailAddress(alice), reason: "Found.", by: try await world.actor(marie))
        let view = try await world.view(id)
        #expect(view.state == "resumed")
        #expect(view.history?.map(\.event) == ["start", "resume"])
        #expect(view.history?.last?.note == "Found.")
        #expect(view.history?.last?.by == marie)
        #expect(world.mailer.templates(to: alice).last == "account-resumed")
        #expect(world.mailer.templates(to: rita).last == "account-resumed")
        #expect(try await world.decide("create-snapshot").verdict != .deny)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("ends by itself on its day, once, and not before")
    func dated() async throws {
        let id = try await suspend(until: "2026-11-30")
        let end = try #require(Timestamp(iso8601: "2026-11-30T23:00:00Z"))
        world.clock.set(end.adding(milliseconds: -1))
        #expect(try await world.usher.runDue().isIdle)
        #expect(try await world.person(alice).state == .suspended)
        world.clock.set(end)
        _ = try await world.usher.runDue()
        #expect(try await world.person(alice).state == .active)
        #expect(try await world.view(id).history?.last?.event == "timer.until")
        #expect(world.mailer.templates(to: alice) == ["account-suspended", "account-resumed"])
        #expect(try await world.usher.runDue().isIdle)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("refuses an end that has passed, that is no date, or that lies beyond its own life")
    func badEnds() async throws {
        for (until, code) in [
            ("2026-11-01", "in_the_past"), ("soon", "invalid_date"), ("2028-11-30", "too_late"),
        ] {
            #expect(try await refusal { _ = try await suspend(until: until) }.codes == [code])
        }
        #expect(try await world.person(alice).state == .active)
        #expect(world.mailer.mails.isEmpty)
    }

    @Test("that nobody ends is reminded of, and closes the account after two years")
    func forgotten() async throws {
        let id = try await suspend()
        for _ in 0..<73 {
            world.clock.skip(days: 10)
            _ = try await world.usher.runDue()
        }
        #expect(try await world.view(id).state == "forgotten")
        #expect(try await world.person(alice).state == .closed)
        #expect(try await world.usher.person(try EmailAddress(alice), by: world.owner).grants.isEmpty)
        #expect(world.mailer.templates(to: rita).filter { $0 == "suspension-reminder" }.count == 8)
        #expect(world.mailer.templates(to: alice).last == "account-closed")
    }

    @Test("lets open requests about the account go on, and nothing they give counts before it is resumed")
    func openRequests() async throws {
        let change = try await world.submit(grants: [("prod", "POW")])
        _ = try await suspend()
        try await world.approve(change)
        #expect(try await world.view(change).state == "changed")
        #expect(try await world.decide("create-instance").reason == .accountSuspended)
        _ = try await world.usher.resume(try EmailAddress(alice), reason: "Found.", by: world.owner)
        #expect(try await world.decide("create-instance").reason != .accountSuspended)
    }

    @Test("ends with the account when that is closed")
    func closed() async throws {
        let id = try await suspend()
        _ = try await world.usher.close(try EmailAddress(alice), reason: "Left.", by: try await world.actor(rita))
        #expect(try await world.view(id).state == "closed")
        #expect(try await world.person(alice).state == .closed)
        #expect(!world.mailer.templates(to: alice).contains("account-resumed"))
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("of an account that was suspended before suspensions were requests is resumed, too")
    func legacy() async throws {
        let person = try await world.person(alice)
        let now = world.clock.now
        try await world.store.write { try $0.setState(.suspended, of: person.id, at: now) }
        let view = try await world.usher.resume(
            try EmailAddress(alice), reason: "Found.", by: try await world.actor(rita))
        #expect(view.state == "resumed")
        #expect(try await world.person(alice).state == .active)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("and a closure end delegations, also for whoever comes back")
    func delegations() async throws {
        _ = try await world.usher.delegate(
            try EmailAddress(rita), to: try EmailAddress(alice), from: nil,
            until: world.clock.now.adding(seconds: 90 * 86_400), by: try await world.actor(rita))
        _ = try await world.submit("bob@acme.example", by: alice)
        _ = try await world.usher.close(try EmailAddress(alice), reason: "Left.", by: world.owner)
        try await world.account(grants: [("prod", "STD")])
        #expect(try await world.person(alice).state == .active)
        #expect(try await refusal { _ = try await world.submit("carol@acme.example", by: alice) }.code == .notFound)
    }
}
