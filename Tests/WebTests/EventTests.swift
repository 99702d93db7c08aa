import Basics
import Directory
import Foundation
import FoundationNetworking
import Onboarding
import Records
import Scratch
import Synchronization
import TestSupport
import Testing

@testable import Web

/// One open page that listens: what came so far, and whether the server has ended it.
private final class Stream: NSObject, URLSessionDataDelegate, Sendable {
    private let received = Mutex("")
    private let ended = Mutex(false)
    private let answered = Mutex(0)

    var text: String { received.withLock { $0 } }
    var isOver: Bool { ended.withLock { $0 } }
    var status: Int { answered.withLock { $0 } }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        answered.withLock { $0 = (response as? HTTPURLResponse)?.statusCode ?? 0 }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        received.withLock { $0 += String(decoding: data, as: UTF8.self) }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        ended.withLock { $0 = true }
    }
}

@Suite("Live pages", .timeLimit(.minutes(60)))
struct EventTests {
    let world: TestInstallation
    let marie: Enrolled
    let site: Site

    init() async throws {
        world = try TestInstallation()
        marie = try await world.manager(language: "en")
        try await world.organization()
        site = try await Site(world)
    }

    private func listen(_ watch: String, _ browser: Browser) throws -> (Stream, URLSession) {
        let stream = Stream()
        let session = URLSession(configuration: .ephemeral, delegate: stream, delegateQueue: nil)
        let url = try #require(URL(string: "http://127.0.0.1:\(site.port)/events?watch=\(watch)"))
        var request = URLRequest(url: url, timeoutInterval: 120)
        request.setValue("__Host-usher=\(browser.cookie("__Host-usher") ?? "")", forHTTPHeaderField: "Cookie")
        session.dataTask(with: request).resume()
        return (stream, session)
    }

    /// Waits for what the server does by itself; fails after a while.
    private func until(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<600 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("it never happened")
    }

    @Test("say that something changed, and nothing else; whoever wrote it, in whichever process")
    func changes() async throws {
        let id = try await world.submit()
        let browser = try await site.browser(of: marie)
        let (inbox, one) = try listen("inbox", browser)
        try await until { inbox.text.contains("retry") }
        let other = try world.opened()
        _ = try await other.usher.submit(
            world.submission("bob@acme.example"), by: try await world.actor("rita@acme.example"))
        // By now the server has looked at all that was before.
        try await until { inbox.text.contains("data: changed") }
        let (request, two) = try listen("request/\(id)", browser)
        defer { [one, two].forEach { $0.invalidateAndCancel() } }
        try await until { request.text.contains("retry") }
        let told = inbox.text.count
        _ = try await other.usher.submit(
            world.submission("carol@acme.example"), by: try await world.actor("rita@acme.example"))
        try await until { inbox.text.dropFirst(told).contains("data: changed") }
        #expect(!request.text.contains("data:"))
        _ = try await world.approve(id)
        try await until { request.text.contains("data: changed") }
        let words = (inbox.text + request.text).split(separator: "\n").filter { !$0.isEmpty }
        #expect(Set(words).isSubset(of: ["retry: 3000", "data: changed", ":"]))
    }

    @Test("wake a page for what happened between its making and its listening")
    func sinceThen() async throws {
        let id = try await world.submit()
        let browser = try await site.browser(of: marie)
        let (first, one) = try listen("request/\(id)", browser)
        defer { one.invalidateAndCancel() }
        try await until { first.text.contains("retry") }
        let made = try await world.usher.newestChange()
        _ = try await world.approve(id)
        try await until { first.text.contains("data: changed") }
        let (late, two) = try listen("request/\(id)&since=\(made)", browser)
        defer { two.invalidateAndCancel() }
        try await until { late.text.contains("data: changed") }
        let (older, three) = try listen("inbox&since=0", browser)
        defer { three.invalidateAndCancel() }
        try await until { older.text.contains("data: changed") }
    }

