import Basics
import Directory
import Onboarding
import Operations
import Records
import TestSupport
import Testing

@Suite("OpenID: tokens at Usher's own API", .timeLimit(.minutes(60)))
struct APITokenTests {
    /// What the attacks send to each operation, and to which addresses.
    private let attacks = APIAttackTests()
    private static let names: APIAttackTests.Names = APIAttackTests.missing.merging(
        ["slug": "acme", "email": "rita@acme.example", "part": "profiles"]) { $1 }

    /// Each operation with the answer that a token gets.
    private func answers(at site: Site, with token: String) async throws -> [(APIOperation, Answer)] {
        let program = site.program()
        program.token = token
        var answers: [(APIOperation, Answer)] = []
        for operation in APIOperation.all where operation.audience != .anybody {
            let route = APIAttackTests.Route(method: operation.method.rawValue, path: operation.path)
            answers.append((operation, try await attacks.call(route, Self.names, by: program)))
        }
        return answers
    }

    private func isAboutScope(_ answer: Answer) throws -> Bool {
        try answer.status == 403 && answer.json["code"] == "insufficientScope"
            && answer.headers["www-authenticate"]?.contains("insufficient_scope") == true
    }

    @Test("an application asks what its scopes name, and changes nothing but what the platform runs, whatever it asks")
    func ofApplications() async throws {
        let (site, _, _) = try await Site.withAcme()
        let world = site.world
        for scopes in [Array(Scope.ofServices)] + Scope.ofServices.map({ [$0] }) {
            let client = try await world.application("Service \(scopes)", .service, scopes: scopes)
            let token = try await world.token(of: client)
            let before = try await world.store.read { try $0.lastAuditEntry()?.sequence }
            for (operation, answer) in try await answers(at: site, with: token) {
                let may = operation.scopeOfApplications.map { scopes.contains($0) } ?? false
                #expect(try isAboutScope(answer) != may, "\(operation.name) with \(scopes): \(answer.text)")
                let isRegistry = operation.scopeOfApplications == .resources
                if may { #expect(operation.method == .get || isRegistry, "\(operation.name)") }
            }
            let after = try await world.store.read { try $0.auditEntries(after: before ?? 0, limit: 100) }
            #expect(after.isEmpty || scopes.contains(.resources))
            #expect(after.allSatisfy { $0.action == "service.add" }, "\(after.map(\.action))")
        }
    }

    @Test("a program of a customer asks about itself alone")
    func ofPrograms() async throws {
        let (site, _, _) = try await Site.withAcme()
        let world = site.world
        try await world.approve(try await world.submit("gia@acme.example"))
        try await world.enrol("gia@acme.example")
        let issued = try await world.apiAccount(of: "gia@acme.example")
        let own = TestClient(id: issued.clientID, secret: issued.secret)
        let token = try await world.token(of: own)
        for (operation, answer) in try await answers(at: site, with: token) {
            #expect(try isAboutScope(answer) != operation.isForPrograms, "\(operation.name): \(answer.text)")
        }
        let program = site.program()
        program.token = token
        let question: String = "action=create-snapshot&cloud=acme/prod"
        #expect(try await program.get("/decisions?client=\(own.id)&\(question)").status == 200)
        #expect(try await program.get("/decisions?person=gia@acme.example&\(question)").status == 404)
        #expect(try await program.get("/api-accounts/\(own.id)").status == 200)
        // Which clouds another customer has is not its to learn.
        try await world.organization("globex")
        for cloud in ["globex/prod", "globex/nothing"] {
            let answer = try await program.get("/decisions?client=\(own.id)&action=create-snapshot&cloud=\(cloud)")
            #expect(answer.status == 404, "\(cloud)")
        }
        let other = try await world.apiAccount(of: "gia@acme.example")
        #expect(try await program.get("/api-accounts/\(other.clientID)").status == 404)
        #expect(try await program.get("/decisions?client=\(other.clientID)&\(question)").status == 404)
    }

    @Test("a person's token asks and does what the person may, by its scope")
    func ofPeople() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let world = site.world
        let client = try await world.application(scopes: [.openid, .api, .apiRead])
        let visitor = try await world.visitor(rita)
        let session = try await site.program(of: rita)
        // What it reads is what a session reads.
        let program = site.program()
        program.token = try await world.tokens(of: visitor, at: client, scope: "api:read")["access_token"].text
        for path in ["/inbox", "/requests", "/people?organization=acme", "/account/applications"] {
            #expect(try await program.get(path).text == session.get(path).text, "\(path)")
        }
        // A session is nothing that a token has.
        for path in ["/sessions", "/sessions/current"] {
            #expect(try await program.get(path).status == 403, "\(path)")
        }
        // Last, since some of it ends her sign-in.
        for (scope, reads, writes) in [("openid", false, false), ("api:read", true, false), ("api", true, true)] {
            let token = try await world.tokens(of: visitor, at: client, scope: scope)["access_token"].text
            for (operation, answer) in try await answers(at: site, with: token) {
                let may = operation.method == .get ? reads : writes
                #expect(try isAboutScope(answer) != may, "\(operation.name) with \(scope): \(answer.text)")
            }
        }
    }

