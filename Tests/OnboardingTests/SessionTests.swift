import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@Suite("Sessions", .timeLimit(.minutes(60)))
struct SessionTests {
    private func entered(_ world: TestInstallation, _ who: Enrolled) async throws -> SignIn {
        world.clock.skip(seconds: 60)
        return try await world.usher.signIn(
            email: who.email.text, password: Secret(who.password), from: .test)
    }

    /// Signed in with password and code.
    private func whole(_ world: TestInstallation, _ who: Enrolled) async throws -> SignIn {
        let half = try await entered(world, who)
        let code = try #require(who.totp).code(at: world.clock.now)
        return try #require(try await world.usher.prove(code, in: half.token, from: .test).0)
    }

    @Test("an account with a second factor may do nothing before its code, and everything after")
    func halfAnIdentity() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let half = try await entered(world, marie)
        #expect(half.visitor.owesCode)
        let error = await #expect(throws: Fault.self) { try await world.usher.visitor(half.token).actor() }
        #expect(error?.code == .unauthenticated)
        await #expect(throws: Fault.self) { try await world.usher.sessions(of: half.visitor) }
        await #expect(throws: Fault.self) {
            try await world.usher.changePassword(
                current: Secret(marie.password), to: Secret("nine loud geese on the moor"), by: half.visitor)
        }
        let code = try #require(marie.totp).code(at: world.clock.now)
        let proven = try #require(try await world.usher.prove(code, in: half.token, from: .test).0)
        let actor = try await world.usher.visitor(proven.token).actor()
        #expect(actor.verifiedAt == world.clock.now)
    }

    @Test("a proof gives another token; the one before opens nothing")
    func newToken() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let half = try await entered(world, marie)
        let code = try #require(marie.totp).code(at: world.clock.now)
        _ = try await world.usher.prove(code, in: half.token, from: .test)
        let error = await #expect(throws: Fault.self) { try await world.usher.visitor(half.token) }
        #expect(error?.code == .unauthenticated)
    }

    @Test("the code that proved the enrolment does not sign in, nor does one twice")
    func usedCodes() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let enrolment = try #require(marie.totp).code(at: world.clock.now)
        let half = try await world.usher.signIn(
            email: marie.email.text, password: Secret(marie.password), from: .test)
        #expect(try await world.usher.prove(enrolment, in: half.token, from: .test).1.reason == .replayed)
        world.clock.skip(seconds: 60)
        let code = try #require(marie.totp).code(at: world.clock.now)
        #expect(try await world.usher.prove(code, in: half.token, from: .test).0 != nil)
        let again = try await world.usher.signIn(
            email: marie.email.text, password: Secret(marie.password), from: .test)
        #expect(try await world.usher.prove(code, in: again.token, from: .test).1.reason == .replayed)
    }

    @Test("says the same of a wrong password, of nobody, of who is closed, and of too many tries")
    func oneRefusal() async throws {
        let world = try await TestInstallation.withAcme()
        let alice = try await world.account()
        var messages: Set<String> = []
        messages.insert(await refusal(world, alice.email.text, "a wrong one, that is long enough"))
        messages.insert(await refusal(world, "nobody@acme.example", alice.password))
        messages.insert(await refusal(world, "no address at all", alice.password))
        for _ in 0..<6 { messages.insert(await refusal(world, alice.email.text, "a wrong one, that is long enough")) }
        // Right, and too late: the guesses before it make it wait.
        messages.insert(await refusal(world, alice.email.text, alice.password))
        _ = try await world.usher.close(alice.email, reason: "Leaves", by: try await world.actor("rita@acme.example"))
        messages.insert(await refusal(world, alice.email.text, alice.password))
        #expect(messages.count == 1)
    }

    private func refusal(_ world: TestInstallation, _ email: String, _ password: String) async -> String {
        let error = await #expect(throws: Fault.self) {
            try await world.usher.signIn(email: email, password: Secret(password), from: .test)
        }
        return "\(error?.code.rawValue ?? "") \(error?.message ?? "")"
    }

    @Test("of 20 guesses at once no more than five are looked at")
    func parallelGuesses() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        await withTaskGroup { group in
            for number in 0..<20 {
                group.addTask {
                    _ = try? await world.usher.signIn(
                        email: marie.email.text, password: Secret("guess number \(number) of many"), from: .test)
                }
            }
        }
        let person = try await world.person(marie.email.text)
        let (guesses, codes) = try await world.store.read {
            (try $0.guesses(at: person.id, by: "network/192.0.2.1"), try $0.attempts(of: person.id))
        }
        #expect(guesses.misses == Attempts.Limits.factor.freeMisses)
        // A stranger has nothing to do with the factor.
        #expect(codes == Attempts())
    }

    @Test("ends by itself: an hour unused, or twelve hours in all")
    func limits() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let unused = try await whole(world, marie)
        world.clock.skip(seconds: SessionLimits.idleSeconds - 1)
        _ = try await world.usher.visitor(unused.token)
        world.clock.skip(seconds: SessionLimits.idleSeconds)
        await #expect(throws: Fault.self) { try await world.usher.visitor(unused.token) }

        let used = try await whole(world, marie)
        let begun = world.clock.now
        while world.clock.now < begun.adding(seconds: SessionLimits.overallSeconds - 1800) {
            world.clock.skip(seconds: 1800)
            _ = try await world.usher.visitor(used.token)
        }
        world.clock.skip(seconds: 1800)
        await #expect(throws: Fault.self) { try await world.usher.visitor(used.token) }
    }

    @Test("ends in the same moment for who is suspended, and does not come back with them")
    func suspended() async throws {
        let world = try await TestInstallation.withAcme()
        let alice = try await world.account()
        let session = try await whole(world, alice)
        let rita = try await world.actor("rita@acme.example")
        try await world.usher.suspend(alice.email, reason: "Away", by: rita)
        await #expect(throws: Fault.self) { try await world.usher.visitor(session.token) }
        try await world.usher.resume(alice.email, reason: "Back", by: rita)
        await #expect(throws: Fault.self) { try await world.usher.visitor(session.token) }
    }

    @Test("another password wants the present one and a fresh code, and ends every other session")
    func passwordChange() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let other = try await whole(world, marie)
        let mine = try await whole(world, marie)
        let fresh = Secret("nine loud geese on the moor")
        let wrong = await #expect(throws: Fault.self) {
            try await world.usher.changePassword(current: Secret("not the present one"), to: fresh, by: mine.visitor)
        }
        #expect(wrong?.faults.first?.field == "current")
        let weak = await #expect(throws: Fault.self) {
            try await world.usher.changePassword(
                current: Secret(marie.password), to: Secret("password"), by: mine.visitor)
        }
        #expect(weak?.faults.first?.field == "password")
        try await world.usher.changePassword(current: Secret(marie.password), to: fresh, by: mine.visitor)
        _ = try await world.usher.visitor(mine.token)
        await #expect(throws: Fault.self) { try await world.usher.visitor(other.token) }
        await #expect(throws: Fault.self) {
            try await world.usher.signIn(email: marie.email.text, password: Secret(marie.password), from: .test)
        }
        world.clock.skip(seconds: 60)
        _ = try await world.usher.signIn(email: marie.email.text, password: fresh, from: .test)

        world.clock.skip(seconds: 301)
        let stale = await #expect(throws: Fault.self) {
            let visitor = try await world.usher.visitor(mine.token)
            try await world.usher.changePassword(current: fresh, to: Secret(marie.password), by: visitor)
        }
        #expect(stale?.code == .unauthenticated)
    }

    @Test("ending one's other sessions wants a fresh code, leaving one's own does not")
    func staleSession() async throws {
        let world = try await TestInstallation.withAcme()
        let alice = try await world.account()
        let first = try await whole(world, alice)
        let second = try await whole(world, alice)
        world.clock.skip(seconds: 301)
        let others: [SessionID?] = [first.visitor.session.id, nil]
        for id in others {
            let stale = await #expect(throws: Fault.self) { try await world.usher.endSession(id, by: second.visitor) }
            #expect(stale?.code == .unauthenticated)
        }
        try await world.usher.endSession(second.visitor.session.id, by: second.visitor)
        await #expect(throws: Fault.self) { try await world.usher.visitor(second.token) }
        _ = try await world.usher.visitor(first.token)
    }

    @Test("people see and end their own sessions, and nobody else's")
    func ownSessions() async throws {
        let world = try await TestInstallation.withAcme()
        let alice = try await world.account()
        let first = try await whole(world, alice)
        let second = try await whole(world, alice)
        let stranger = try await whole(world, try await world.account("bob@acme.example"))
        #expect(try await world.usher.sessions(of: second.visitor).map(\.client) == ["a test", "a test"])
        let notFound = await #expect(throws: Fault.self) {
            try await world.usher.endSession(first.visitor.session.id, by: stranger.visitor)
        }
        #expect(notFound?.code == .notFound)
        _ = try await world.usher.visitor(first.token)
        try await world.usher.endSession(first.visitor.session.id, by: second.visitor)
        await #expect(throws: Fault.self) { try await world.usher.visitor(first.token) }
        try await world.usher.signOut(second.token)
        await #expect(throws: Fault.self) { try await world.usher.visitor(second.token) }
        _ = try await world.usher.visitor(stranger.token)
    }

    @Test("reads on while nothing can be written, without being prolonged by it, and no new one begins")
    func readsWithoutWriting() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let session = try await whole(world, marie)
        try world.tamper("INSERT INTO note VALUES ('copy', 'source 1 elsewhere')")
        for _ in 1...2 {
            world.clock.skip(seconds: 25 * 60)
            let visitor = try await world.usher.visitor(session.token)
            #expect(try await world.usher.inbox(PageRequest(), by: visitor.actor()).items.isEmpty)
        }
        let refused = await #expect(throws: Fault.self) { try await entered(world, marie) }
        #expect(refused?.code == .unavailable)
        world.clock.skip(seconds: 15 * 60)
        let ended = await #expect(throws: Fault.self) { try await world.usher.visitor(session.token) }
        #expect(ended?.code == .unauthenticated)
    }
}
