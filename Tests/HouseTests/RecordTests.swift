import Foundation
import Testing

/// Nothing that somebody may do changes without an entry of the audit trail.
///
/// The types keep the use cases from it: they reach what matters through `Writing` only. What they cannot see is held here.
@Suite("The verbs that change who may do what", .timeLimit(.minutes(60)))
struct RecordTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    private static func files(in room: String) throws -> [String: String] {
        let root = sources.appending(path: room)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path(percentEncoded: false))
        return try Dictionary(
            uniqueKeysWithValues: paths.filter { $0.hasSuffix(".swift") }.map {
                ($0, SwiftText(try String(contentsOf: root.appending(path: $0), encoding: .utf8)).code)
            })
    }

    /// What stands between the braces of every declaration that `head` matches.
    private static func bodies(_ head: Regex<(Substring, Substring)>, in code: String) -> [(name: String, body: String)]
    {
        code.matches(of: head).compactMap { match in
            var depth = 0
            guard let open = code[match.range.upperBound...].firstIndex(of: "{") else { return nil }
            let close = code[open...].indices.first { index in
                if code[index] == "{" { depth += 1 }
                if code[index] == "}" { depth -= 1 }
                return depth == 0
            }
            return close.map { (String(match.1), String(code[open...$0])) }
        }
    }

    /// The protocols of the port that `Transaction` has beyond `WorkTransaction`, and their verbs.
    private static func verbs() throws -> Set<String> {
        let records = try files(in: "Records").values.joined(separator: "\n")
        let all = try #require(records.firstMatch(of: #/protocol Transaction: WorkTransaction, ([\w, ]+)/#))
        var verbs: Set<String> = []
        for name in all.1.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) {
            let found = bodies(#/protocol (\w+)/#, in: records).filter { $0.name == name }
            let body = try #require(found.first?.body, "\(name) is no protocol of the port")
            // With the first label: `insert(_ organization:` and `insert(_ cloud:` are two.
            verbs.formUnion(body.matches(of: #/func (\w+\(\w+ ?\w*)/#).map { String($0.1) })
        }
        return verbs
    }

    /// What is recorded by the entry of what it is for, and why that is enough.
    private static let recordedElsewhere = [
        "invite": "auditGaps finds a person whom no entry names",
        "end": "who ends a session says in an entry of its own why; none opens more than the person may",
    ]

    @Test("are each called by a verb that records what it does")
    func recorded() throws {
        let verbs = try Self.verbs()
        #expect(verbs.count > 20, "\(verbs)")
        let files = try Self.files(in: "Onboarding")
        let writing = try [
            "Writing.swift", "GrantWriting.swift", "ApplicationWriting.swift", "ResourceWriting.swift",
            "WebhookWriting.swift",
        ]
        .map { try #require(files[$0]) }.joined()
        let functions = Self.bodies(#/func (\w+)/#, in: writing)
        for verb in verbs {
            let name = String(verb.prefix { $0 != "(" })
            let callers = functions.filter { $0.body.contains("records.\(name)(") }
            #expect(!callers.isEmpty, "no function of Writing calls \(verb)")
            for caller in callers where Self.recordedElsewhere[caller.name] == nil {
                #expect(
                    caller.body.contains(#/\b(?:record|recordDelegation|set)\(/#),
                    "\(caller.name) calls \(name) and records nothing")
            }
        }
    }

    @Test("are out of reach elsewhere: the store is written through a turn")
    func outOfReach() throws {
        // Where a turn is made, and where the time that the store takes is measured.
        let allowed: Set = ["Onboarding/Turn.swift", "Web/Server/Measured.swift"]
        for room in ["Onboarding", "Notification", "Remote", "Web", "usher"] {
            for (path, code) in try Self.files(in: room) where !allowed.contains("\(room)/\(path)") {
                #expect(!code.contains(#/store\s*\.write\b/#), "\(room)/\(path) writes past the turn")
            }
        }
    }
}
