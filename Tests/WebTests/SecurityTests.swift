import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import Records
import TestSupport
import Testing

/// What attacks leave behind when they come over HTTP.
@Suite("Security events over HTTP", .timeLimit(.minutes(60)))
struct SecurityWebTests {
    /// Of all that was recorded, once the recorder has written it down.
    private func counts(_ site: Site, atLeast kind: SecurityEvent.Kind) async throws -> [SecurityEvent.Kind: Int64] {
        for _ in 0..<600 {
            let counts = try await site.world.usher.securityCounts()
            if counts[kind] != nil { return counts }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try await site.world.usher.securityCounts()
    }

    @Test("a refusal, somebody else's page, a bad token and a wrong password are recorded, each once")
    func refusals() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        let program = try await site.program(of: rita)
        let before = try await site.world.usher.securityCounts()
        #expect(try await program.get("/operation").status == 403)
        #expect(try await program.get("/people/\(marie.email.text)").status == 404)
        let stranger = site.program()
        stranger.token = String(repeating: "a", count: 64)
        #expect(try await stranger.get("/inbox").status == 401)
        stranger.token = nil
        #expect(try await stranger.get("/inbox").status == 401)
        #expect(try await stranger.get("/nowhere").status == 404)
        let wrong = try await stranger.post(
            "/sessions", ["email": .string(rita.email.text), "password": "wrong by far, alas"])
        #expect(wrong.status == 403)
        _ = try await counts(site, atLeast: .refused)
        _ = try await counts(site, atLeast: .notTheirs)
        let after = try await counts(site, atLeast: .badToken)
        func added(_ kind: SecurityEvent.Kind) -> Int64 { (after[kind] ?? 0) - (before[kind] ?? 0) }
        #expect(added(.refused) == 1 && added(.notTheirs) == 1 && added(.badToken) == 1, "\(after)")
        #expect(added(.passwordWrong) == 1 && added(.nobody) == 0 && added(.limited) == 0, "\(after)")
    }

    @Test("people read their own sign-ins, operators everything, by page and by API")
    func reading() async throws {
        let world = try TestInstallation()
        let (marie, rita) = (try await world.manager(), try await world.organization())
        let olga = try await world.operatorByDuty()
        let site = try await Site(world)
        _ = marie
        let browser = try await site.browser(of: rita)
        let account = try await browser.get("/account")
        #expect(account.text.contains("Recent sign-ins") && account.text.contains("Password accepted"))
        let program = try await site.program(of: rita)
        let own = try await program.get("/account/sign-ins")
        #expect(try own.json["items"][0]["success"] == true)
        #expect(try await program.get("/security-events").status == 403)
        #expect(try await browser.get("/operation/security").status == 403)
        let operating = try await site.program(of: olga)
        let all = try await operating.get("/security-events?kind=password.accepted&order=oldest")
        #expect(all.text.contains(rita.email.text))
        #expect(try await operating.get("/security-events?kind=x").status == 422)
        let page = try await site.browser(of: olga).get("/operation/security?person=\(rita.email.text)")
        #expect(page.status == 200 && page.text.contains("Password accepted"))
    }

    @Test("a representative ends the sessions of a colleague from their page")
    func ends() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let alice = try await site.world.account()
        _ = alice
        let person = try await site.world.person("alice@acme.example")
        let hers = try await site.browser(of: rita)
        #expect(try await hers.get("/people/\(person.id)").text.contains("End all sessions"))
        let ended = try await hers.submit("/people/\(person.id)/sessions", [:])
        #expect(ended.status == 303, "\(ended)")
        #expect(try await hers.get("/people/\(person.id)?done=sessions").text.contains("Their sessions have ended."))
    }
}