    @Test("what needs a fresh proof says which, and goes on with a token that has it")
    func stepUp() async throws {
        let (site, marie, _) = try await Site.withAcme()
        let world = site.world
        let client = try await world.application(scopes: [.openid, .api])
        let request = try await world.submit("new@acme.example")
        let program = site.program()
        program.token = try await world.tokens(of: try await world.visitor(marie), at: client, scope: "api")[
            "access_token"
        ].text
        world.clock.skip(seconds: Authority.freshMFASeconds + 1)
        let body: JSON = ["decision": "approve"]
        let refused = try await program.post("/requests/\(request)/decisions", body)
        #expect(refused.status == 401)
        let challenge = try #require(refused.headers["www-authenticate"])
        for part in [
            "Bearer error=\"insufficient_user_authentication\"", "acr_values=\"urn:usher:acr:mfa\"", "max_age=300",
        ] { #expect(challenge.contains(part), "\(challenge)") }
        program.token = try await world.tokens(of: try await world.visitor(marie), at: client, scope: "api")[
            "access_token"
        ].text
        #expect(try await program.post("/requests/\(request)/decisions", body).status == 200)
    }

    @Test("whatever ends a sign-in ends its tokens with the next call")
    func ends() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let world = site.world
        let client = try await world.application(scopes: [.openid, .api])
        let service = try await world.application("Platform", .service, scopes: [.decisions])
        let program = site.program()
        func status(_ token: String?) async throws -> Int {
            program.token = token
            return try await program.get("/catalogue").status
        }
        let own = try await world.token(of: service)
        #expect(try await status(own) == 200)
        try await world.usher.removeApplication("Platform", reason: "R", by: world.owner)
        #expect(try await status(own) == 401)

        let visitor = try await world.visitor(rita)
        let token = try await world.tokens(of: visitor, at: client, scope: "api")["access_token"].text
        #expect(try await status(token) == 200)
        try await world.usher.endSessions(of: rita.email, by: world.owner)
        #expect(try await status(token) == 401)

        let other = try await world.tokens(of: try await world.visitor(rita), at: client, scope: "api")
        #expect(try await status(other["access_token"].text) == 200)
        _ = try await world.usher.suspend(rita.email, until: nil, reason: "R", by: world.owner)
        #expect(try await status(other["access_token"].text) == 401)

        let late = try await world.application("Late", .service, scopes: [.decisions])
        let ending = try await world.token(of: late)
        world.clock.skip(seconds: AccessToken.lifetimeSeconds - 1)
        #expect(try await status(ending) == 200)
        world.clock.skip(seconds: 1)
        #expect(try await status(ending) == 401)
    }
}
