import Basics
import Foundation
import TestSupport

/// A program that asks by the Authorization API with a token, or without one.
struct Asker: Sendable {
    let site: Site
    let token: String?
    private let browser: Browser

    init(_ site: Site, token: String?) {
        self.site = site
        self.token = token
        browser = site.browser()
    }

    /// - Parameter path: below `/access/v1`.
    func post(_ path: String, _ body: JSON, headers: [String: String] = [:]) async throws -> Answer {
        try await post(path, bytes: body.data(), headers: headers)
    }

    func post(_ path: String, bytes: Data, headers: [String: String] = [:]) async throws -> Answer {
        var fields = ["Content-Type": "application/json"]
        if let token { fields["Authorization"] = "Bearer \(token)" }
        return try await browser.send(
            "POST", "/access/v1/\(path)", headers: fields.merging(headers) { $1 }, body: bytes)
    }

    func get(_ path: String) async throws -> Answer {
        let headers = token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        return try await browser.send("GET", "/access/v1/\(path)", headers: headers, body: nil)
    }

    /// Whether somebody may, and why: `false no_grant`.
    func ask(_ person: String, _ action: String, _ cloud: String, since: JSON = .null) async throws -> String {
        var subject: JSON.Members = ["type": "user", "id": .string(person)]
        if since != .null { subject["properties"] = ["auth_time": since] }
        let answer = try await post(
            "evaluation",
            [
                "subject": .object(subject), "action": ["name": .string(action)],
                "resource": ["type": "cloud", "id": .string(cloud)],
            ])
        guard answer.status == 200 else { return "\(answer.status) \(answer.text)" }
        return "\(try answer.json["decision"] == .bool(true)) \(try answer.json["context"]["reason"].text as String)"
    }
}
