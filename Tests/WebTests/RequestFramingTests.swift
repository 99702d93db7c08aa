import Basics
import TestSupport
import Testing
import Web

/// What two servers could read differently is refused, in words, and is nobody's outage.
@Suite("Framing of requests", .timeLimit(.minutes(60)))
struct RequestFramingTests {
    private func send(_ head: String, _ body: String = "", to site: Site) async throws -> Answer {
        try await RawConnection.exchange(
            head.replacing("\n", with: "\r\n").replacing("HOST", with: "127.0.0.1:\(site.port)") + "\r\n\r\n" + body,
            with: site)
    }

    @Test(
        "is refused without one host, and with a coding that we do not undo; the connection ends",
        arguments: [
            ("POST /api/v1/sessions HTTP/1.1\nContent-Length: 0", 400),
            ("POST /api/v1/sessions HTTP/1.1\nHost: HOST\nHost: HOST\nContent-Length: 0", 400),
            ("POST /api/v1/sessions HTTP/1.1\nHost: HOST\nHost: evil.example\nContent-Length: 0", 400),
            ("POST /api/v1/sessions HTTP/1.1\nHost: a/b\nContent-Length: 0", 400),
            ("POST /api/v1/sessions HTTP/1.1\nHost: me@HOST\nContent-Length: 0", 400),
            ("POST /api/v1/sessions HTTP/1.1\nHost:\nContent-Length: 0", 400),
            ("POST /api/v1/sessions HTTP/1.1\nHost: HOST\nTransfer-Encoding: gzip, chunked", 501),
            ("POST /api/v1/sessions HTTP/1.1\nHost: HOST\nTransfer-Encoding: xchunked", 400),
            ("POST /api/v1/sessions HTTP/1.1\nHost: HOST\nTransfer-Encoding: identity", 400),
            ("POST /api/v1/sessions HTTP/1.1\nHost: HOST\nTransfer-Encoding: \"chunked\"", 400),
            ("POST /api/v1/sessions HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked;q=1", 400),
            ("POST /api/v1/sessions HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked, identity", 400),
            ("POST /sign-in HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked\nContent-Length: 3", 400),
        ])
    func refused(head: String, status: Int) async throws {
        let site = try await Site(try TestInstallation())
        #expect(try await send(head, "0\r\n\r\n", to: site).status == status)
    }

    @Test(
        "is refused where a chunk has no size, whoever reads the body",
        arguments: ["zz\r\n", "-1\r\nx\r\n", "0x5\r\nhello\r\n", "FFFFFFFFFFFFFFFFFFFF\r\nx\r\n", "5\r\nhelloX\r\n"])
    func chunks(body: String) async throws {
        let site = try await Site(try TestInstallation())
        let head =
            "POST /api/v1/sessions HTTP/1.1\nHost: HOST\nContent-Type: application/json\nTransfer-Encoding: chunked"
        let answer = try await send(head, body, to: site)
        #expect(answer.status == 400)
    }

    @Test("asks who calls before it reads what was sent: a body that never comes is answered all the same")
    func beforeTheBody() async throws {
        let site = try await Site(try TestInstallation())
        let open = [
            "/sessions", "/passwords", "/passwords/forgotten", "/enrolments", "/enrolments/invitation",
            "/enrolments/renewal", "/enrolments/verification",
        ]
        var count = 0
        for route in site.routes
        where route.path.hasPrefix("/api/v1/") && ["POST", "PUT", "PATCH", "DELETE"].contains(route.method) {
            let path = String(route.path.dropFirst("/api/v1".count))
            if open.contains(path), route.method == "POST" { continue }
            let filled = path.split(separator: "/").map { $0.hasPrefix("{") ? "/x" : "/\($0)" }.joined()
            for type in ["application/json", "text/csv", "image/png"] {
                let head = "\(route.method) /api/v1\(filled)?nonsense=1 HTTP/1.1\nHost: HOST\nContent-Type: \(type)"
                let answer = try await send(head + "\nContent-Length: 60000\nConnection: close", "[[[[", to: site)
                #expect(answer.status == 401, "\(route.method) \(path)")
            }
            count += 1
        }
        #expect(count > 30)
    }

    @Test("counts a stranger before it reads what they sent")
    func countedFirst() async throws {
        let site = try await Site(try TestInstallation())
        let browser = site.browser()
        for path in ["/sessions", "/enrolments/invitation", "/enrolments/renewal"] {
            for _ in 0..<30 {
                _ = try await browser.send("POST", "/api/v1\(path)", headers: ["Content-Type": "image/png"], body: nil)
            }
            let head = "POST /api/v1\(path) HTTP/1.1\nHost: HOST\nContent-Type: application/json\nContent-Length: 60000"
            let answer = try await send(head + "\nConnection: close", "{", to: site)
            #expect(answer.status == 429, "\(path)")
        }
        // Each of the three has tries of its own, and none takes those of the API at large.
        #expect(try await browser.get("/api/v1/openapi.json").status == 200)
    }
}
