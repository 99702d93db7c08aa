import Basics
import Directory
import Foundation
import Onboarding
import TestSupport
import Testing
import Web

/// Attacks that are tried on every route that the server has, so that a new one cannot be forgotten.
@Suite("API: attacks on every route", .timeLimit(.minutes(60)))
struct APIAttackTests {
    /// What may be called without a whole session, and why.
    static let open: Set<String> = [
        "POST /sessions", "GET /openapi.yaml", "GET /openapi.json",
        // What the mail brought, and what was shown, is the proof.
        "POST /passwords", "POST /passwords/forgotten", "POST /enrolments", "POST /enrolments/invitation",
        "POST /enrolments/renewal", "POST /enrolments/verification",
    ]
    static let half: Set<String> = [
        "GET /sessions/current", "DELETE /sessions/current", "POST /sessions/current/code",
        // Who has lost the device cannot finish signing in; two others decide.
        "POST /account/lost-device", "POST /account/unlock",
    ]

    struct Route: CustomStringConvertible {
        let method: String
        let path: String

        var description: String { "\(method) \(path)" }
    }

    func routes(of site: Site) -> [Route] {
        site.routes.filter { $0.path.hasPrefix("/api/v1/") }.map {
            Route(method: $0.method, path: String($0.path.dropFirst(7)))
        }
    }

    /// What the names in paths, queries and bodies stand for.
    typealias Names = [String: String]

    static let missing: Names = [
        "id": "01arz3ndektsv4rrffq69g5fav", "email": "nobody@nowhere.example", "slug": "nowhere", "key": "x%2Fmail%2Fy",
        "part": "profiles", "name": "account-request", "delegate": "noone@nowhere.example",
        "campaign": "01arz3ndektsv4rrffq69g5faw", "client": "01arz3ndektsv4rrffq69g5fax", "cloud": "prod",
        "resource": "i-0000",
    ]

