import Basics
import Foundation
import Testing
import Translation
import Web

@Suite("Faults in the reader's language", .timeLimit(.minutes(60)))
struct FaultWordsTests {
    @Test("a form that is refused says so in the language of the page")
    func onThePage() async throws {
        let site = try await Site()
        let browser = site.browser(language: "fr")
        _ = try await browser.get("/sign-in")
        let refused = try await browser.submit("/sign-in", ["email": "nobody@acme.example", "password": "x"])
        #expect(refused.text.contains("ne vont pas ensemble"))
        let missing = try await browser.get("/nowhere")
        #expect(missing.text.contains("Cette page n’existe pas."))
    }
}
