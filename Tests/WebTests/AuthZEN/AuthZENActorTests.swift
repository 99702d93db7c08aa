import Basics
import Foundation
import Onboarding
import Records
import TestSupport
import Testing
import Web

/// Everybody at every route: who is answered, and what the others hear.
@Suite("AuthZEN: who may ask", .timeLimit(.minutes(60)))
struct AuthZENActorTests {
    private static let routes: [(path: String, body: JSON)] = {
        let (subject, action): (JSON, JSON) = (
            ["type": "user", "id": "alice@acme.example"], ["name": "start-instance"]
        )
        let resource: JSON = ["type": "cloud", "id": "acme/prod"]
        let whole: JSON = ["subject": subject, "action": action, "resource": resource]
        return [
            ("evaluation", whole), ("evaluations", ["evaluations": [whole, whole]]),
            ("search/subject", ["subject": ["type": "user"], "action": action, "resource": resource]),
            ("search/resource", ["subject": subject, "action": action, "resource": ["type": "cloud"]]),
            ("search/action", ["subject": subject, "resource": resource]),
        ]
    }()

    /// Whether an answer permits something, or finds somebody.
    private func tells(_ answer: Answer) throws -> Bool {
        answer.text.contains("\"decision\":true") || answer.text.contains("\"results\":[{")
    }

    private func installation() async throws -> (Site, Enrolled) {
        let (site, _, _) = try await Site.withAcme()
        return (site, try await site.world.account(grants: [("prod", "OPE")]))
    }

    @Test("the tests know every route of the API")
    func routesAreKnown() async throws {
        let (site, _) = try await installation()
        let served = site.routes.filter { $0.path.hasPrefix("/access/v1/") }.map { "\($0.method) \($0.path)" }
        #expect(served.sorted() == Self.routes.map { "POST /access/v1/\($0.path)" }.sorted())
    }

    @Test("a service with the scope is answered everywhere; without it nobody's service is")
    func services() async throws {
        let (site, _) = try await installation()
        let world = site.world
        for scope in Scope.ofServices {
            let client = try await world.application("Service \(scope)", .service, scopes: [scope])
            let asker = Asker(site, token: try await world.token(of: client))
            for (path, body) in Self.routes {
                let answer = try await asker.post(path, body)
                guard scope == .decisions else {
                    #expect(answer.status == 403, "\(path) \(scope)")
                    #expect(answer.headers["www-authenticate"]?.contains("scope=\"decisions\"") == true)
                    #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
                    continue
                }
                #expect(try answer.status == 200 && tells(answer), "\(path): \(answer.text)")
            }
        }
    }

    @Test("whoever brings no token that is good hears 401, and how to come again")
    func strangers() async throws {
        let (site, alice) = try await installation()
        let world = site.world
        let client = try await world.application("Platform", .service, scopes: [.decisions])
        let ended = try await world.token(of: client)
        world.clock.skip(seconds: AccessToken.lifetimeSeconds)
        let good = try await world.token(of: client)
        let revoked = try await world.token(of: client)
        let known = try #require(try await world.usher.accessToken(revoked))
        try await world.store.write { try $0.revoke(known.id, until: world.clock.now.adding(seconds: 9_999)) }
        let removed = try await world.application("Removed", .service, scopes: [.decisions])
        let orphan = try await world.token(of: removed)
        try await world.usher.removeApplication("Removed", reason: "R", by: world.owner)
        let bound =
            try await world.usher.tokenForClient(
                try await world.wish(of: client, boundTo: String(repeating: "A", count: 43))
            ).json["access_token"].text as String
        let session = try #require(try await site.program(of: alice).token)
        let bad: [(String, String?)] = [
            ("none", nil), ("empty", ""), ("no token", "x"), ("expired", ended), ("revoked", revoked),
            ("removed", orphan), ("forged", String(good.dropLast(4)) + "AAAA"), ("a session", session),
            ("bound, as a bearer", bound),
        ]
        for (what, token) in bad {
            for (path, body) in Self.routes {
                let answer = try await Asker(site, token: token).post(path, body)
                #expect(answer.status == 401, "\(what) at \(path): \(answer.status) \(answer.text)")
                #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true, "\(what)")
                #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
            }
        }
        let browser = try await site.browser(of: alice)
        for (path, body) in Self.routes {
            // A proof that is none does not make a bearer of it, and a cookie opens nothing.
            let proof = ["Authorization": "DPoP \(bound)", "DPoP": "x"]
            let answer = try await Asker(site, token: nil).post(path, body, headers: proof)
            #expect(answer.status == 401 && answer.headers["www-authenticate"]?.hasPrefix("DPoP") == true)
            let cookie = try await browser.send(
                "POST", "/access/v1/\(path)", headers: ["Content-Type": "application/json"], body: body.data())
            #expect(cookie.status == 401)
            #expect(try await Asker(site, token: good).post(path, body).status == 200)
        }
    }

    @Test("who calls is asked before what was sent is read: a body that never comes is answered all the same")
    func beforeTheBody() async throws {
        let (site, _) = try await installation()
        for (path, _) in Self.routes {
            let answer = try await RawConnection.exchange(
                """
                POST /access/v1/\(path) HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\nContent-Type: image/png\r\n\
                Content-Length: 60000\r\nConnection: close\r\n\r\n[[[[
                """, with: site)
            #expect(answer.status == 401, "\(path)")
            // By another method there is nothing to ask.
            let got = try await site.browser().get("/access/v1/\(path)")
            #expect(got.status == 405 && got.headers["allow"] == "POST", "\(path): \(got.status)")
            #expect(got.headers["content-type"] == "text/plain; charset=utf-8")
        }
    }

