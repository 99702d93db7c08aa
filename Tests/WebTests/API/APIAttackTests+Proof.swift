import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import Records
import TestSupport
import Testing
import Web

/// What the password alone opens: every state of a factor, with every need of one, at every route.
extension APIAttackTests {
    enum FactorState: CaseIterable { case never, pending, active, retired, locked }
    enum Need: CaseIterable {
        case none, duty, deputy, gatedGrant, approvedGrant, dutyWhileSignedIn, grantWhileSignedIn
    }

    struct Account: CustomTestStringConvertible {
        let factor: FactorState
        let need: Need

        var testDescription: String { "\(factor) \(need)" }

        /// What whoever has the password, and nothing else, still owes.
        var owed: Owed {
            switch factor {
            case .active, .locked: .code
            case .retired: .factor
            case .never, .pending: need == .none ? .nothing : .factor
            }
        }

        static var all: [Account] {
            FactorState.allCases.flatMap { f in Need.allCases.map { Account(factor: f, need: $0) } }
        }
    }

    /// Somebody of acme with that factor, who needs one from the beginning or comes to need it while they are signed in.
    private func prepare(_ account: Account, at site: Site) async throws -> Program {
        let world = site.world
        let who = try await enrolled(account.factor, in: world)
        let person = try await world.person(who.email.text)
        if account.factor == .pending {
            // Begun while nothing stood against it.
            let program = try await site.signedInByPassword(who)
            #expect(try await program.post("/account/factor", ["current": .string(who.password)]).status == 200)
        }
        if account.factor == .retired {
            _ = try await world.usher.requestFactorReset(
                of: who.email, reason: "Stolen", stolen: true, by: try await world.actor("rita@acme.example"))
        }
        let isLater = [.dutyWhileSignedIn, .grantWhileSignedIn].contains(account.need)
        if isLater {
            let program = try await site.signedInByPassword(who)
            try await give(account.need, to: person, in: world)
            return program
        }
        try await give(account.need, to: person, in: world)
        return try await site.signedInByPassword(who)
    }

    private func enrolled(
        _ factor: FactorState, in world: TestInstallation
    ) async throws -> Enrolled {
        try await world.approve(try await world.submit("alice@acme.example", grants: [("default", "STD")]))
        let hasFactor = [.active, .retired, .locked].contains(factor)
        let who = try await world.enrol("alice@acme.example", wantsFactor: hasFactor)
        if factor == .locked { try await world.lockFactor(of: who.email.text) }
        return who
    }

    private func give(_ need: Need, to person: Person, in world: TestInstallation) async throws {
        let now = world.clock.now
        guard let organization = person.organization else { return }
        switch need {
        case .none: break
        case .duty, .dutyWhileSignedIn:
            try await world.usher.store.write {
                try $0.assign(DutyHolding(.representative, organization: organization), to: person.id)
            }
        case .deputy:
            let rita = try await world.person("rita@acme.example").id
            try await world.usher.store.write {
                guard try $0.delegators(of: person.id, at: now).isEmpty else { return }
                try $0.insert(
                    Delegation(person: rita, delegate: person.id, from: now, until: now.adding(seconds: 86_400)))
            }
        case .gatedGrant, .grantWhileSignedIn:
            let id = GrantID(at: now, random: world.usher.world.random)
            try await world.usher.store.write { transaction in
                guard let cloud = try transaction.cloud(slug: "prod", of: organization),
                    let grant = try transaction.liveGrants(of: person.id, at: now).first
                else { return }
                try transaction.replaceGrant(
                    with: Grant(
                        id: id, organization: organization, cloud: cloud.id, person: person.id, profile: "OPE",
                        since: now, until: nil, request: grant.request), at: now)
            }
        case .approvedGrant:
            // One request about an account at a time: the reset of the stolen one is open.
            guard try await world.usher.store.read({ try !$0.hadFactor(person.id) }) else { return }
            try await world.approve(try await world.submit(person.email.text, grants: [("prod", "OPE")]))
        }
    }

    @Test(
        "the password alone opens an account that never had a factor and needs none, and nothing of any other",
        arguments: Account.all)
    func passwordAlone(account: Account) async throws {
        let (site, _, _) = try await Site.withAcme()
        let program = try await prepare(account, at: site)
        let current = try await program.get("/sessions/current").json
        #expect(current["owesCode"] == .bool(account.owed == .code))
        #expect(current["owesFactor"] == .bool(account.owed == .factor))
        guard account.owed != .nothing else {
            #expect(try await program.get("/sessions").status == 200)
            return
        }
        let before = try await site.world.usher.store.read { try $0.lastAuditEntry()?.sequence }
        for route in routes(of: site) where !Self.open.contains("\(route)") && !Self.half.contains("\(route)") {
            let answer = try await call(route, Self.missing, by: program)
            #expect(answer.status == 401, "\(route)")
        }
        try await pages(of: site, token: try #require(program.token))
        #expect(try await site.world.usher.store.read { try $0.lastAuditEntry()?.sequence } == before)
    }

    /// Pages of what is in the account are not shown, and its forms do nothing.
    private func pages(of site: Site, token: String) async throws {
        let browser = site.browser()
        browser.setCookie("__Host-usher", token)
        // A form that this session may see, with what forms of this browser carry.
        _ = try await browser.get("/lost-device")
        let open = [
            "/assets", "/healthz", "/readyz", "/sign-in", "/sign-out", "/lost-device", "/welcome", "/step-up", "/api/",
            "/forgotten-password", "/new-password",
            // What applications ask; for whom a person is signed in is asked below.
            "/.well-known/", "/openid/",
        ]
        let id = "01arz3ndektsv4rrffq69g5fav"
        let names = Self.missing.merging(["person": id, "batch": id]) { $1 }
        for route in site.routes where !open.contains(where: { route.path.hasPrefix($0) }) {
            let path = filled(route.path, names)
            let answer =
                route.method == "GET"
                ? try await browser.get(path) : try await browser.submit(path, ["language": "fr", "session": "others"])
            let leads = answer.location ?? ""
            // What has no reader anyway may say so first; what leads on leads to the question or to such a page.
            let isRefused =
                [401, 404, 422].contains(answer.status)
                || answer.status == 303 && (leads.hasPrefix("/sign-in/") || leads == "/inbox")
            #expect(isRefused, "\(route.method) \(path): \(answer.status) \(leads)")
        }
        let application = ApplicationID(trusted: "01arz3ndektsv4rrffq69g5fa0")
        if try await site.world.usher.store.read({ try $0.application(application) }) == nil {
            try await site.world.usher.store.write { try $0.insert(Self.console(application)) }
        }
        let led = try await browser.get("/openid/authorize?client_id=\(application)&\(Self.request)").location ?? ""
        #expect(led.hasPrefix("/sign-in/"), "\(led)")
    }

    private static let request =
        "redirect_uri=https%3A%2F%2Fconsole.example.com%2Fcb&response_type=code&scope=openid&code_challenge_method=S256"
        + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    private static func console(_ id: ApplicationID) throws -> Application {
        var registration = Registration()
        registration.redirects = ["https://console.example.com/cb"]
        registration.grants = [.authorizationCode]
        registration.scopes = [.openid]
        return Application(
            id: id, name: try DisplayName("Console"), kind: .web, registration: registration,
            createdAt: TestClock.start)
    }
}

extension Site {
    /// A program with nothing but what a password gives.
    func signedInByPassword(_ who: Enrolled) async throws -> Program {
        let program = program()
        program.token = try await program.post(
            "/sessions", ["email": .string(who.email.text), "password": .string(who.password)]
        ).json["token"].text
        return program
    }
}
