import Basics
import Foundation
import TestSupport
import Testing
import Web

@Suite("Refusals in the reader's language", .timeLimit(.minutes(60)))
struct RefusalLanguageTests {
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

    private func sentences(_ answer: Answer) throws -> [String] {
        let document = try answer.json
        return [try document["detail"].text] + (try document["faults"].elements.map { try $0["message"].text })
    }

    @Test("every operation that refuses a program does so in the language that it asks for")
    func inTheAPI() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        let attack = APIAttackTests()
        var refused: Set<String> = []
        for person in [marie, rita] {
            let program = try await site.program(of: person)
            for route in attack.routes(of: site) where route.path != "/sessions/current" {
                let call = { (language: String) in
                    try await attack.call(
                        route, APIAttackTests.missing, by: program, headers: ["Accept-Language": language])
                }
                let (english, german) = (try await call("*"), try await call("de-AT, en;q=0.5"))
                // What was tried before may be refused otherwise, or be let through.
                guard english.status >= 400, english.status == german.status else { continue }
                refused.insert("\(route)")
                #expect(german.headers["content-language"] == "de", "\(route)")
                #expect(english.headers["content-language"] == nil, "\(route)")
                for (one, other) in zip(try sentences(english), try sentences(german)) {
                    #expect(one != other, "\(route): \(one)")
                }
            }
        }
        #expect(refused.count > 60)
    }
}
