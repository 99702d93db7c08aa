import Basics
import Foundation
import Onboarding
import OneTimePassword
import TestSupport
import Testing

@Suite("API: one's own account", .timeLimit(.minutes(60)))
struct APIAccountTests {
    private func alice() async throws -> (Site, Enrolled, Program) {
        let site = try await Site()
        let alice = try await site.world.account()
        return (site, alice, try await site.program(of: alice))
    }

    @Test("another authenticator takes the place of the old one, which vouches for it and works until then")
    func replaceFactor() async throws {
        let (site, alice, program) = try await alice()
        let other = try await site.program(of: alice)
        site.world.clock.skip(seconds: 400)
        let stale = try await program.post("/account/factor", [:])
        #expect(stale.status == 401)
        #expect(stale.headers["www-authenticate"] == Program.challenge + ", max_age=300")
        let old = try #require(alice.totp)
        let proven = try await program.post(
            "/sessions/current/code", ["code": .string(try old.code(at: site.world.clock.now))])
        program.token = try proven.json["token"].text
        let begun = try await program.post("/account/factor", [:])
        #expect(begun.status == 200 && begun.headers["cache-control"] == "no-store")
        let new = TOTP(secret: Secret(try Base32.decode(try begun.json["secret"].text)))
        #expect(try begun.json["otpauth"].text.contains("secret=\(try begun.json["secret"].text)"))
        let session = try begun.json["session"]
        let wrong = try await program.post(
            "/account/factor/verification",
            ["session": session, "code": .string(try site.world.wrongCode(for: new))])
        #expect(wrong.status == 422)
        #expect(try await other.get("/inbox").status == 200)
        let done = try await program.post(
            "/account/factor/verification",
            ["session": session, "code": .string(try new.code(at: site.world.clock.now))])
        #expect(done.status == 200)
        #expect(try done.json["recoveryCodes"].list.count == 10)
        #expect(try await program.get("/inbox").status == 401)
        #expect(try await other.get("/inbox").status == 401)
        program.token = try done.json["token"].text
        #expect(try await program.get("/inbox").status == 200)
    }

    @Test("a lost device is told with half a session, ends every session, and takes nothing else away")
    func lostDevice() async throws {
        let (site, alice, whole) = try await alice()
        let program = site.program()
        let half = try await program.post(
            "/sessions", ["email": .string(alice.email.text), "password": .string(alice.password)])
        program.token = try half.json["token"].text
        let asked = try await program.post("/account/lost-device", ["reason": "Left in a train", "stolen": true])
        #expect(asked.status == 201)
        #expect(try asked.json["workflow"] == "mfa-reset")
        // Whoever has the device may have sessions of it too.
        #expect(try await program.get("/sessions/current").status == 401)
        #expect(try await whole.get("/sessions/current").status == 401)
        let again = try await site.program(of: alice)
        #expect(try await again.post("/account/lost-device", ["reason": ""]).status == 422)
        #expect(try await again.get("/people/\(alice.email.text)/mfa").json["factor"] == "active")
        let location = try #require(asked.location?.replacing("https://usher.example/api/v1", with: ""))
        #expect(try await again.get(location).json["id"] == asked.json["id"])
    }

    @Test("the language of pages and mails")
    func language() async throws {
        let (_, alice, program) = try await alice()
        let french = try await program.send(
            "PATCH", "/account", headers: ["Content-Type": "application/json"], body: Data(#"{"locale":"fr"}"#.utf8))
        #expect(french.status == 200)
        #expect(try await program.get("/people/\(alice.email.text)").json["locale"] == "fr")
        let none = try await program.send(
            "PATCH", "/account", headers: ["Content-Type": "application/json"], body: Data(#"{"locale":"sv"}"#.utf8))
        #expect(none.status == 422)
    }
}
