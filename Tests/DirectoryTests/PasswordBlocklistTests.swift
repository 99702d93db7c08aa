import Directory
import Foundation
import Testing

@Suite("PasswordBlocklist", .timeLimit(.minutes(60)))
struct PasswordBlocklistTests {
    private func shipped() throws -> String {
        let url = Seed.checkout.appending(path: "catalogue/common-passwords.txt")
        return try String(contentsOf: url, encoding: .utf8)
    }

    @Test("ships at least 10,000 passwords, lower-cased, sorted, each once, with their source and licence")
    func isWellKept() throws {
        let lines = try shipped().split(separator: "\n")
        let words = lines.filter { !$0.hasPrefix("#") }
        #expect(words.count >= 10_000)
        let isSorted = zip(words, words.dropFirst()).allSatisfy { Array($0.utf8).lexicographicallyPrecedes($1.utf8) }
        #expect(isSorted)
        #expect(words.allSatisfy { $0 == $0.lowercased() && $0.count >= 8 })
        let header = lines.prefix { $0.hasPrefix("#") }.joined(separator: "\n")
        #expect(header.contains("zxcvbn") && header.contains("MIT License"))
        #expect(try PasswordBlocklist(text: shipped()).count == words.count)
    }

    @Test(
        "refuses a common password in any case, and with an ending that adds nothing",
        arguments: ["password", "PassWord", "password1", "Password2024!", "SUNSHINE", "qwertyuiop123456", "1234567890"])
    func contains(password: String) throws {
        #expect(try PasswordBlocklist(text: shipped()).contains(password))
    }

    @Test(
        "lets others pass",
        arguments: ["correct horse battery staple", "", "!!!!", "xkcd-936-tr0ub4dor-three", "# Source", "#"])
    func passes(password: String) throws {
        #expect(try !PasswordBlocklist(text: shipped()).contains(password))
    }

    @Test("drops an ending only while eight characters remain")
    func keepsShortStem() {
        let list = PasswordBlocklist(text: "# note\nsummers\nsunshine\r\n\n")
        #expect(list.count == 2)
        #expect(list.contains("sunshine2024"))
        #expect(list.contains("summers"))
        #expect(!list.contains("summers2024"))
    }
}
