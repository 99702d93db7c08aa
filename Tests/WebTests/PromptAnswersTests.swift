import Basics
import Directory
import Foundation
import Onboarding
import Records
import TestSupport
import Testing

@testable import Web

/// What memory answers on the thread that reads the request, beside what the router answers to the same.
@Suite("Answers out of memory", .timeLimit(.minutes(60)))
struct PromptAnswersTests {
    private let site: PromptSite

    init() async throws { site = try await PromptSite() }

    // MARK: The same

    /// What an answer says that is another each time.
    private func compared(_ answer: Answer, _ sent: [(String, String)]) -> String {
        var headers = answer.headers
        headers["date"] = headers["date"].map {
            $0.replacing(/[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT/, with: "a date")
        }
        if !sent.contains(where: { $0 == "X-Request-Id" && $1 == headers["x-request-id"] }) {
            headers["x-request-id"] = headers["x-request-id"].map { "\($0.count) characters" }
        }
        let body = answer.text.replacing(/"access_token":"[^"]+"/, with: "a token").replacing(
            /"(exp|iat)":[0-9]+/, with: "an instant"
        ).replacing(/"request":"[^"]+"/, with: "a request")
        return "\(answer.status)\n\(headers.sorted { $0.key < $1.key })\n\(body)"
    }

    /// Asks the router, memory, and the router again, each on a connection of their own.
    ///
    /// - Returns: the status, and whether memory answered.
    @discardableResult
    private func asksTheSame(
        _ path: String, _ headers: [(String, String)], _ body: String
    ) async throws -> (status: Int, isPrompt: Bool) {
        var told: [String] = []
        var status = 0
        let before = site.promptCount
        for form in [PromptSite.Form.inChunks, .whole, .inChunks] {
            let answer = try await site.answer(to: site.request(path, headers, body, form))
            status = answer.status
            told.append(compared(answer, headers))
        }
        #expect(Set(told).count == 1, "\(path) \(headers) \(body.prefix(300)): \(told)")
        let answered = site.promptCount - before
        #expect([0, 1].contains(answered))
        return (status, answered == 1)
    }

    private static let questions: [JSON] = [
        PromptSite.question("start-instance"), PromptSite.question("create-instance"),
        PromptSite.question("list-instances"),
        PromptSite.question("start-instance", "acme/default"), PromptSite.question("start-instance", "acme/none"),
        PromptSite.question("start-instance", "globex/prod"), PromptSite.question("no-such-action"),
        PromptSite.question("start-instance", of: "nobody@acme.example"),
        PromptSite.question("start-instance", of: "ALICE@ACME.EXAMPLE"),
        PromptSite.question("start-instance", of: "rita@acme.example"),
        PromptSite.question("start-instance", of: "no address"),
        PromptSite.question("start-instance").with("context", ["ip": "192.0.2.1"]),
        PromptSite.question("start-instance").with("more", 1),
        PromptSite.question("start-instance").with("context", 1),
        PromptSite.question("start-instance").with("subject", "alice"),
        PromptSite.question("start-instance").with("resource", ["type": "tree", "id": "acme/prod"]),
        PromptSite.question("start-instance").with("resource", ["type": "resource", "id": "vm-1"]),
        PromptSite.question("start-instance").with("subject", ["type": "program", "id": "x"]),
        PromptSite.question("start-instance").with(
            "subject", ["type": "user", "id": .string(PromptSite.alice), "properties": ["auth_time": 1]]),
        PromptSite.question("start-instance").with("evaluations", []), ["subject": ["type": "user"]], [:],
    ]

    private static var batches: [JSON] {
        let resource = { (cloud: String) in JSON.object(["resource": ["type": "cloud", "id": .string(cloud)]]) }
        let many = PromptSite.question("start-instance").with(
            "evaluations", .array(["acme/prod", "acme/default", "acme/none"].map(resource)))
        return questions + [many, many.with("context", 1), many.with("evaluations", 1)]
            + ["execute_all", "deny_on_first_deny", "permit_on_first_permit", "nothing"].map {
                many.with("options", ["evaluations_semantic": .string($0)])
            } + [
                ["evaluations": .array(questions + ["text", .null, 1])],
                many.with("evaluations", .array(questions.map { $0 })),
                many.with("evaluations", .array(Array(repeating: resource("acme/prod"), count: 501))),
                many.with("evaluations", .array(Array(repeating: resource("acme/prod"), count: 500))),
            ]
    }

    @Test("say of each question what the router says of it, header by header")
    func questions() async throws {
        var prompt = 0
        for (path, documents) in [("evaluation", Self.questions), ("evaluations", Self.batches)] {
            for document in documents {
                let found = try await asksTheSame(
                    "/access/v1/\(path)", [site.bearer, PromptSite.json], document.compact)
                #expect(!found.isPrompt || found.status == 200)
                prompt += found.isPrompt ? 1 : 0
            }
        }
        #expect(prompt >= site.prompt(20), "\(prompt)")
    }

