import Basics
import Foundation
import OneTimePassword
import Synchronization
import TestSupport

/// A program that calls the API: no cookies, a bearer token.
final class Program: Sendable {
    /// How a second factor is asked for (RFC 9470, section 3).
    static let challenge =
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"urn:usher:acr:mfa\""

    let browser: Browser
    private let held: Mutex<String?>

    init(_ browser: Browser, token: String? = nil) {
        self.browser = browser
        held = Mutex(token)
    }

    var token: String? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", path, headers: headers)
    }

    func post(_ path: String, _ body: JSON?, headers: [String: String] = [:]) async throws -> Answer {
        var headers = headers
        if body != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return try await send("POST", path, headers: headers, body: body?.data())
    }

    /// - Parameter path: below `/api/v1`.
    func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: Data? = nil
    ) async throws -> Answer {
        var headers = headers
        if let token, headers["Authorization"] == nil { headers["Authorization"] = "Bearer \(token)" }
        return try await browser.send(method, "/api/v1" + path, headers: headers, body: body)
    }
}

extension Site {
    /// Marie who approves, and Rita of acme who requests, with all that they need to sign in.
    ///
    /// - Parameter callsPerMinute: 0 for as many as a test likes.
    static func withAcme(
        callsPerMinute: Int = 0, proxies: Set<String> = []
    ) async throws -> (site: Site, marie: Enrolled, rita: Enrolled) {
        let world = try TestInstallation()
        let (marie, rita) = (try await world.manager(), try await world.organization())
        return (try await Site(world, proxies: proxies, callsPerMinute: callsPerMinute), marie, rita)
    }

    /// A program without a token.
    func program() -> Program { Program(browser()) }

    /// A program in which somebody signed in with all that they have.
    func program(of who: Enrolled) async throws -> Program {
        world.clock.skip(seconds: 60)
        let program = program()
        let half = try await program.post(
            "/sessions", ["email": .string(who.email.text), "password": .string(who.password)])
        program.token = try half.json["token"].text
        if let totp = who.totp {
            let code = try totp.code(at: world.clock.now)
            program.token = try await program.post("/sessions/current/code", ["code": .string(code)]).json["token"].text
        }
        return program
    }
}

extension Answer {
    var json: JSON {
        get throws { try JSONDecoder().decode(JSON.self, from: Data(text.utf8)) }
    }

    /// The fields that a problem finds fault with, and how.
    var faults: [String] {
        get throws { try json["faults"].list.map { try "\($0["field"].text) \($0["code"].text)" } }
    }
}

extension JSON {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    subscript(_ name: String) -> JSON {
        guard case .object(let members) = self else { return .null }
        return members[name] ?? .null
    }

    subscript(_ index: Int) -> JSON {
        guard case .array(let values) = self, values.indices.contains(index) else { return .null }
        return values[index]
    }

    var text: String {
        get throws {
            guard case .string(let text) = self else { throw Missing(description: "no text: \(self)") }
            return text
        }
    }

    var list: [JSON] {
        get throws {
            guard case .array(let values) = self else { throw Missing(description: "no list: \(self)") }
            return values
        }
    }

    var members: JSON.Members {
        get throws {
            guard case .object(let members) = self else { throw Missing(description: "no object: \(self)") }
            return members
        }
    }
}
