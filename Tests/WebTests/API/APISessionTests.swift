import Basics
import Foundation
import Onboarding
import OneTimePassword
import TestSupport
import Testing

@Suite("API: sessions", .timeLimit(.minutes(60)))
struct APISessionTests {
    @Test("password, then code, each under a token of its own; half a session may do nothing else")
    func journey() async throws {
        let site = try await Site(try TestInstallation())
        let marie = try await site.world.manager()
        site.world.clock.skip(seconds: 60)
        let program = site.program()
        let half = try await program.post(
            "/sessions", ["email": .string(marie.email.text), "password": .string(marie.password)])
        #expect(half.status == 201)
        #expect(half.location?.hasPrefix("https://usher.example/api/v1/sessions/") == true)
        #expect(try half.json["owesCode"] == true)
        #expect(half.headers["set-cookie"] == nil)
        let first = try half.json["token"].text
        program.token = first
        #expect(try await program.get("/sessions/current").json["owesCode"] == true)
        let refused = try await program.get("/inbox")
        #expect(refused.status == 401)
        #expect(refused.headers["www-authenticate"] == Program.challenge)
        let code = try #require(marie.totp).code(at: site.world.clock.now)
        let whole = try await program.post("/sessions/current/code", ["code": .string(code)])
        #expect(whole.status == 200)
        #expect(try whole.json["owesCode"] == false)
        // The token before opens nothing any more.
        let ended = try await program.get("/sessions/current")
        #expect(ended.status == 401)
        #expect(ended.headers["www-authenticate"] == "Bearer error=\"invalid_token\"")
        program.token = try whole.json["token"].text
        let current = try await program.get("/sessions/current")
        #expect(try current.json["person"]["email"].text == marie.email.text)
        #expect(try current.json["verifiedAt"].text == site.world.clock.now.iso8601)
        let list = try await program.get("/sessions")
        #expect(try list.json["items"][0]["current"] == true)
        #expect(try await program.get("/inbox").status == 200)
        #expect(try await program.send("DELETE", "/sessions/current").status == 204)
        #expect(try await program.get("/inbox").status == 401)
    }

    @Test("one of somebody's sessions ends by its id, and everybody else's are not there")
    func endOne() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let (here, there) = (try await site.program(of: rita), try await site.program(of: rita))
        let id = try await there.get("/sessions/current").json["id"].text
        #expect(try await here.get("/sessions/\(id)").json["current"] == false)
        #expect(try await here.send("DELETE", "/sessions/\(id)").status == 204)
        #expect(try await there.get("/inbox").status == 401)
        #expect(try await here.send("DELETE", "/sessions/\(id)").status == 404)
        #expect(try await here.get("/sessions/\(id)").status == 404)
        #expect(try await here.get("/inbox").status == 200)
    }

    @Test("the cookie of a browser may read and change nothing")
    func cookie() async throws {
        let site = try await Site(try TestInstallation())
        let marie = try await site.world.manager()
        let browser = try await site.browser(of: marie)
        let read = try await browser.get("/api/v1/inbox")
        #expect(read.status == 200, "\(read)")
        for (method, path) in [
            ("POST", "/api/v1/account/recovery-codes"), ("DELETE", "/api/v1/sessions"),
            ("DELETE", "/api/v1/sessions/current"),
        ] {
            let answer = try await browser.send(
                method, path, headers: ["Content-Type": "application/json"],
                body: method == "POST" ? Data("{}".utf8) : nil)
            #expect(answer.status == 401, "\(method) \(path)")
        }
        #expect(try await browser.get("/api/v1/sessions/current").status == 200)
    }

    @Test("recovery codes and passwords change for a fresh code only, and the old ones work no more")
    func account() async throws {
        let site = try await Site(try TestInstallation())
        let marie = try await site.world.manager()
        let program = try await site.program(of: marie)
        let codes = try await program.post("/account/recovery-codes", nil).json["recoveryCodes"].list
        #expect(codes.count == 10)
        let words = "nine loud herons over the weir"
        let wrong = try await program.post("/account/password", ["current": "wrong", "password": .string(words)])
        #expect(try wrong.faults == ["current wrong_password"])
        let change: JSON = ["current": .string(marie.password), "password": .string(words)]
        #expect(try await program.post("/account/password", change).status == 204)
        site.world.clock.skip(seconds: 301)
        let stale = try await program.post("/account/recovery-codes", [:])
        #expect(stale.status == 401)
        #expect(stale.headers["www-authenticate"] == Program.challenge + ", max_age=300")
        let old = try await site.program().post(
            "/sessions", ["email": .string(marie.email.text), "password": .string(marie.password)])
        #expect(old.status == 403)
        let fresh = site.program()
        fresh.token = try await fresh.post(
            "/sessions", ["email": .string(marie.email.text), "password": .string(words)]
        ).json["token"].text
        let code = try await fresh.post("/sessions/current/code", ["code": codes[0]])
        #expect(code.status == 200)
    }
}

