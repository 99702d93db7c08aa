import Basics
import Foundation
import Onboarding
import TestSupport
import Testing
import Web

/// A path has one spelling: whoever writes another is refused before anything is decided by it.
@Suite("Disguised paths", .timeLimit(.minutes(60)))
struct PathDisguiseTests {
    private static let names = [
        "id": "01arz3ndektsv4rrffq69g5fav", "email": "rita%40acme.example", "slug": "acme", "key": "x%2Fmail%2Fy",
        "part": "profiles", "name": "account-request", "delegate": "noone%40nowhere.example",
        "campaign": "01arz3ndektsv4rrffq69g5faw", "client": "01arz3ndektsv4rrffq69g5fax", "cloud": "prod",
    ]

    /// The path of a route with something for each name in it.
    private func filled(_ path: String) -> String {
        path.split(separator: "/").map { part in
            part.hasPrefix("{") ? "/\(Self.names[String(part.dropFirst().dropLast())] ?? "x")" : "/\(part)"
        }.joined()
    }

    /// Other spellings that a router, a proxy or a guard may read as the same path.
    private func disguises(of path: String, port: Int) -> [String] {
        let parts = path.dropFirst().split(separator: "/").map(String.init)
        let first = parts.first ?? ""
        let rest = parts.dropFirst().map { "/\($0)" }.joined()
        let letter = first.utf8.first.map { "%" + String($0, radix: 16, uppercase: true) } ?? ""
        var all = [
            "/" + path, "//" + path, "/." + path, "/x/.." + path, "/%2e" + path, "/%2E%2E" + path, "/x/%2e%2e" + path,
            "/;x" + path, "/%2F" + path.dropFirst(), "/%5C" + path.dropFirst(), "/\\" + path.dropFirst(),
            path + "//", path + "/.", path + "/..", path + "/x/..", path + "/%2e", path + "%00", path + "%0A",
            path + "\\",
            path + ";x=y", path + "#x", path + "%", path + "%zz", path + "%C0%AF", path + "%80",
            "http://127.0.0.1:\(port)/" + path, "http://127.0.0.1:\(port)" + path + "/",
            "http:" + path, "*" + path, String(path.dropFirst()),
            path + String(repeating: "/x", count: 2_000), "/\(first);x\(rest)",
        ]
        if path != "/" { all += [path + "/", "/\(letter)\(first.dropFirst())\(rest)"] }
        for (index, part) in parts.enumerated() where index > 0 {
            let (before, after) = (parts[..<index].joined(separator: "/"), parts[index...].joined(separator: "/"))
            all += ["/\(before)//\(after)", "/\(before)/./\(after)", "/\(before)/x/../\(after)"]
            all += ["/\(before)%2F\(after)", "/\(before)\\\(after)", "/\(before)/%2E/\(after)"]
            let hidden = part.utf8.first.map { "%" + String($0, radix: 16) } ?? ""
            let spelt = ([String](parts[..<index]) + [hidden + part.dropFirst()] + parts[(index + 1)...])
            all.append("/" + spelt.joined(separator: "/"))
        }
        return all
    }

    @Test("of every route serve nothing, in a session, by a token, and for a stranger")
    func everyRoute() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let view = try await site.world.usher.submit(
            site.world.submission(), by: try await site.world.actor("rita@acme.example"))
        let browser = try await site.browser(of: rita)
        let cookie = try #require(browser.cookie("__Host-usher"))
        let paths = Set(site.routes.filter { $0.path != "/healthz" }.map(\.path))
        #expect(paths.count > 90)
        for pattern in paths.sorted() {
            let path = filled(pattern).replacing(Self.names["id"] ?? "", with: view.id)
            let methods = site.routes.filter { $0.path == pattern }.map(\.method)
            for disguise in disguises(of: path.isEmpty ? "/" : path, port: site.port) {
                let method = methods.contains("POST") ? "POST" : methods.first ?? "GET"
                let answer = try await RawConnection.exchange(
                    """
                    \(method) \(disguise) HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\nCookie: __Host-usher=\(cookie)\r\n\
                    Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n\
                    Connection: close\r\n\r\n
                    """, with: site)
                // An escaped slash is a part of a name: it leads to another route at most, which asks who calls.
                let other = disguise.contains("%2F") ? [401, 403, 404, 405] : []
                #expect(([400, 414] + other).contains(answer.status), "\(method) \(disguise): \(answer.status)")
            }
        }
        #expect(try await site.world.view(try site.world.id(view)).state == view.state)
    }

    @Test("are told in the manner of the API to whoever speaks to it, and on a page to everybody else")
    func told() async throws {
        let site = try await Site()
        let api = try await site.browser().get("//api/v1/requests")
        #expect(api.status == 400)
        #expect(api.headers["content-type"] == "application/problem+json")
        #expect(try api.json["code"].text == "malformed")
        #expect(try api.json["detail"].text.contains("slash"))
        let page = try await site.browser().get("/sign-in/")
        #expect(page.status == 400)
        #expect(page.headers["content-type"]?.hasPrefix("text/html") == true)
        let asked = try await site.browser().get("//sign-in", headers: ["Accept": "application/json"])
        #expect(asked.headers["content-type"] == "application/problem+json")
    }

    @Test("that are no disguise are served: absolute form with our own host, and escapes that are needed")
    func plain() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let host = "127.0.0.1:\(site.port)"
        for target in ["http://\(host)/sign-in", "HTTP://\(host)/sign-in?next=%2Finbox", "/sign-in?next=/inbox"] {
            let answer = try await RawConnection.exchange(
                "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n", with: site)
            #expect(answer.status == 200, "\(target)")
        }
        let program = try await site.program(of: rita)
        #expect(try await program.get("/people/rita%40acme.example").status == 200)
        #expect(try await program.get("/people/rita@acme.example").status == 200)
        #expect(try await program.get("/people/nobody%40n%C3%B6.example").status == 404)
    }

    @Test("do not make a query mean two things: a name stands once, every escape is whole, and its length is bounded")
    func queries() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let browser = try await site.browser(of: rita)
        for query in ["org=acme&org=globex", "org=acme&%6Frg=globex", "org=%E4", "x=" + long] {
            for path in ["/people", "/requests", "/sign-in", "/api/v1/requests"] {
                let answer = try await browser.get("\(path)?\(query)")
                let isAPI = path.hasPrefix("/api")
                #expect(
                    [400, 414].contains(answer.status) || (isAPI && answer.status == 422), "\(path)?\(query.prefix(20))"
                )
            }
        }
        #expect(try await browser.get("/people?org=acme").status == 200)
        // As no client writes them.
        for query in ["next=%zz", "next=%", "next=%4", "%=x"] {
            let answer = try await RawConnection.exchange(
                "GET /sign-in?\(query) HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\nConnection: close\r\n\r\n",
                with: site)
            #expect(answer.status == 400, "\(query)")
        }
    }

    private var long: String { String(repeating: "x", count: 16_000) }
}
