import Basics
import TestSupport
import Testing

/// When a connection ends, for clients of every manner; each sends a second request, which one that ended leaves alone.
@Suite("Connections", .timeLimit(.minutes(60)))
struct ConnectionOptionsTests {
    private static let last = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"

    private func answers(_ version: String, _ options: [String], to site: Site) async throws -> [Answer] {
        let lines = options.map { "Connection: \($0)\r\n" }.joined()
        // By the router, and by what stands before it.
        let get = "GET /healthz HTTP/\(version)\r\nHost: 127.0.0.1\r\n\(lines)\r\n"
        let post =
            "POST /access/v1/evaluation HTTP/\(version)\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\(lines)\r\n{}"
        var found: [Answer] = []
        for request in [get, post] {
            found += try await RawConnection.exchange(pieces: [request + Self.last], with: site)
        }
        return found
    }

    @Test(
        "end after the answer where the client says so in whichever words, and the answer says it too",
        arguments: [
            ("1.1", ["close"]), ("1.1", ["Close"]), ("1.1", ["CLOSE"]), ("1.1", ["keep-alive, close"]),
            ("1.1", ["close, x"]), ("1.1", ["keep-alive", "close"]), ("1.0", []), ("1.0", ["close"]), ("1.0", ["x"]),
        ])
    func ends(_ version: String, _ options: [String]) async throws {
        let answers = try await answers(version, options, to: try await Site(try TestInstallation()))
        #expect(answers.map(\.status) == [200, 401])
        #expect(answers.allSatisfy { $0.headers["connection"] == "close" })
    }

    @Test(
        "go on for everybody else, and a client of before is told",
        arguments: [
            ("1.1", [], String?.none), ("1.1", ["keep-alive"], nil), ("1.1", ["x"], nil),
            ("1.0", ["keep-alive"], "keep-alive"), ("1.0", ["Keep-Alive"], "keep-alive"),
        ])
    func stays(_ version: String, _ options: [String], _ word: String?) async throws {
        let answers = try await answers(version, options, to: try await Site(try TestInstallation()))
        #expect(answers.map(\.status) == [200, 200, 401, 200])
        #expect(answers.map { $0.headers["connection"] } == [word, "close", word, "close"])
    }

    @Test("tell who waits with a body to go on, once, and not before what is to be said first")
    func expectation() async throws {
        let site = try await Site(try TestInstallation())
        let head = "POST /api/v1/sessions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        let asking = head + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}"
        let first = try await RawConnection.exchange(asking + Self.last, with: site)
        #expect(first.status == 100)
        #expect(first.text.hasPrefix("HTTP/1.1 422") && first.text.contains("HTTP/1.1 200"))
        let behind = try await RawConnection.exchange(
            "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + asking + Self.last, with: site)
        #expect(behind.status == 200 && !behind.text.contains("HTTP/1.1 100"))
    }
}
