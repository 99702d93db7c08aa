import Basics
import Directory
import JOSE
import Onboarding
import Records
import TestSupport
import Testing

@Suite("Application", .timeLimit(.minutes(60)))
struct ApplicationTests {
    let world: TestInstallation
    let marie: Enrolled
    let usher: Onboarding

    init() async throws {
        world = try TestInstallation()
        marie = try await world.manager()
        _ = try await world.organization()
        usher = world.usher
    }

    private func draft(
        _ name: String = "Console", _ kind: Application.Kind = .web,
        _ change: (inout ApplicationDraft) throws -> Void = { _ in }
    ) rethrows -> ApplicationDraft {
        var draft = ApplicationDraft(name: name, kind: kind)
        if kind != .service { draft.redirects = ["https://console.example.com/callback"] }
        try change(&draft)
        return draft
    }

    private func client(_ id: ApplicationID, _ secret: Secret) async throws -> TokenClient {
        try await usher.authenticate(ClientProof(clientID: id.text, means: .secret(secret)))
    }

    private func isAccepted(_ secret: Secret, of id: ApplicationID) async throws -> Bool {
        do {
            _ = try await client(id, secret)
            return true
        } catch let refused as TokenRefusal where refused.code == .invalidClient { return false }
    }

    private func accepted(_ secrets: [Secret], of id: ApplicationID) async throws -> [Bool] {
        var found: [Bool] = []
        for secret in secrets { found.append(try await isAccepted(secret, of: id)) }
        return found
    }

