import Foundation
import Testing

/// Holds the tables of `docs/conformance.md` against the scripts that they name.
@Suite("The page on conformance", .timeLimit(.minutes(60)))
struct ConformancePageTests {
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let scripts = checkout.appending(path: "Tests/WebTests/OpenID")

    /// The cells of each row of its tables, heads and lines left out.
    private func rows() throws -> [[String]] {
        let page = try String(contentsOf: Self.checkout.appending(path: "docs/conformance.md"), encoding: .utf8)
        return page.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") }.map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    private func checks(of script: String) throws -> [String] {
        let text = try String(contentsOf: Self.scripts.appending(path: script), encoding: .utf8)
        return text.matches(of: /(?m)^@check\("([^"]+)"\)$/).map { String($0.1) }
    }

    @Test("names each module of the plan once, and each has a check of its name")
    func modules() throws {
        let named = try rows().compactMap { $0[0].wholeMatch(of: /`(oidcc-[a-z0-9-]+)`/).map { String($0.1) } }
        #expect(named.count == 38)
        #expect(try named == checks(of: "conformance.py"))
    }

    @Test("names scripts that are there, have checks, and are run")
    func scripts() throws {
        let suite = try String(
            contentsOf: Self.checkout.appending(path: "Tests/AcceptanceTests/OpenIDClientTests.swift"), encoding: .utf8)
        let named = Set(try rows().flatMap { $0[2].matches(of: /`([a-z_]+\.py)`/).map { String($0.1) } })
        #expect(named.count >= 6)
        for script in named {
            #expect(try !checks(of: script).isEmpty, "\(script) has no check")
            #expect(suite.contains("run(\"\(script)\")"), "\(script) is never run")
        }
    }
}
