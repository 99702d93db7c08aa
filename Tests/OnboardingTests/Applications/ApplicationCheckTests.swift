import Basics
import Onboarding
import Records
import TestSupport
import Testing

/// Each finding, and that there is none without its reason.
@Suite("What is found about an application", .timeLimit(.minutes(60)))
struct ApplicationCheckTests {
    let world: TestInstallation
    let marie: Enrolled

    init() async throws {
        world = try TestInstallation()
        marie = try await world.manager()
    }

    private func findings(
        _ kind: Application.Kind = .web, _ change: (inout ApplicationDraft) -> Void = { _ in }
    ) async throws -> [String] {
        var draft = ApplicationDraft(name: "Console", kind: kind)
        if kind != .service { draft.redirects = ["https://console.example.com/callback"] }
        if kind == .web {
            draft.logoutNotice = "https://console.example.com/ended"
            draft.logoutRedirects = ["https://console.example.com/"]
        }
        change(&draft)
        _ = try await world.usher.addApplication(draft, by: world.owner)
        return try await codes()
    }

    private func codes() async throws -> [String] {
        try await world.usher.checkApplication("Console", by: world.owner).map { ($0.isFault ? "✗ " : "") + $0.code }
    }

    @Test("is nothing where nothing is amiss", arguments: Application.Kind.allCases)
    func nothing(_ kind: Application.Kind) async throws {
        #expect(try await findings(kind) == [])
    }

    @Test("is that it gets no ID token")
    func noOpenID() async throws {
        #expect(try await findings { $0.scopes = ["api"] } == ["no_openid"])
    }

    @Test("is that it hears of no end, and nobody comes back to it")
    func noLogout() async throws {
        #expect(
            try await findings { ($0.logoutNotice, $0.logoutRedirects) = (nil, []) }
                == ["no_logout_notice", "no_logout_redirect"])
    }

    @Test("is that a server's address is of this machine only")
    func notEncrypted() async throws {
        #expect(try await findings { $0.redirects.append("http://localhost/cb") } == ["not_encrypted"])
    }

    @Test("is that an older secret ends within two weeks")
    func olderSecret() async throws {
        #expect(try await findings() == [])
        _ = try await world.usher.rotateApplicationSecret("Console", overlapDays: 30, by: world.owner)
        #expect(try await codes() == [])
        world.clock.skip(days: 17)
        #expect(try await codes() == ["older_secret"])
        world.clock.skip(days: 14)
        #expect(try await codes() == [])
    }

    @Test("is a fault where it could not be told that a sign-in has ended, and stands before what is none")
    func notTold() async throws {
        var draft = ApplicationDraft(name: "Console", kind: .web)
        draft.redirects = ["https://console.example.com/callback"]
        draft.logoutNotice = "https://console.example.com/ended"
        let (view, issued) = try await world.usher.addApplication(draft, by: world.owner)
        let signedIn = try await world.signIn(
            marie, at: view.application.id, secret: try #require(issued).secret)
        #expect(try await codes() == ["no_logout_redirect"])
        try await world.usher.signOut(signedIn.session)
        world.applications.goAway("https://console.example.com/ended")
        // It is tried for some hours.
        for _ in 0..<20 {
            _ = try await world.usher.deliverLogouts()
            world.clock.skip(seconds: 1_800)
        }
        #expect(try await codes() == ["✗ logout_not_told", "no_logout_redirect"])
    }
}