    @Test("is registered, found by its name and its client id, and shows its secret once")
    func story() async throws {
        let (view, issued) = try await usher.addApplication(
            draft { $0.organizations = ["acme"] }, by: world.owner)
        let secret = try #require(issued)
        #expect(secret.clientID == view.application.id.text && secret.secret.exposed.count == 64)
        #expect(secret.olderEndsAt == nil && view.organizations == ["acme"] && view.secrets.count == 1)
        for name in ["Console", view.application.id.text] {
            let found = try await usher.application(name, by: world.owner)
            #expect(found.application == view.application)
        }
        #expect(
            try await usher.applications(PageRequest(), by: world.owner).items.map(\.application) == [view.application])
        #expect(try await isAccepted(secret.secret, of: view.application.id))
        #expect(try await !isAccepted(Secret(String(repeating: "0", count: 64)), of: view.application.id))
        let bytes = try world.databaseBytes()
        #expect(!bytes.contains(String(decoding: secret.secret.exposed, as: UTF8.self).utf8))
    }

    @Test("keeps a secret unless it is on people's machines, or signs with a key")
    func secrets() async throws {
        let key = try PrivateJWK.generate(.es256).publicKey.json
        for (number, kind) in Application.Kind.allCases.enumerated() {
            let own = try await usher.addApplication(draft("A\(number)", kind), by: world.owner)
            #expect((own.secret != nil) == (kind != .native), "\(kind)")
            guard kind != .native else { continue }
            let signing = try await usher.addApplication(
                draft("B\(number)", kind) { $0.keys = ["keys": [key]] }, by: world.owner)
            #expect(signing.secret == nil && signing.application.secrets.isEmpty, "\(kind)")
            await expectRefusal(.conflict) {
                _ = try await usher.rotateApplicationSecret("B\(number)", overlapDays: 7, by: world.owner)
            }
        }
        await expectRefusal(.conflict) {
            _ = try await usher.rotateApplicationSecret("A1", overlapDays: 7, by: world.owner)
        }
    }

    @Test("has a name of its own, for as long as it is there")
    func names() async throws {
        let first = try await usher.addApplication(draft(), by: world.owner).application.application
        await expectRefusal(.conflict) { _ = try await usher.addApplication(draft(), by: world.owner) }
        await expectRefusal(.conflict) {
            _ = try await usher.addApplication(draft("  Console "), by: world.owner)
        }
        try await usher.removeApplication("Console", reason: "Replaced", by: world.owner)
        let second = try await usher.addApplication(draft(), by: world.owner).application.application
        #expect(try await usher.application("Console", by: world.owner).application.id == second.id)
        for name in [first.id.text, "Nothing", "", "console"] {
            await expectRefusal(.notFound) { _ = try await usher.application(name, by: world.owner) }
        }
        #expect(try await usher.applications(PageRequest(), by: world.owner).items.count == 1)
    }

    @Test("is no operator's who has no fresh code, and nobody's who is no operator")
    func whoMay() async throws {
        try await world.operatorByDuty()
        try await world.deputy()
        try await world.account()
        _ = try await usher.addApplication(draft(), by: world.owner)
        let olga = "olga@provider.example"
        let changes: [(String, @Sendable (Actor) async throws -> Void)] = [
            ("add", { _ = try await usher.addApplication(ApplicationDraft(name: "X", kind: .service), by: $0) }),
            ("rotate", { _ = try await usher.rotateApplicationSecret("Console", overlapDays: 0, by: $0) }),
            ("rotate keys", { _ = try await usher.rotateTokenKeys(by: $0) }),
            ("remove", { try await usher.removeApplication("Console", reason: "R", by: $0) }),
        ]
        let readings: [(String, @Sendable (Actor) async throws -> Void)] = [
            ("list", { _ = try await usher.applications(PageRequest(), by: $0) }),
            ("show", { _ = try await usher.application("Console", by: $0) }),
            ("show nothing", { _ = try await usher.application("Nothing", by: $0) }),
            ("check", { _ = try await usher.checkApplication("Console", by: $0) }),
            ("keys", { _ = try await usher.tokenKeys(by: $0) }),
        ]
        for email in ["marie@provider.example", "denis@provider.example", "rita@acme.example", "alice@acme.example"] {
            let actor = try await world.actor(email)
            for (name, attempt) in changes + readings {
                let code = try await refusal { try await attempt(actor) }.code
                #expect(code == .forbidden, "\(email) \(name)")
            }
        }
        let stale = try await world.actor(olga, fresh: false)
        for (name, attempt) in changes {
            #expect(try await refusal { try await attempt(stale) }.code == .unauthenticated, "\(name)")
        }
        for (name, attempt) in readings where name != "show nothing" { try await attempt(stale) }
        // Nobody is asked about what is not there before they are known to be one who may ask.
        await expectRefusal(.notFound) { try await readings[2].1(stale) }
        let fresh = try await world.actor(olga)
        for (_, attempt) in changes { try await attempt(fresh) }
        #expect(try await usher.applications(PageRequest(), by: fresh).items.map(\.application.name.text) == ["X"])
    }

    @Test("writes each change to the trail, with what it was given in full")
    func trail() async throws {
        let id = try await usher.addApplication(draft(), by: world.owner).application.application.id
        _ = try await usher.rotateApplicationSecret("Console", overlapDays: 1, by: world.owner)
        try await usher.removeApplication(id.text, reason: "Replaced", by: world.owner)
        let entries = try await usher.auditEntries(PageRequest(), by: world.owner).entries.filter {
            $0.subject == id.text
        }
        #expect(Set(entries.map(\.action)) == ["application.add", "application.rotate", "application.remove"])
        let added = try #require(entries.first { $0.action == "application.add" })
        #expect(added.detail?.contains(#""redirect_uris":["https://console.example.com/callback"]"#) == true)
        #expect(entries.first { $0.action == "application.remove" }?.detail == "Replaced")
        #expect(entries.allSatisfy { $0.organization == nil })
    }

    @Test("has two secrets at most: the older one ends by itself after the overlap")
    func rotation() async throws {
        let (view, issued) = try await usher.addApplication(draft(), by: world.owner)
        let (id, first) = (view.application.id, try #require(issued).secret)
        for days in [Int64(-1), 31, .max, .min] {
            let fault = try await refusal {
                _ = try await usher.rotateApplicationSecret("Console", overlapDays: days, by: world.owner)
            }
            #expect(fault.fields == ["overlapDays"] && fault.codes == ["out_of_range"])
        }
        let second = try await usher.rotateApplicationSecret("Console", overlapDays: 2, by: world.owner)
        #expect(second.olderEndsAt == world.clock.now.adding(seconds: 2 * 86_400))
        #expect(second.secret.exposed != first.exposed)
        #expect(try await accepted([first, second.secret], of: id) == [true, true])
        await expectRefusal(.conflict) {
            _ = try await usher.rotateApplicationSecret("Console", overlapDays: 0, by: world.owner)
        }
        world.clock.skip(seconds: 2 * 86_400 - 1)
        #expect(try await isAccepted(first, of: id))
        world.clock.skip(seconds: 1)
        #expect(try await accepted([first, second.secret], of: id) == [false, true])
        #expect(try await usher.application("Console", by: world.owner).secrets.count == 1)
        // Without an overlap the one before ends at once: what fell into wrong hands.
        let third = try await usher.rotateApplicationSecret("Console", overlapDays: 0, by: world.owner)
        #expect(try await accepted([second.secret, third.secret], of: id) == [false, true])
    }

    @Test("has two secrets at most, however many rotate at once")
    func racingRotations() async throws {
        _ = try await usher.addApplication(draft(), by: world.owner)
        let other = try world.opened()
        let made = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask {
                    let one = number.isMultiple(of: 2) ? world : other
                    do {
                        _ = try await one.usher.rotateApplicationSecret("Console", overlapDays: 7, by: one.owner)
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(made == 1)
        #expect(try await usher.application("Console", by: world.owner).secrets.count == 2)
    }

    @Test("that is removed signs nobody in, and no token of it is good; a reason is needed")
    func removal() async throws {
        let (service, issued) = try await usher.addApplication(draft("Platform", .service), by: world.owner)
        let secret = try #require(issued).secret
        let platform = service.application.id
        let token = try await accessToken(of: platform, secret)
        #expect(try await usher.accessToken(token)?.scopes == [.decisions])
        await expectRefusal(.invalid) {
            try await usher.removeApplication("Platform", reason: " ", by: world.owner)
        }
        let removed = try await usher.removeApplication("Platform", reason: "Replaced", by: world.owner)
        #expect(removed.application.removedAt == world.clock.now && removed.secrets.isEmpty)
        #expect(try await usher.accessToken(token)?.scopes == nil)
        #expect(try await !isAccepted(secret, of: platform))
        await expectRefusal(.notFound) {
            try await usher.removeApplication("Platform", reason: "Again", by: world.owner)
        }
        await expectRefusal(.notFound) {
            _ = try await usher.rotateApplicationSecret(platform.text, overlapDays: 0, by: world.owner)
        }
    }

    @Test("that is removed has ended every sign-in to it")
    func removalOfSignIns() async throws {
        let (view, issued) = try await usher.addApplication(draft(), by: world.owner)
        let secret = try #require(issued).secret
        let signedIn = try await world.signIn(marie, at: view.application.id, secret: secret)
        #expect(try await usher.accessToken(signedIn.access)?.scopes.isEmpty == false)
        try await usher.removeApplication("Console", reason: "Replaced", by: world.owner)
        #expect(try await usher.accessToken(signedIn.access)?.scopes == nil)
        await #expect(throws: TokenRefusal.self) { _ = try await client(view.application.id, secret) }
        let refusal = await #expect(throws: AuthorizationRefusal.self) {
            _ = try await usher.authorizationRequest(["client_id": view.application.id.text])
        }
        #expect(refusal?.redirect == nil && refusal?.refusal.code == .invalidRequest)
    }

    private func accessToken(of id: ApplicationID, _ secret: Secret) async throws -> String {
        let wish = try TokenWish(client: try await client(id, secret), scope: nil, resource: nil, keyThumbprint: nil)
        return try #require(try await usher.tokenForClient(wish).json["access_token"].text)
    }
}