    @Test("tell nobody of what they may not see, not even that it is there")
    func strangers() async throws {
        let id = try await world.submit()
        try await world.organization("globex", manager: "gina@provider.example")
        let gina = try await site.browser(of: try await world.enrol("gina@provider.example"))
        for watch in ["request/\(id)", "request/01arz3ndektsv4rrffq69g5fav"] {
            #expect(try await gina.get("/events?watch=\(watch)").status == 404)
        }
        #expect(try await gina.get("/events?watch=everything").status == 422)
        #expect(try await site.browser().get("/events?watch=inbox").status == 303)
        let (maries, two) = try listen("inbox", try await site.browser(of: marie))
        try await until { maries.text.contains("retry") }
        _ = try await world.submit("bob@acme.example")
        // By now the server has looked at all that was before.
        try await until { maries.text.contains("data: changed") }
        let (hers, one) = try listen("inbox", gina)
        defer { [one, two].forEach { $0.invalidateAndCancel() } }
        try await until { hers.text.contains("retry") }
        let told = maries.text.count
        _ = try await world.submit("carol@acme.example")
        // Both are told by the same look at the store; who is not told now never is.
        try await until { maries.text.dropFirst(told).contains("data: changed") }
        #expect(!hers.text.contains("data:"))
    }

    @Test("end with the session, and keep none alive")
    func sessionEnds() async throws {
        let id = try await world.submit()
        let browser = try await site.browser(of: marie)
        let (inbox, two) = try listen("inbox", browser)
        try await until { inbox.text.contains("retry") }
        _ = try await world.submit("bob@acme.example")
        // By now the server has looked at all that was before.
        try await until { inbox.text.contains("data: changed") }
        let (stream, one) = try listen("request/\(id)", browser)
        defer { [one, two].forEach { $0.invalidateAndCancel() } }
        try await until { stream.text.contains("retry") }
        // A page that asks for itself does not use the session.
        world.clock.skip(seconds: 1_800)
        #expect(try await browser.get("/inbox", headers: ["Usher-Live": "1"]).status == 200)
        world.clock.skip(seconds: 1_801)
        let told = stream.text
        _ = try await world.approve(id)
        try await until { stream.isOver }
        #expect(stream.text == told)
        #expect(try await browser.get("/inbox").status == 303)
    }

    @Test("are bounded for each session, and forget whoever leaves")
    func bounded() async throws {
        let browser = try await site.browser(of: marie)
        var open: [(Stream, URLSession)] = []
        for _ in 0..<EventHub.greatestOfSession { open.append(try listen("inbox", browser)) }
        try await until { open.allSatisfy { $0.0.text.contains("retry") } }
        #expect(try await browser.get("/events?watch=inbox").status == 429)
        open.forEach { $0.1.invalidateAndCancel() }
        // Whoever has left is forgotten at once, and not at the next sign of life: people walk through pages fast.
        for _ in 0..<3 * EventHub.greatestOfSession {
            let (page, visit) = try listen("inbox", browser)
            defer { visit.invalidateAndCancel() }
            try await until { page.status != 0 }
            #expect(page.status == 200)
            try await until { page.text.contains("retry") }
        }
    }

    @Test("take no body: nobody would read it, and what is not read would outlive the server")
    func body() async throws {
        let browser = try await site.browser(of: marie)
        for more in [["--data", "x"], ["--data", "x", "--header", "Transfer-Encoding: chunked"]] {
            let run = try await OtherProgram.run(
                "/usr/bin/curl",
                [
                    "--silent", "--max-time", "30", "--output", "/dev/null", "--write-out", "%{http_code}", "--request",
                    "GET",
                ]
                    + ["--cookie", "__Host-usher=\(browser.cookie("__Host-usher") ?? "")"] + more
                    + ["http://127.0.0.1:\(site.port)/events?watch=inbox"], in: try TestFolder())
            #expect(run.status == 0 && run.output == "413", "\(run)")
        }
    }

    @Test("open to no half identity")
    func halfIdentity() async throws {
        let visitor = try await world.usher.signIn(
            email: marie.email.text, password: Secret(marie.password), from: Client(address: "192.0.2.1", agent: "test")
        ).visitor
        await #expect(throws: Fault.self) { try await world.usher.watch(.inbox, by: visitor) }
    }
}