@Suite("API: codes", .timeLimit(.minutes(60)))
struct APICodeTests {
    @Test("of fifty parallel submissions of one code, one is accepted")
    func singleUse() async throws {
        let site = try await Site(try TestInstallation())
        let marie = try await site.world.manager()
        let program = try await site.program(of: marie)
        site.world.clock.skip(seconds: 60)
        let code = try #require(marie.totp).code(at: site.world.clock.now)
        let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await program.post(
                        "/people/marie@provider.example/mfa/verifications", ["code": .string(code)])
                }
            }
            return try await group.reduce(into: [Answer]()) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 200 }.count == 1)
        let reasons = try Set(answers.filter { $0.status != 200 }.map { try $0.json["reason"].text })
        #expect(reasons == ["replayed"])
        // Nor does it prove a session afterwards.
        let again = try await program.post("/sessions/current/code", ["code": .string(code)])
        #expect(try again.status == 403 && again.json["reason"].text == "replayed")
    }

    @Test("of fifty sessions that are proven by one code at once, one is whole")
    func oneCodeManySessions() async throws {
        let site = try await Site(try TestInstallation())
        let marie = try await site.world.manager()
        site.world.clock.skip(seconds: 60)
        let program = site.program()
        let half = try await program.post(
            "/sessions", ["email": .string(marie.email.text), "password": .string(marie.password)])
        program.token = try half.json["token"].text
        let code = try #require(marie.totp).code(at: site.world.clock.now)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                group.addTask { try await program.post("/sessions/current/code", ["code": .string(code)]).status }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1)
        #expect(statuses.allSatisfy { [200, 401, 403].contains($0) })
    }

    @Test("guesses are counted with those of every other way, and the answer says how long to wait")
    func throttled() async throws {
        let site = try await Site(try TestInstallation())
        let marie = try await site.world.manager()
        let program = try await site.program(of: marie)
        site.world.clock.skip(seconds: 60)
        let wrong = try site.world.wrongCode(for: try #require(marie.totp))
        for _ in 0..<3 {
            _ = try await site.world.verify(wrong, of: marie.email.text)
        }
        let path = "/people/marie@provider.example/mfa/verifications"
        for _ in 0..<2 {
            let answer = try await program.post(path, ["code": .string(wrong)])
            #expect(answer.status == 403)
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(try answer.json["reason"].text == "wrong")
            #expect(try answer.json["accepted"] == false)
        }
        for path in [path, "/sessions/current/code"] {
            let answer = try await program.post(path, ["code": .string(wrong)])
            #expect(answer.status == 429)
            #expect(answer.headers["retry-after"] == "30")
            #expect(try answer.json["retryAfterSeconds"] == 30)
        }
    }

    @Test("a colleague can neither use up somebody's codes nor learn whether they were right")
    func colleague() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let alice = try await site.world.account()
        let program = try await site.program(of: rita)
        let code = try #require(alice.totp).code(at: site.world.clock.now)
        let answer = try await program.post(
            "/people/alice@acme.example/mfa/verifications", ["code": .string(code)])
        #expect(answer.status == 403)
        #expect(try answer.json["accepted"] == .null)
        #expect(try await site.world.verify(code, of: "alice@acme.example").accepted)
    }
}
