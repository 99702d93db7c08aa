import Basics
import Foundation
import Onboarding
import Records
import TestSupport

@testable import Web

/// A site that holds in memory what decides, and requests to it as they go over the wire.
struct PromptSite: Sendable {
    let site: Site
    let world: TestInstallation
    let client: TestClient
    let token: String

    init(callsPerMinute: Int = 0) async throws {
        world = try await TestInstallation.withAcme()
        _ = try await world.account(grants: [("prod", "OPE"), ("default", "STD")])
        client = try await world.application("Platform", .service, scopes: [.decisions, .introspection])
        token = try await world.token(of: client)
        site = try await Site(world, callsPerMinute: callsPerMinute, holdsStandings: true)
        while world.usher.standings.extent == nil { try await Task.sleep(for: .milliseconds(5)) }
        // What the trail does not tell is asked of the database once: when somebody proved themselves.
        let first = try await Asker(site, token: token).post("evaluation", Self.question("start-instance"))
        guard first.status == 200 else {
            throw Fault(.unavailable, "The first question was answered with \(first.text)")
        }
        _ = try await RawConnection.exchange(
            pieces: [asked("/openid/introspect", form: "token=\(token)"), Self.end], with: site)
    }

    /// How many of them memory answers; none where the database has to be asked what is newest.
    func prompt(_ count: Int) -> Int { world.store.presentMark == nil ? 0 : count }

    var promptCount: Int { site.server.metrics.current.prompt }

    static let alice = "alice@acme.example"

    static func question(_ action: String, _ cloud: String = "acme/prod", of person: String = alice) -> JSON {
        [
            "subject": ["type": "user", "id": .string(person)], "action": ["name": .string(action)],
            "resource": ["type": "cloud", "id": .string(cloud)],
        ]
    }

    enum Form { case whole, inChunks }

    func request(
        _ path: String, _ headers: [(String, String)], _ body: String, _ form: Form = .whole
    ) -> String {
        let fields = [("Host", "127.0.0.1")] + headers
        let length =
            form == .whole ? ("Content-Length", "\(body.utf8.count)") : ("Transfer-Encoding", "chunked")
        let head = (fields + [length]).map { "\($0): \($1)\r\n" }.joined()
        let chunks = body.isEmpty ? "0\r\n\r\n" : "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
        return "POST \(path) HTTP/1.1\r\n\(head)\r\n\(form == .whole ? body : chunks)"
    }

    /// On a connection of its own.
    func answer(to request: String) async throws -> Answer {
        let answers = try await RawConnection.exchange(pieces: [request + Self.end], with: site)
        guard let first = answers.first else { throw Fault(.unavailable, "There was no answer.") }
        return first
    }

    /// Ends a connection in order.
    static let end = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"

    var bearer: (String, String) { ("Authorization", "Bearer \(token)") }
    static let json = ("Content-Type", "application/json")
    static let form = ("Content-Type", "application/x-www-form-urlencoded")

    func asked(_ path: String, form body: String, _ form: Form = .whole) -> String {
        request(path, [basic, Self.form], body, form)
    }

    var secret: String { client.secret.map { String(decoding: $0.exposed, as: UTF8.self) } ?? "" }

    var basic: (String, String) {
        (
            "Authorization",
            "Basic \(Data("\(client.id):\(secret)".utf8).base64EncodedString())"
        )
    }
}