    @Test("say so to whoever asks in whichever way")
    func callers() async throws {
        let powerless = try await site.world.token(
            of: try await site.world.application("Feed", .service, scopes: [.changes]))
        let question = PromptSite.question("start-instance").compact
        let long = String(repeating: "a", count: 201)
        let ways: [[(String, String)]] = [
            [site.bearer, PromptSite.json], [PromptSite.json], [site.bearer],
            [("Authorization", "bearer  \(site.token)"), PromptSite.json],
            [("Authorization", "Bearer \(site.token)x"), PromptSite.json],
            [("Authorization", "Bearer \(powerless)"), PromptSite.json],
            [("Authorization", "DPoP \(site.token)"), PromptSite.json], [("Authorization", "Bearer"), PromptSite.json],
            [site.basic, PromptSite.json],
            [site.bearer, site.bearer, PromptSite.json], [site.bearer, PromptSite.json, PromptSite.json],
            [site.bearer, PromptSite.form],
            [site.bearer, ("Content-Type", "Application/JSON; charset=utf-8")],
            [site.bearer, ("Content-Type", "text/json")],
            [site.bearer, PromptSite.json, ("X-Request-Id", "one")],
            [site.bearer, PromptSite.json, ("X-Request-Id", long)],
            [site.bearer, PromptSite.json, ("X-Request-Id", "one"), ("X-Request-Id", "two")],
            [site.bearer, PromptSite.json, ("X-Request-Id", "\u{7}")],
            [site.bearer, PromptSite.json, ("Connection", "keep-alive")],
            [site.bearer, PromptSite.json, ("Host", "other.example")],
            [site.bearer, PromptSite.json, ("Expect", "100-continue")],
            [site.bearer, PromptSite.json, ("Cookie", "session=\(String(repeating: "0", count: 64))")],
            [site.bearer, PromptSite.json, ("DPoP", "x.y.z")],
            [site.bearer, PromptSite.json, ("Content-Encoding", "gzip")],
            [site.bearer, PromptSite.json, ("Accept", "text/html")],
            [site.bearer, PromptSite.json, ("Accept-Language", "de")],
        ]
        var prompt = 0
        for way in ways {
            prompt += try await asksTheSame("/access/v1/evaluation", way, question).isPrompt ? 1 : 0
        }
        #expect(prompt >= site.prompt(8), "\(prompt)")
        for body in [
            "", "{", "[]", "null", question + "x", "\u{FEFF}" + question, question.replacing("}", with: " } "),
        ] {
            try await asksTheSame("/access/v1/evaluation", [site.bearer, PromptSite.json], body)
        }
        for path in [
            "/access/v1/evaluation?x=1", "/access/v1/evaluation/", "//access/v1/evaluation", "/access/v1/Evaluation",
        ] {
            try await asksTheSame(path, [site.bearer, PromptSite.json], question)
        }
    }

    @Test("tell of tokens, and give them, as the router does")
    func tokens() async throws {
        let other = try await site.world.token(
            of: try await site.world.application("Other", .service, scopes: [.changes]))
        var prompt = 0
        func ask(_ path: String, _ headers: [(String, String)], _ body: String) async throws {
            prompt += try await asksTheSame(path, headers, body).isPrompt ? 1 : 0
        }
        let credentials =
            "client_id=\(site.client.id)&client_secret=\(site.secret)"
        for form in [
            "token=\(site.token)", "token=\(site.token)&token_type_hint=access_token", "token=\(site.token)x", "token=",
            "", "token=%",
            "token=\(other)", "token=\(site.token)&token=\(site.token)",
        ] {
            try await ask("/openid/introspect", [site.basic, PromptSite.form], form)
            try await ask("/openid/introspect", [PromptSite.form], "\(form)&\(credentials)")
            try await ask("/openid/introspect", [site.basic, PromptSite.form], "\(form)&\(credentials)")
            try await ask("/openid/introspect", [site.basic, PromptSite.json], form)
        }
        for form in [
            "grant_type=client_credentials", "grant_type=client_credentials&scope=decisions",
            "grant_type=client_credentials&scope=decisions+nonsense", "grant_type=client_credentials&scope=changes",
            "grant_type=client_credentials&resource=https%3A%2F%2Felsewhere.example", "grant_type=password",
            "grant_type=",
            "grant_type=client_credentials&grant_type=client_credentials", "grant_type=refresh_token",
        ] {
            try await ask("/openid/token", [site.basic, PromptSite.form], form)
            try await ask("/openid/token", [PromptSite.form], "\(form)&\(credentials)")
            try await ask("/openid/token", [site.basic, PromptSite.form, ("DPoP", "x.y.z")], form)
            try await ask("/openid/token", [site.basic, site.bearer, PromptSite.form], form)
        }
        try await ask("/openid/token", [PromptSite.form], "grant_type=client_credentials&\(credentials)x")
        #expect(prompt >= site.prompt(8), "\(prompt)")
    }

