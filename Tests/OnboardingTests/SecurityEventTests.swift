import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@Suite("Security events", .timeLimit(.minutes(60)))
struct SecurityEventTests {
    private static let client = Client(address: "192.0.2.7", agent: "Firefox")

    private func events(_ world: TestInstallation, _ email: String? = nil) async throws -> [SecurityEvent] {
        let about = try email.map { try EmailAddress($0) }
        return try await world.usher.securityEvents(
            nil, of: about, oldestFirst: true, PageRequest(limit: 1_000), by: world.owner
        ).events
    }

    @Test("each way of proving oneself, and each way in which it fails, is recorded once, with who and from where")
    func proofs() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let email = marie.email.text
        let before = try await events(world).count
        func signIn(_ password: String) async throws -> SignIn {
            try await world.usher.signIn(email: email, password: Secret(password), from: Self.client)
        }
        world.clock.skip(seconds: 60)
        await #expect(throws: Fault.self) { try await signIn("not this one, surely") }
        world.clock.skip(seconds: 60)
        let half = try await signIn(marie.password)
        let totp = try #require(marie.totp)
        _ = try await world.usher.prove(try world.wrongCode(for: totp), in: half.token, from: Self.client)
        let code = try totp.code(at: world.clock.now)
        let whole = try #require(try await world.usher.prove(code, in: half.token, from: Self.client).0)
        _ = try await world.usher.prove(code, in: whole.token, from: Self.client)
        let found = try await events(world).dropFirst(before)
        #expect(
            found.map(\.kind) == [.passwordWrong, .passwordAccepted, .codeWrong, .codeAccepted, .codeReplayed],
            "\(found)")
        #expect(found.allSatisfy { $0.person == whole.visitor.person.id && $0.count == 1 && $0.pseudonym == nil })
        #expect(found.prefix(2).allSatisfy { $0.address == "192.0.2.7" && $0.agent == "Firefox" })
        let begun = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
            .last { $0.action == "session.begin" }
        #expect(begun?.detail == "192.0.2.7 Firefox")
    }

    @Test("what was typed for an address that nobody has is never written down, and the same each time")
    func nobody() async throws {
        let world = try TestInstallation()
        for typed in ["my secret password", "nobody@acme.example", "NOBODY@acme.example", ""] {
            await #expect(throws: Fault.self) {
                try await world.usher.signIn(email: typed, password: Secret("x"), from: Self.client)
            }
        }
        let found = try await events(world)
        #expect(found.map(\.kind) == [.nobody, .nobody, .nobody] && found.map(\.count) == [1, 2, 1], "\(found)")
        #expect(found.allSatisfy { $0.person == nil && $0.pseudonym?.count == 16 })
        #expect(Set(found.map(\.pseudonym)).count == 3)
    }

    @Test("a flood costs a bounded number of rows, counts all of it, and hides nobody's own sign-in")
    func flood() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let before = try await events(world).count
        for number in 0..<300 {
            let origin = Origin(address: "2001:db8::\(String(number, radix: 16))", agent: "x", route: "/sign-in")
            try await world.usher.record([Sighting(.nobody, pseudonym: "p\(number)", from: origin)])
        }
        for number in 0..<700 {
            let origin = Origin(address: "198.51.\(number / 250).\(number % 250)", agent: "x", route: "/sign-in")
            try await world.usher.record([Sighting(.limited, from: origin)])
        }
        let flooded = try await events(world).dropFirst(before)
        #expect(flooded.filter { $0.kind == .nobody }.count == 21)
        #expect(flooded.count <= 502, "\(flooded.count)")
        #expect(flooded.map(\.count).reduce(0, +) == 1_000)
        world.clock.skip(seconds: 1)
        _ = try await world.usher.signIn(email: marie.email.text, password: Secret(marie.password), from: Self.client)
        let own = try await world.usher.signIns(of: marie.email, PageRequest(), by: world.owner).events
        #expect(own.first?.kind == .passwordAccepted && own.first?.address == "192.0.2.7")
    }

    @Test("they are kept for as long as the setting says, and a busy hour is told to operators once")
    func retentionAndAlarm() async throws {
        let world = try TestInstallation()
        _ = try await world.manager()
        let olga = try await world.operatorByDuty()
        world.mailer.forget()
        let origin = Origin(address: "192.0.2.1", route: "/sign-in")
        try await world.usher.record([Sighting(.passwordWrong, from: origin, count: 99)])
        #expect(try await world.usher.alarm().isEmpty)
        try await world.usher.record([Sighting(.passwordWrong, from: origin)])
        #expect(try await world.usher.alarm() == [.passwordWrong: 100])
        #expect(try await world.usher.alarm().isEmpty)
        #expect(world.mailer.templates(to: olga.email.text) == ["security-alarm"])
        world.clock.skip(hours: 2)
        #expect(try await world.usher.alarm().isEmpty)
        world.clock.skip(days: 91)
        try await world.usher.record([Sighting(.limited, from: origin)])
        try await world.usher.forgetSecurityEvents()
        #expect(try await events(world).map(\.kind) == [.limited])
    }

    @Test("sign-ins are for their owner and whoever may see the account, all events for operators alone")
    func who() async throws {
        let world = try await TestInstallation.withAcme()
        try await world.account()
        let rita = try await world.actor("rita@acme.example")
        let alice = try await world.actor("alice@acme.example")
        for actor in [world.owner, rita, alice] {
            _ = try await world.usher.signIns(of: try EmailAddress("alice@acme.example"), PageRequest(), by: actor)
        }
        let other = await #expect(throws: Fault.self) {
            try await world.usher.signIns(of: try EmailAddress("rita@acme.example"), PageRequest(), by: alice)
        }
        #expect(other?.code == .notFound)
        for actor in [rita, alice] {
            let refused = await #expect(throws: Fault.self) {
                try await world.usher.securityEvents(nil, of: nil, oldestFirst: false, PageRequest(), by: actor)
            }
            #expect(refused?.code == .forbidden)
        }
    }

    @Test("whoever could suspend the account ends its sessions, with a fresh code; its owner is told")
    func endsSessions() async throws {
        let world = try await TestInstallation.withAcme()
        let alice = try await world.account()
        world.clock.skip(seconds: 60)
        let half = try await world.usher.signIn(
            email: "alice@acme.example", password: Secret(TestInstallation.password), from: Self.client)
        _ = alice
        let email = try EmailAddress("alice@acme.example")
        let rita = try await world.actor("rita@acme.example")
        #expect(try await world.usher.sessions(of: email, by: rita).count >= 1)
        let stale = try await world.actor("rita@acme.example", fresh: false)
        let unproven = await #expect(throws: Fault.self) { try await world.usher.endSessions(of: email, by: stale) }
        #expect(unproven?.code == .unauthenticated)
        world.mailer.forget()
        try await world.usher.endSessions(of: email, by: rita)
        await #expect(throws: Fault.self) { try await world.usher.visitor(half.token) }
        #expect(world.mailer.templates(to: "alice@acme.example") == ["sessions-ended"])
        let last = try await world.store.read { try $0.lastAuditEntry() }
        #expect(last?.action == "session.end" && last?.actor == rita.recorded)
        let own = await #expect(throws: Fault.self) {
            try await world.usher.endSessions(of: try EmailAddress("rita@acme.example"), by: rita)
        }
        #expect(own?.code == .forbidden)
    }

    @Test("one person has twenty sessions at most; the oldest ends")
    func bounded() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        var first: SignIn?
        for _ in 0..<21 {
            world.clock.skip(seconds: 1)
            let entered = try await world.usher.signIn(
                email: marie.email.text, password: Secret(marie.password), from: Self.client)
            first = first ?? entered
        }
        #expect(try await world.usher.sessions(of: marie.email, by: world.owner).count == 20)
        let token = try #require(first).token
        await #expect(throws: Fault.self) { try await world.usher.visitor(token) }
    }
}
