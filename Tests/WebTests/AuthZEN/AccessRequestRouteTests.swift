import Basics
import Directory
import Foundation
import Onboarding
import Records
import TestSupport
import Testing
import Web

/// Every kind of token at every route by which access is asked for, followed and given up, and at that of our own API.
@Suite("AuthZEN: who may ask for access", .timeLimit(.minutes(60)))
struct AccessRequestRouteTests {
    private let site: Site
    private let alice: Enrolled
    private let bob: Enrolled
    private var world: TestInstallation { site.world }

    init() async throws {
        let first = try await TestInstallation.withAcme()
        try await first.organization("globex")
        alice = try await first.account(grants: [("prod", "DTM")])
        bob = try await first.account("bob@acme.example", grants: [("prod", "DTM")])
        site = try await Site(try first.opened(accessRequests: .june2026))
    }

    private func service(_ name: String, _ scopes: [Scope], for organization: String? = nil) async throws -> String {
        let client = try await world.application(name, .service, scopes: scopes) {
            if let organization { $0.organizations = [organization] }
        }
        return try await world.token(of: client)
    }

    private func token(of who: Enrolled, _ scope: Scope) async throws -> String {
        let client = try await world.application("For \(who.email.text) \(scope)", scopes: [.openid, scope])
        let visitor = try await world.visitor(who)
        let tokens = try await world.tokens(of: visitor, at: client, scope: "openid \(scope.rawValue)")
        return try tokens["access_token"].text
    }

    /// By a word, and whether the routes are open to it at all.
    private func tokens() async throws -> [(name: String, token: String?, isGood: Bool)] {
        let account = try await world.apiAccount(of: "bob@acme.example")
        let program = TestClient(id: account.clientID, secret: account.secret)
        var found: [(String, String?, Bool)] = [
            ("nothing", nil, false), ("nonsense", "abc", false),
            ("a customer's program", try await world.token(of: program), false),
            ("alice, reading", try await token(of: alice, .apiRead), false),
            ("alice", try await token(of: alice, .api), true), ("bob", try await token(of: bob, .api), true),
            ("globex", try await service("Globex", [.decisions, .accessRequests], for: "globex"), true),
            ("another", try await service("Another", [.decisions, .accessRequests]), true),
        ]
        for scope in Scope.ofServices {
            found.append(("\(scope)", try await service("Only \(scope)", [scope]), scope == .accessRequests))
        }
        return found
    }

    private func denied(_ asker: Asker, _ subject: String = "alice@acme.example") async throws -> (JSON, JSON) {
        let question: JSON.Members = [
            "subject": ["type": "user", "id": .string(subject)], "action": ["name": "create-instance"],
            "resource": ["type": "cloud", "id": "acme/prod"],
        ]
        let context = try await asker.post("evaluation", .object(question)).json["context"]
        var submission = question
        submission["denial"] = [
            "evaluation_id": context["evaluation_id"], "expires_at": context["access_request"]["expires_at"],
            "binding_token": context["access_request"]["binding_token"],
        ]
        return (.object(submission), context["access_request"])
    }