    @Test("calls are counted by whoever asks, and too many are told when to come again")
    func counted() async throws {
        let world = try await TestInstallation.withAcme()
        let site = try await Site(world, callsPerMinute: 3)
        let client = try await world.application("Platform", .service, scopes: [.decisions])
        let asker = Asker(site, token: try await world.token(of: client))
        for (path, body) in Self.routes.prefix(3) { #expect(try await asker.post(path, body).status == 200) }
        let answer = try await asker.post(Self.routes[0].path, Self.routes[0].body)
        #expect(answer.status == 429 && answer.headers["retry-after"] != nil)
        #expect(answer.text.hasPrefix("Too many calls.") && answer.headers["ratelimit"] != nil)
    }

    @Test("of another customer's programs and services nobody learns anything of this one")
    func others() async throws {
        let (site, _) = try await installation()
        let world = site.world
        try await world.organization("globex")
        let client = try await world.application("Theirs", .service, scopes: [.decisions]) {
            $0.organizations = ["globex"]
        }
        try await world.approve(
            try world.id(
                try await world.usher.submit(
                    world.submission("gia@globex.example", organization: "globex", grants: [("default", "STD")]),
                    by: try await world.actor("rita@globex.example"))))
        try await world.enrol("gia@globex.example")
        let issued = try await world.apiAccount(of: "gia@globex.example", organization: "globex")
        let tokens = [
            try await world.token(of: client),
            try await world.token(of: TestClient(id: issued.clientID, secret: issued.secret)),
        ]
        for token in tokens {
            for (path, body) in Self.routes {
                let answer = try await Asker(site, token: token).post(path, body)
                #expect(try answer.status == 200 && !tells(answer), "\(path): \(answer.text)")
                // The same as for what is not there.
                let nowhere = body.compact.replacing("acme/prod", with: "acme/nowhere")
                let missing = try await Asker(site, token: token).post(path, bytes: Data(nowhere.utf8))
                #expect(missing.text == answer.text, "\(path)")
            }
        }
    }

    @Test("a program of a customer asks about itself, in clouds of its customer")
    func programs() async throws {
        let (site, _) = try await installation()
        let world = site.world
        try await world.organization("globex")
        let issued = try await world.apiAccount()
        let asker = Asker(
            site, token: try await world.token(of: TestClient(id: issued.clientID, secret: issued.secret)))
        let own: JSON = ["type": "client", "id": .string(issued.clientID)]
        let reason = { (subject: JSON, cloud: String) in
            try await asker.post(
                "evaluation",
                [
                    "subject": subject, "action": ["name": "create-snapshot"],
                    "resource": ["type": "cloud", "id": .string(cloud)],
                ]
            ).json["context"]["reason"]
        }
        #expect(try await reason(own, "acme/prod") == "profile_too_low")
        #expect(try await reason(own, "acme/default") == "no_grant")
        #expect(try await reason(own, "globex/prod") == "unknown_resource")
        #expect(try await reason(["type": "client", "id": "x"], "acme/prod") == "unknown_resource")
        #expect(try await reason(["type": "user", "id": "alice@acme.example"], "acme/prod") == "unknown_resource")
        // The platform asks about programs as about people.
        let client = try await world.application("Platform", .service, scopes: [.decisions])
        let platform = Asker(site, token: try await world.token(of: client))
        let question: JSON = [
            "subject": own, "action": ["name": "create-snapshot"], "resource": ["type": "cloud", "id": "acme/prod"],
        ]
        #expect(try await platform.post("evaluation", question).json["context"]["reason"] == "profile_too_low")
    }

    @Test("people ask about themselves with a token of their own, and representatives about their organization")
    func people() async throws {
        let (site, alice) = try await installation()
        let world = site.world
        let client = try await world.application(scopes: [.openid, .apiRead])
        let token =
            try await world.tokens(of: try await world.visitor(alice), at: client, scope: "api:read")[
                "access_token"
            ].text as String
        let asker = Asker(site, token: token)
        #expect(try await asker.ask("alice@acme.example", "start-instance", "acme/prod") == "true allowed")
        #expect(try await asker.ask("rita@acme.example", "start-instance", "acme/prod") == "false unknown_resource")
        for (path, body) in Self.routes {
            let answer = try await asker.post(path, body)
            // Who else may do something is not hers to learn.
            #expect(try answer.status == 200 && tells(answer) == (path != "search/subject"), "\(path)")
        }
        let weak =
            try await world.tokens(of: try await world.visitor(alice), at: client, scope: "openid")[
                "access_token"
            ].text as String
        for (path, body) in Self.routes {
            let answer = try await Asker(site, token: weak).post(path, body)
            #expect(answer.status == 403 && answer.headers["www-authenticate"]?.contains("api:read") == true)
        }
        // Suspended between two questions.
        _ = try await world.usher.suspend(alice.email, until: nil, reason: "R", by: world.owner)
        for (path, body) in Self.routes { #expect(try await asker.post(path, body).status == 401) }
    }
}
