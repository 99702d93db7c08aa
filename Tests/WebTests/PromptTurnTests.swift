import Basics
import Foundation
import Onboarding
import TestSupport
import Testing

@testable import Web

/// What memory answers at the end of a turn of the event loop, among all else that happens on its connections.
@Suite("A turn of answers out of memory", .timeLimit(.minutes(60)))
struct PromptTurnTests {
    private let site: PromptSite

    init() async throws { site = try await PromptSite() }

    private func ask(_ name: String) -> String {
        site.request(
            "/access/v1/evaluation", [site.bearer, PromptSite.json, ("X-Request-Id", name)],
            PromptSite.question("start-instance").compact)
    }

    @Test("whatever comes behind questions that are whole, these are answered first, in their order")
    func tails() async throws {
        let tails: [(text: String, status: Int?)] = [
            ("", nil), (PromptSite.end, 200), ("GET\r\n\r\n", 400), ("\u{1}\u{2}\r\n\r\n", 400),
            ("POST /access/v1/evaluation HTTP/1.1\r\nHost: 127", 400),
            ("POST /access/v1/evaluation HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{", 401),
            ("GET /none HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 404),
            ("POST /openid/token HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 400),
        ]
        for (text, status) in tails {
            let answers = try await RawConnection.exchange(
                pieces: [ask("one") + ask("two") + text], with: site.site, isHeld: false)
            #expect(answers.prefix(2).map { $0.headers["x-request-id"] } == ["one", "two"], "\(text)")
            #expect(answers.prefix(2).allSatisfy { $0.status == 200 && $0.text.contains("true") }, "\(text)")
            #expect(answers.dropFirst(2).first?.status == status, "\(text)")
        }
    }

    @Test("of many connections each hears what it asked, and all are told of one suspension")
    func connections() async throws {
        let before = site.promptCount
        for isSuspended in [false, true] {
            if isSuspended {
                _ = try await site.world.usher.suspend(
                    try EmailAddress(PromptSite.alice), until: nil, reason: "R", by: site.world.owner)
            }
            try await withThrowingTaskGroup(of: (Int, [Answer]).self) { group in
                for connection in 0..<40 {
                    let asked = (0..<20).map { ask("\(connection) \($0)") }.joined()
                    group.addTask { [site] in
                        (
                            connection,
                            try await RawConnection.exchange(pieces: [asked + PromptSite.end], with: site.site)
                        )
                    }
                }
                for try await (connection, answers) in group {
                    #expect(
                        answers.dropLast().map { $0.headers["x-request-id"] } == (0..<20).map { "\(connection) \($0)" })
                    #expect(answers.dropLast().allSatisfy { $0.text.contains("account_suspended") == isSuspended })
                }
            }
        }
        #expect(site.promptCount - before >= site.prompt(800))
    }

    @Test("who has proven themselves on a connection is not believed for what comes with other proofs")
    func clients() async throws {
        let wrong = ("Authorization", "Basic \(Data("\(site.client.id):wrong".utf8).base64EncodedString())")
        let form = "grant_type=client_credentials"
        let calls: [(headers: [(String, String)], form: String, status: Int)] = [
            ([site.basic], form, 200), ([site.basic], "\(form)&client_id=\(site.client.id)", 200),
            ([site.basic], "\(form)&client_id=another", 401), ([wrong], form, 401),
            ([site.basic], "\(form)&client_secret=\(site.secret)", 400),
            ([site.basic], "\(form)&client_assertion=x", 401),
            ([site.basic], "\(form)&client_id=\(site.client.id)&client_secret=wrong", 400), ([], form, 401),
            ([], "\(form)&client_id=\(site.client.id)&client_secret=\(site.secret)", 200),
            ([site.bearer], form, 401), ([site.basic, wrong], form, 401),
        ]
        // Each behind one that was right, since who that was is remembered, and behind one that was wrong.
        for first in [site.basic, wrong] {
            for call in calls {
                let asked = [([first], form), (call.headers, call.form)].map { headers, form in
                    site.request("/openid/token", headers + [PromptSite.form], form)
                }
                let answers = try await RawConnection.exchange(
                    pieces: [asked.joined() + PromptSite.end], with: site.site)
                #expect(answers.dropFirst().first?.status == call.status, "\(call.headers) \(call.form)")
            }
        }
    }
}