    @Test("a token that memory gave opens what any other does")
    func given() async throws {
        let before = site.promptCount
        let pieces = [site.asked("/openid/token", form: "grant_type=client_credentials") + PromptSite.end]
        _ = try await RawConnection.exchange(pieces: pieces, with: site.site)
        let answer = try #require(try await RawConnection.exchange(pieces: pieces, with: site.site).first)
        #expect(site.promptCount - before >= site.prompt(1))
        let token = try answer.json["access_token"].text as String
        #expect(
            try await Asker(site.site, token: token).ask(PromptSite.alice, "start-instance", "acme/prod")
                == "true allowed")
    }

    @Test("say when they were given, as HTTP writes it")
    func date() async throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let ask = site.asked("/openid/introspect", form: "token=\(site.token)") + PromptSite.end
        for _ in 0..<3 {
            site.world.clock.skip(seconds: 1)
            let before = site.promptCount
            let answer = try #require(try await RawConnection.exchange(pieces: [ask], with: site.site).first)
            guard site.promptCount > before else { continue }
            let now = Date(timeIntervalSince1970: Double(site.world.clock.now.seconds))
            #expect(answer.headers["date"] == formatter.string(from: now))
        }
    }

    @Test("a body that is too long is refused by whoever says how long it may be")
    func length() async throws {
        let long = PromptSite.question("start-instance").with("more", .string(String(repeating: "x", count: 524_288)))
            .compact
        let answer = try await RawConnection.exchange(
            pieces: [
                site.request("/access/v1/evaluation", [site.bearer, PromptSite.json, ("Connection", "close")], long)
            ], with: site.site)
        #expect(answer.map(\.status) == [413])
    }

    // MARK: In order, in time

    @Test("come in the order of their requests, among those that wait, in whatever pieces these came")
    func order() async throws {
        let slow = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        var pieces: [String] = []
        var wanted: [String] = []
        for number in 0..<60 {
            switch number % 4 {
            case 0:
                pieces.append(slow)
                wanted.append("openapi")
            case 1, 2:
                pieces.append(
                    site.request(
                        "/access/v1/evaluation", [site.bearer, PromptSite.json, ("X-Request-Id", "\(number)")],
                        PromptSite.question("start-instance").compact, number % 8 == 1 ? .inChunks : .whole))
                wanted.append("\(number)")
            default:
                pieces.append(
                    site.request(
                        "/access/v1/evaluation", [site.bearer, PromptSite.json, ("X-Request-Id", "\(number)")], "{"))
                wanted.append("\(number)")
            }
        }
        let text = pieces.joined() + PromptSite.end
        for size in [text.utf8.count, 4_096, 777, 100] {
            let parts = stride(from: 0, to: text.utf8.count, by: size).map { start in
                String(decoding: Array(text.utf8)[start..<min(start + size, text.utf8.count)], as: UTF8.self)
            }
            let answers = try await RawConnection.exchange(pieces: parts, with: site.site)
            let told = answers.dropLast().map {
                $0.text.contains("openapi") ? "openapi" : $0.headers["x-request-id"] ?? ""
            }
            #expect(told == wanted, "in pieces of \(size)")
        }
    }

    @Test("are as new as the question: who is suspended is denied in the next one, and an ended secret opens nothing")
    func fresh() async throws {
        let ask = site.request(
            "/access/v1/evaluation", [site.bearer, PromptSite.json], PromptSite.question("start-instance").compact)
        #expect(try await site.answer(to: ask).text.contains("true"))
        _ = try await site.world.usher.suspend(
            try EmailAddress(PromptSite.alice), until: nil, reason: "R", by: site.world.owner)
        #expect(try await site.answer(to: ask).text.contains("account_suspended"))
        _ = try await site.world.usher.removeApplication("Platform", reason: "R", by: site.world.owner)
        #expect(try await site.answer(to: ask).status == 401)
        let token = site.asked("/openid/token", form: "grant_type=client_credentials")
        #expect(try await site.answer(to: token).status == 401)
    }

    @Test("are counted with all others")
    func counted() async throws {
        let limited = try await PromptSite(callsPerMinute: 5)
        let ask = limited.request(
            "/access/v1/evaluation", [limited.bearer, PromptSite.json], PromptSite.question("start-instance").compact)
        let answers = try await RawConnection.exchange(
            pieces: [String(repeating: ask, count: 6) + PromptSite.end], with: limited.site)
        // One was asked before, by the same application.
        #expect(answers.dropLast().map(\.status) == [200, 200, 200, 200, 429, 429])
        #expect(answers.dropLast().allSatisfy { $0.headers["ratelimit"] != nil })
        // Nothing is decided for whoever has none left.
        let answered = limited.world.usher.standings.extent?.answers
        #expect(try await limited.answer(to: ask).status == 429)
        #expect(limited.world.usher.standings.extent?.answers == answered)
        let state = limited.site.server.metrics.current
        #expect(state.inFlight == 0 && state.calls.values.reduce(0, +) >= 8)
    }
}
