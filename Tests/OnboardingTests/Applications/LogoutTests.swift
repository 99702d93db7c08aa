import Basics
import Onboarding
import Records
import TestSupport
import Testing

@Suite("Telling applications of a sign-out", .timeLimit(.minutes(60)))
struct LogoutTests {
    private let world: TestInstallation
    private let marie: Enrolled
    private let slow = "https://slow.example.com/logout"
    private let quick = "https://quick.example.com/logout"

    init() async throws {
        world = try TestInstallation()
        marie = try await world.manager()
        // As in a server: who signs somebody out does not tell the applications themselves.
        world.usher.post.man()
    }

    private func application(_ name: String, _ address: String) async throws -> (id: ApplicationID, secret: Secret) {
        var draft = ApplicationDraft(name: name, kind: .web)
        draft.redirects = ["https://console.example.com/callback"]
        draft.logoutNotice = address
        let (view, issued) = try await world.usher.addApplication(draft, by: world.owner)
        return (view.application.id, try #require(issued).secret)
    }

    private func signInAndOut(at applications: [(id: ApplicationID, secret: Secret)]) async throws {
        for one in applications { _ = try await world.signIn(marie, at: one.id, secret: one.secret) }
        _ = try await world.usher.endSessions(of: marie.email, by: world.owner)
    }

    private func toldToSlow() -> Int { world.applications.calls.count { $0 == slow } }

    @Test("waits for no application that is slow, and calls that one no more than twice at a time")
    func stalling() async throws {
        let (first, second) = (try await application("Slow", slow), try await application("Quick", quick))
        world.applications.stall(slow)
        try await signInAndOut(at: Array(repeating: first, count: 12) + [second, second])
        async let round = world.usher.deliverLogouts()
        try await world.applications.called(quick, times: 2)
        try await world.applications.called(slow, times: 2)
        // What comes while that round waits is told by the next one.
        try await signInAndOut(at: [first, second])
        _ = try await world.usher.deliverLogouts()
        try await world.applications.called(quick, times: 3)
        #expect(toldToSlow() == 2)
        world.applications.answer(slow, goingOn: true)
        _ = try await round
        #expect(toldToSlow() == 2)
        // One call asks whether it is back, and only then go the others.
        world.clock.skip(seconds: 60)
        async let probe = world.usher.deliverLogouts()
        try await world.applications.called(slow, times: 3)
        _ = try await world.usher.deliverLogouts()
        #expect(toldToSlow() == 3)
        world.applications.answer(slow, goingOn: false)
        _ = try await probe
        for _ in 0..<20 {
            world.clock.skip(seconds: 60)
            _ = try await world.usher.deliverLogouts()
        }
        // Three were called in vain, and every sign-in was told in the end.
        #expect(toldToSlow() == 13 + 2)
    }
}
