import Basics
import Foundation
import Onboarding
import TestSupport
import Testing

/// The scenario by which the OpenID Foundation certifies decision points, with a catalogue that says what its fixture
/// wants; see `Published/README.md`.
///
/// Its names are written in Usher's way: people by address, records as clouds. What it sends as properties is not
/// evaluated, so nothing of the levels named *Properties* is claimed.
@Suite("AuthZEN: the scenario of the certification", .timeLimit(.minutes(60)))
struct CertificationTests {
    private static let claimed: Set = ["Basic Core", "Batch Core", "Search Core"]
    private let names = PlatformNames()

    private func platform(_ draft: AccessRequestDraft? = nil) async throws -> Platform {
        let platform = try await Platform(
            profiles: ["READER": ["read"], "WRITER": ["read", "write"], "ERASER": ["read", "write", "delete"]],
            actions: ["read": "READER", "write": "WRITER", "delete": "ERASER"], asking: draft)
        try await platform.give([
            ("alice", "record-1", "WRITER"), ("bob", "record-1", "READER"), ("alice", "record-2", "READER"),
            ("bob", "record-2", "WRITER"),
        ])
        return platform
    }

    /// What is other than a case expects; nil for nothing.
    private func deviation(of answer: Answer, from expected: JSON) throws -> String? {
        guard answer.status == Int(try expected["status"].whole) else { return "\(answer.status): \(answer.text)" }
        guard answer.status == 200 else { return answer.text.isEmpty ? "no message" : nil }
        guard answer.headers["content-type"] == "application/json" else { return "\(answer.headers)" }
        let told = try answer.json
        if expected["decision"] != .null, told["decision"] != expected["decision"] { return answer.text }
        if case .array(let wanted) = expected["decisions"] {
            let given = try told["evaluations"].list.map { $0["decision"] }
            let fit = zip(given, wanted).allSatisfy { one, other in
                other == .null ? one == .bool(true) || one == .bool(false) : one == other
            }
            if given.count != wanted.count || !fit { return answer.text }
        }
        guard expected["includes"] != .null || expected["results"] != .null else { return nil }
        let found = try told["results"].list.map(names.theirs)
        guard case .string = told["page"]["next_token"] else { return answer.text }
        if case .array(let wanted) = expected["includes"], !wanted.allSatisfy(found.contains) { return answer.text }
        return expected["results"] == .array([]) && !found.isEmpty ? answer.text : nil
    }

    @Test(
        "holds case by case on the levels that are claimed, and on the others but where only properties differ",
        arguments: AccessRequestDraft?.every)
    func scenario(_ draft: AccessRequestDraft?) async throws {
        let platform = try await platform(draft)
        var other: [String] = []
        for expected in try Published.read("certification").list {
            let answer = try await platform.post(
                try expected["path"].text, names.ours(expected["request"]), headers: ["X-Request-ID": "case-1"])
            let deviation = try deviation(of: answer, from: expected)
            #expect(answer.headers["x-request-id"] == "case-1")
            if Self.claimed.contains(try expected["level"].text) {
                #expect(deviation == nil, "\(expected["test"]): \(deviation ?? "")")
            } else if deviation != nil {
                other.append(try expected["test"].text)
            }
        }
        // A soft deletion and a hard one are one action here, and who may not do the one may not do the other.
        #expect(other == ["2.2.6"])
    }

    @Test("refuses with 400 what is no JSON object (2.4.3 to 2.4.5)")
    func malformed() async throws {
        let platform = try await platform()
        let question: JSON = try Published.read("certification")[0]["request"]
        let paths = ["evaluation", "evaluations", "search/subject", "search/resource", "search/action"]
        for path in paths {
            for type in ["text/plain", "application/xml", "application/x-www-form-urlencoded"] {
                let answer = try await platform.post(path, names.ours(question), headers: ["Content-Type": type])
                #expect(answer.status == 400 && answer.headers["content-type"] == "text/plain; charset=utf-8")
            }
            for body in ["", "{", "[]", "null", "\"alice\"", "{\"subject\":}", "{\"a\":1,\"a\":2}", "\u{FEFF}{}"] {
                let answer = try await platform.asker.post(path, bytes: Data(body.utf8))
                #expect(answer.status == 400, "\(path) \(body): \(answer.text)")
                #expect(answer.text.hasPrefix("The body is not a JSON object"))
            }
            let charset = ["Content-Type": "Application/JSON; charset=utf-8"]
            #expect(try await platform.post(path, names.ours(question), headers: charset).status == 200)
        }
    }

    @Test("echoes the name of a request to the letter, and gives one where there is none that may be told (2.5)")
    func requestID() async throws {
        let platform = try await platform()
        let question: JSON = names.ours(try Published.read("certification")[0]["request"])
        for name in ["bfe9eb29-ab87-4ca3-be83-a1d5d8305716", "a b", "~{}\"", String(repeating: "x", count: 200)] {
            let answer = try await platform.post("evaluation", question, headers: ["X-Request-ID": name])
            #expect(answer.headers["x-request-id"] == name)
        }
        let long = String(repeating: "x", count: 201)
        let answer = try await platform.post("evaluation", question, headers: ["X-Request-ID": long])
        #expect(answer.status == 200 && answer.headers["x-request-id"]?.count == 32)
        let own = try await platform.post("evaluation", question)
        #expect(own.headers["x-request-id"]?.count == 32)
        // What is refused has it, too.
        let refused = try await platform.post("evaluation", [:], headers: ["X-Request-ID": "mine"])
        #expect(refused.status == 400 && refused.headers["x-request-id"] == "mine")
    }

    @Test("tells the same each time (2.6), and where everything is (6)")
    func repeatsAndMetadata() async throws {
        let platform = try await platform()
        let question: JSON = names.ours(try Published.read("certification")[0]["request"])
        let first = try await platform.post("evaluation", question).text
        for _ in 0..<5 { #expect(try await platform.post("evaluation", question).text == first) }

        let answer = try await platform.site.browser().get("/.well-known/authzen-configuration")
        #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
        let base = platform.site.world.usher.settings.baseURL
        var members = try answer.json.members
        #expect(members["policy_decision_point"] == .string(base))
        members["policy_decision_point"] = nil
        #expect(members.count == 5)
        for (name, value) in members {
            let address = try value.text
            #expect(name.hasSuffix("_endpoint") && address.hasPrefix("\(base)/access/v1/"))
            let path = String(address.dropFirst("\(base)/access/v1/".count))
            #expect(try await platform.post(path, question).status == 200, "\(name)")
        }
        let other = try await platform.site.browser().get("/.well-known/authzen-configuration/tenant1")
        #expect(other.status == 404)
    }
}

extension JSON {
    /// A number that is whole.
    var whole: Int64 {
        get throws {
            guard case .integer(let number) = self else { throw Missing(description: "no whole number: \(self)") }
            return number
        }
    }
}