    func filled(_ text: String, _ names: Names) -> String {
        names.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    func call(
        _ route: Route, _ names: Names, by program: Program, headers: [String: String] = [:]
    ) async throws -> Answer {
        var headers = headers
        var path = filled(route.path, names)
        if let query = Self.queries["\(route)"] { path += "?\(filled(query, names))" }
        guard ["POST", "PUT", "PATCH"].contains(route.method) else {
            return try await program.send(route.method, path, headers: headers)
        }
        let body = try #require(Self.bodies["\(route)"], "say which body \(route) takes")
        let csv: String? = if case .string(let csv) = body { csv } else { nil }
        let text = csv ?? filled(String(decoding: body.data(), as: UTF8.self), names)
        headers["Content-Type"] = csv == nil ? "application/json" : "text/csv"
        return try await program.send(route.method, path, headers: headers, body: Data(text.utf8))
    }

    /// Whether what the route is asked about is named by whoever calls it.
    private func takesNames(_ route: Route) throws -> Bool {
        if route.path.contains("{") || Self.queries["\(route)"] != nil { return true }
        return Self.bodies["\(route)"].map { String(decoding: $0.data(), as: UTF8.self).contains("{slug}") }
            ?? false
    }

    /// An answer's words, but for the names that the caller gave and the number of the call.
    private func told(_ answer: Answer, _ names: Names) throws -> JSON.Members {
        var members = try answer.json.members
        members["request"] = nil
        guard case .string(var detail)? = members["detail"] else { return members }
        for (name, value) in names.sorted(by: { $0.value.count > $1.value.count }) {
            detail = detail.replacing(value.removingPercentEncoding ?? value, with: "{\(name)}")
        }
        members["detail"] = .string(detail)
        return members
    }

    @Test("without a token, and with one that opens nothing, nothing is answered")
    func withoutToken() async throws {
        let site = try await Site(try TestInstallation())
        let program = site.program()
        for token in [nil, "x", String(repeating: "0", count: 64)] {
            program.token = token
            for route in routes(of: site) where !Self.open.contains("\(route)") {
                let answer = try await call(route, Self.missing, by: program)
                #expect(answer.status == 401, "\(route) with \(token ?? "nothing")")
                #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true, "\(route)")
                #expect(answer.headers["cache-control"] == "no-store", "\(route)")
            }
        }
    }

    @Test("with half a session nothing is answered but who one is and what is owed")
    func halfSession() async throws {
        let (site, marie, _) = try await Site.withAcme()
        let program = site.program()
        program.token = try await program.post(
            "/sessions", ["email": .string(marie.email.text), "password": .string(marie.password)]
        ).json["token"].text
        for route in routes(of: site) where !Self.open.contains("\(route)") && !Self.half.contains("\(route)") {
            #expect(try await call(route, Self.missing, by: program).status == 401, "\(route)")
        }
        #expect(try await program.get("/sessions/current").json["owesCode"] == true)
    }

    /// An access review of an organization and an account of a program, as they are in truth.
    private func holdings(of organization: String, in world: TestInstallation) async throws -> (String, String) {
        let owner = "gia@\(organization).example"
        let asked = try await world.usher.submit(
            world.submission(owner, organization: organization),
            by: try await world.actor("rita@\(organization).example"))
        try await world.approve(try world.id(asked))
        try await world.enrol(owner)
        let client = try await world.apiAccount(of: owner, organization: organization).clientID
        let review = try await world.usher.startReview(
            organization: organization, until: nil, reason: "Yearly", by: world.owner)
        return (review.review.campaign, client)
    }

    /// Everybody to whom another organization is nothing.
    enum Stranger: CaseIterable { case representative, user, deputy, deliveryManager, programOwner }

    private func program(of stranger: Stranger, at site: Site) async throws -> Program {
        let world = site.world
        func user(_ email: String) async throws -> Program {
            try await world.approve(try await world.submit(email))
            return try await site.program(of: try await world.enrol(email))
        }
        switch stranger {
        case .representative:
            return try await site.program(of: try await world.appointed("ruth@acme.example", .representative))
        case .deliveryManager:
            return try await site.program(of: try await world.appointed("dom@provider.example", .deliveryManager))
        case .user: return try await user("una@acme.example")
        case .deputy:
            let program = try await user("dan@acme.example")
            try await world.usher.delegate(
                try EmailAddress("rita@acme.example"), to: try EmailAddress("dan@acme.example"), from: nil,
                until: world.clock.now.adding(seconds: 86_400), by: world.owner)
            return program
        case .programOwner:
            let program = try await user("pia@acme.example")
            _ = try await world.apiAccount(of: "pia@acme.example", organization: "acme")
            return program
        }
    }

    @Test("what is another organization's is answered like what is not there", arguments: Stranger.allCases)
    func strangers(_ stranger: Stranger) async throws {
        let (site, _, _) = try await Site.withAcme()
        try await site.world.organization("globex")
        let view = try await site.world.usher.submit(
            site.world.submission("gil@globex.example", organization: "globex"),
            by: try await site.world.actor("rita@globex.example"))
        let (campaign, client) = try await holdings(of: "globex", in: site.world)
        try await addResource("g-1", of: "globex", in: site.world)
        let theirs: Names = Self.missing.merging([
            "id": view.id, "email": "gil@globex.example", "slug": "globex", "key": "\(view.id)%2Fmail%2Fx",
            "campaign": campaign, "client": client, "resource": "g-1",
        ]) { $1 }
        let program = try await program(of: stranger, at: site)
        for route in routes(of: site) where try takesNames(route) {
            let (real, none) = (
                try await call(route, theirs, by: program), try await call(route, Self.missing, by: program)
            )
            #expect(real.status == none.status, "\(route)")
            if real.headers["content-type"]?.hasPrefix("application/") == true {
                #expect(try told(real, theirs) == told(none, Self.missing), "\(route)")
            }
            #expect(!real.text.contains("Gil") && !real.text.contains("The globex company"), "\(route)")
        }
        // And nothing was changed by any of it.
        let id = try site.world.id(view)
        #expect(try await site.world.view(id).state == view.state)
        #expect(try await site.world.person("gil@globex.example").state == .invited)
    }

    @Test("what operators do is refused to everybody else, and nothing that decides is theirs")
    func operators() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        let olga = try await site.world.operatorByDuty()
        let view = try await site.world.usher.submit(
            site.world.submission(), by: try await site.world.actor("rita@acme.example"))
        let (campaign, client) = try await holdings(of: "acme", in: site.world)
        let names: Names = Self.missing.merging([
            "id": view.id, "email": "rita@acme.example", "slug": "acme", "key": "\(view.id)%2Fmail%2Fx",
            "campaign": campaign, "client": client,
        ]) { $1 }
        let all = routes(of: site)
        #expect(Self.operation.isSubset(of: Set(all.map { "\($0)" })))
        let (hers, his, operators) = (
            try await site.program(of: rita), try await site.program(of: marie), try await site.program(of: olga)
        )
        for route in all where Self.operation.contains("\(route)") {
            #expect(try await call(route, names, by: hers).status == 403, "\(route)")
            #expect(try await call(route, names, by: his).status == 403, "\(route)")
            let answer = try await call(route, names, by: operators)
            #expect(answer.status != 403 && answer.status != 401, "\(route) \(answer.status)")
        }
        // Whatever changes something and is not listed is refused to operators, but for their own account.
        for route in all
        where ["POST", "PUT", "PATCH"].contains(route.method) && !Self.operation.contains("\(route)")
            && !Self.open.contains("\(route)")
            && !route.path.hasPrefix("/sessions") && !route.path.hasPrefix("/account")
        {
            let status = try await call(route, names, by: operators).status
            // Nobody is asked for an answer or invited at present, which is no secret to who sees the request.
            let isNotAsked = ["/answers", "/invitations"].contains { route.path.hasSuffix($0) } && status == 409
            // What a mail did not bring opens nothing, whoever sends it.
            let isNoLink = route.path == "/api-accounts" && status == 410
            #expect(status == 403 || status == 404 || isNotAsked || isNoLink, "\(route) \(status)")
        }
        #expect(try await site.world.view(try site.world.id(view)).state == view.state)
    }

