import Basics
import Testing

@Suite("A language", .timeLimit(.minutes(60)))
struct LanguageTagTests {
    @Test(
        "is a tag of two or three small letters, maybe with a region",
        arguments: ["en", "it", "gsw", "pt-BR", "gsw-CH"])
    func tag(_ text: String) { #expect(Language(rawValue: text)?.rawValue == text) }

    @Test(
        "is nothing else",
        arguments: [
            "", "e", "engl", "EN", "en-", "en-us", "en-USA", "en-U", "en_US", "en-US ", " en", "e1", "én", "en-ÜS",
            "en-US-x",
            "-US",
        ])
    func noTag(_ text: String) { #expect(Language(rawValue: text) == nil) }

    @Test(
        "is found however it is written",
        arguments: [
            ("fr", "fr"), ("FR", "fr"), ("fr_CH", "fr"), ("fr-ca", "fr"), ("pt-br", "pt-BR"), ("pt_BR", "pt-BR"),
            ("sv", nil), ("", nil),
        ])
    func named(_ text: String, _ tag: String?) throws {
        let brazilian = try #require(Language(rawValue: "pt-BR"))
        #expect(Languages([.french, brazilian]).named(text)?.rawValue == tag)
    }
}