    @Test("answers 401 without a token, 403 without the scope, and to all others as if there were no such task")
    func everybody() async throws {
        let platform = Asker(site, token: try await service("Platform", [.decisions, .accessRequests]))
        let (submission, _) = try await denied(platform)
        let begun = try await platform.post("requests", submission)
        let task = try begun.json["task"]["id"].text as String
        #expect(begun.status == 202)
        for (name, token, isGood) in try await tokens() {
            let asker = Asker(site, token: token)
            let (one, other) = (isGood ? 404 : 403, isGood ? 400 : 403)
            let isNobody = token == nil || token == "abc"
            // What it names is there, and is not.
            for id in [task, "arq_AAAA"] {
                let followed = try await asker.get("requests/\(id)")
                #expect(followed.status == (isNobody ? 401 : one), "\(name): \(followed.text)")
                let given = try await asker.post("requests/\(id)/cancel", [:])
                #expect(given.status == (isNobody ? 401 : one), "\(name): \(given.text)")
                if isGood { #expect(followed.text == given.text && followed.text.contains("unknown_task")) }
            }
            // What the platform heard is not theirs to use.
            let taken = try await asker.post("requests", submission)
            #expect(taken.status == (isNobody ? 401 : other), "\(name): \(taken.text)")
            #expect(taken.headers["content-type"] == "application/problem+json")
        }
        #expect(try await platform.get("requests/\(task)").json["task"]["status"] == "pending")
        #expect(try await platform.post("requests/\(task)/cancel", [:]).json["task"]["status"] == "cancelled")
    }

    @Test("is asked for by our own API by people alone, for themselves, once under one key")
    func ownAPI() async throws {
        let wish: JSON = ["action": "create-instance", "cloud": "acme/prod", "reason": "On call"]
        for (name, token, _) in try await tokens() where !["alice", "bob"].contains(name) {
            let program = site.program()
            program.token = token
            let answer = try await program.post("/access/requests", wish)
            #expect(answer.status == (token == nil || token == "abc" ? 401 : 403), "\(name): \(answer.text)")
        }
        let program = try await site.program(of: alice)
        let rehearsed = try await program.post("/access/requests", wish, headers: ["Usher-Dry-Run": "true"])
        #expect(try rehearsed.status == 200 && rehearsed.json["state"] == "dry-run")
        let why = "/decisions/explanation?person=alice@acme.example&action=create-instance&cloud=acme/prod"
        #expect(try await program.get(why).json["explanation"]["askable"] == "POW")
        let first = try await program.post("/access/requests", wish, headers: ["Idempotency-Key": "k-1"])
        let id: String = try first.json["id"].text
        #expect(
            first.status == 201 && first.headers["location"]?.hasSuffix("/api/v1/requests/\(id)") == true,
            "\(first.headers)")
        let again = try await program.post("/access/requests", wish, headers: ["Idempotency-Key": "k-1"])
        #expect(try again.json["id"] == .string(id))
        #expect(try await program.post("/access/requests", wish).status == 409)
        #expect(try await program.get(why).json["explanation"]["askable"] == .null)
        // Whoever reads about them may ask for nothing in their name.
        let rita = try await world.person("rita@acme.example")
        #expect(try await program.post("/requests/\(id)/cancellation", [:]).json["state"] == "cancelled")
        let told = try await world.usher.explain(
            "create-instance", by: alice.email, in: "acme/prod", mfaAgeSeconds: nil,
            askedBy: Actor(person: rita, operatorName: nil, verifiedAt: nil))
        #expect(told.askable == nil && told.explanation.missingProfile != nil)
    }

    @Test("names the page on which the person asks for it themselves, and by no address that was not sent")
    func form() async throws {
        let platform = Asker(site, token: try await service("Platform", [.decisions, .accessRequests]))
        let id = try await world.person("alice@acme.example").id.text
        let browser = try await site.browser(of: alice)
        for subject in ["alice@acme.example", "ALICE@acme.example", id] {
            let (_, offer) = try await denied(platform, subject)
            let address = try offer["form_url"].text as String
            let base = world.usher.settings.baseURL
            try #require(address.hasPrefix("\(base)/access/why?"), "\(address)")
            #expect(address.lowercased().contains("alice%40acme.example") == subject.contains("@"), "\(address)")
            let page = try await browser.get(String(address.dropFirst(base.count)))
            #expect(page.text.contains("action=\"/requests/access\""), "\(address)")
        }
        // Without the scope for it, and where nothing may be asked for, nothing is named.
        let deciding = Asker(site, token: try await service("Deciding", [.decisions]))
        #expect(try await denied(deciding).1 == .null)
        #expect(try await denied(platform, "rita@acme.example").1 == .null)
    }
}