    @Test("headers that claim another host change no answer and no link")
    func forgedHost() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        for number in 0..<2 { _ = try await site.world.submit("p\(number)@acme.example") }
        let program = try await site.program(of: rita)
        let forged = [
            "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example;proto=http", "Host": "evil.example",
            "X-Forwarded-Proto": "http", "X-Original-URL": "/admin", "X-HTTP-Method-Override": "DELETE",
        ]
        for route in routes(of: site) where route.method == "GET" {
            var path = filled(route.path, Self.missing)
            if let query = Self.queries["\(route)"] { path += "?\(filled(query, Self.missing))" }
            let (plain, lied) = (try await program.get(path), try await program.get(path, headers: forged))
            #expect(plain.status == lied.status, "\(route)")
            for text in [lied.text] + lied.headers.values { #expect(!text.contains("evil.example"), "\(route)") }
        }
        let page = try await program.get("/requests?limit=1", headers: forged)
        #expect(page.headers["link"]?.hasPrefix("<https://usher.example/api/v1/requests?") == true)
        let made = try await program.post("/requests", APIRequestTests.submission, headers: forged)
        #expect(made.location?.hasPrefix("https://usher.example/api/v1/requests/") == true)
        _ = marie
    }

    @Test("a body that is too large is refused by every route that takes one")
    func oversized() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let program = try await site.program(of: rita)
        let large = Data(("{\"x\":\"" + String(repeating: "x", count: 100_000) + "\"}").utf8)
        for route in routes(of: site) where route.method == "POST" {
            let isCSV = route.path.hasSuffix("/batches")
            let answer = try await program.send(
                "POST",
                filled(route.path, Self.missing.merging(["email": "rita@acme.example", "slug": "acme"]) { $1 })
                    + (route.path == "/requests/batches" ? "?organization=acme" : ""),
                headers: ["Content-Type": isCSV ? "text/csv" : "application/json"],
                body: isCSV ? Data(count: 17 << 20) : large)
            #expect(answer.status == 413, "\(route)")
        }
    }

    @Test("a method that a path does not know is refused, and the answer names those that it does")
    func wrongMethods() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let program = try await site.program(of: rita)
        let known = Dictionary(grouping: routes(of: site), by: \.path).mapValues { Set($0.map(\.method)) }
        for (path, methods) in known {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
                let isKnown = methods.contains(method == "HEAD" ? "GET" : method)
                if isKnown { continue }
                let answer = try await program.send(method, filled(path, Self.missing))
                #expect(answer.status == 405, "\(method) \(path)")
                let allowed = Set((answer.headers["allow"] ?? "").split(separator: ", ").map(String.init))
                #expect(allowed == methods.union(methods.contains("GET") ? ["HEAD"] : []), "\(method) \(path)")
            }
        }
        #expect(try await program.get("/nowhere").status == 404)
    }
}

extension TestInstallation {
    /// Somebody new with a duty towards acme alone.
    fileprivate func appointed(_ email: String, _ duty: Duty) async throws -> Enrolled {
        _ = try await usher.appoint(
            email: email, name: "Somebody", duty, organization: "acme", language: "en", by: owner)
        return try await enrol(email)
    }
}
