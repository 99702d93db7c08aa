import Basics
import Directory
import Foundation
import OpenSSL
import Scratch
import TestSupport
import Testing

@testable import Onboarding

@Suite("Password rules", .timeLimit(.minutes(60)))
struct PasswordRulesTests {
    private let rules = PasswordRules(
        blocklist: PasswordBlocklist(text: "sunshine\npassword\ncorrecthorsebatterystaple\n"), breached: nil)
    private static let words = ["Alice Martin", "alice@acme.example", "The acme company", "acme", "Usher"]

    private func accept(_ password: String, hasMFA: Bool) throws -> String {
        let accepted = try rules.accept(Secret(password), hasMFA: hasMFA, words: Self.words)
        return String(decoding: accepted.exposed, as: UTF8.self)
    }

    @Test(
        "take any text of 8 characters beside a factor and of 15 without, up to 1,024",
        arguments: [
            ("kwzrtpqd", true), ("seven herons by", false), ("日本語の長い文字列です", true),
            ("🦦🦦🦦🦦🦦🦦🦦🦦", true), ("        x", true), (String(repeating: "añ", count: 64), false),
            (String(repeating: "z", count: 1_024), false), ("tab\tand\u{0}nul is text", false),
        ])
    func accepted(_ password: String, _ hasMFA: Bool) throws { _ = try accept(password, hasMFA: hasMFA) }

    @Test(
        "refuse with the reason",
        arguments: [
            ("kwzrtpq", true, "too_short"), ("seven herons b", false, "too_short"), ("", true, "too_short"),
            (String(repeating: "z", count: 1_025), true, "too_long"),
            (String(repeating: "é", count: 9_000), true, "too_long"),
            ("sunshine", true, "common"), ("SunShine2024!", true, "common"),
            ("correcthorsebatterystaple", false, "common"),
            ("Alice-Martin-2026", false, "personal"), ("acme.example-alice", false, "personal"),
            ("usherusherusher", false, "personal"), ("ÀLICE MÄRTIN 99", false, "personal"),
        ])
    func refused(_ password: String, _ hasMFA: Bool, _ code: String) throws {
        let fault = try #require(#expect(throws: Fault.self) { _ = try accept(password, hasMFA: hasMFA) })
        #expect(fault.codes == [code])
        #expect(fault.fields == ["password"])
        #expect(password.isEmpty || !fault.message.contains(password))
    }

    @Test("refuse bytes that are no text")
    func bytes() throws {
        let fault = try #require(
            #expect(throws: Fault.self) {
                _ = try rules.accept(Secret([UInt8](repeating: 0xFF, count: 20)), hasMFA: true, words: [])
            })
        #expect(fault.codes == ["not_text"])
    }

    @Test("hash the same letters to the same bytes, however a keyboard composes them")
    func normalisation() throws {
        #expect(try accept("cafe\u{301} ﬁne ①２３４", hasMFA: true) == (try accept("café fine 1234", hasMFA: true)))
        // Counted after normalisation: eight scalars that become four are four.
        let fault = try #require(
            #expect(throws: Fault.self) { _ = try accept("e\u{301}e\u{301}e\u{301}e\u{301}", hasMFA: true) })
        #expect(fault.codes == ["too_short"])
    }
}

@Suite("The list of breached passwords", .timeLimit(.minutes(60)))
struct BreachedPasswordsTests {
    private static let words = (0..<500).map { "breached \($0)" }

    private static func hash(_ word: String) throws -> String { try SHA1.digest(of: Array(word.utf8)).hex.uppercased() }

    /// Sorted by hash, as the published lists are; the counts differ in length.
    private func list(
        _ folder: TestFolder, _ words: [String], ending: String, isClosed: Bool
    ) throws -> BreachedPasswords {
        let lines = try words.map { "\(try Self.hash($0)):\($0.hashValue.magnitude % 1_000_000)" }.sorted()
        let text = lines.joined(separator: ending) + (isClosed ? ending : "")
        let path = folder.path + "/breached.txt"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return BreachedPasswords(path: path)
    }

    @Test(
        "finds every listed password and no other, whatever its line ends",
        arguments: [
            ("\n", true), ("\n", false), ("\r\n", true), ("\r\n", false),
        ])
    func search(_ ending: String, _ isClosed: Bool) throws {
        let folder = try TestFolder()
        for count in [1, 2, 3, 7, 500] {
            let words = Array(Self.words.prefix(count))
            let list = try list(folder, words, ending: ending, isClosed: isClosed)
            for word in words { #expect(try list.contains(word), "\(word) of \(count)") }
            for index in 0..<200 { #expect(try !list.contains("absent \(index)")) }
        }
    }

    @Test("holds nothing when it is empty, and stops everything when it cannot be read")
    func unreadable() throws {
        let folder = try TestFolder()
        #expect(try !list(folder, [], ending: "\n", isClosed: true).contains("anything"))
        let missing = BreachedPasswords(path: folder.path + "/none")
        #expect(throws: (any Error).self) { _ = try missing.contains("anything") }
        let rules = PasswordRules(blocklist: PasswordBlocklist(text: ""), breached: missing)
        #expect(throws: (any Error).self) {
            _ = try rules.accept(Secret("seven quiet herons"), hasMFA: true, words: [])
        }
    }

    @Test("refuses a listed password when one is chosen")
    func rules() throws {
        let folder = try TestFolder()
        let list = try list(folder, Self.words, ending: "\n", isClosed: true)
        let rules = PasswordRules(blocklist: PasswordBlocklist(text: ""), breached: list)
        let fault = try #require(
            #expect(throws: Fault.self) { _ = try rules.accept(Secret(Self.words[3]), hasMFA: true, words: []) })
        #expect(fault.codes == ["breached"])
    }
}
