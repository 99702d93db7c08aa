import Basics
import Defaults
import Foundation
import Translation

/// What commands say is in the language of the terminal (`LC_ALL`, `LC_MESSAGES`, `LANG`, in this order).
///
/// For people: JSON is the same everywhere. Only the languages in the binary,
/// since a refusal may come before there is a data folder.
enum TerminalLanguage {
    /// Nil for English, which every sentence is in already.
    static func of(_ environment: [String: String]) -> Language? {
        let chosen = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
        // `de_DE.UTF-8@euro`; `C` and `POSIX` are no languages.
        let tag = chosen?.prefix { $0 != "." && $0 != "@" } ?? ""
        return Languages.shipped.named(String(tag)).flatMap { $0 == .english ? nil : $0 }
    }

    /// Nil for programs, which read JSON.
    static let chosen: Language? =
        CommandLine.arguments.contains("--json") ? nil : of(ProcessInfo.processInfo.environment)

    /// The sentence as a person reads it.
    static func words(_ sentence: Sentence) -> String {
        guard let (translations, language) = reader else { return sentence.english }
        return sentence.words { message in
            if let text = translations.text(message, "terminal", in: language) { return text }
            // Pages say without options what commands say with them.
            return message.contains("--") ? message : translations.words(Sentence(message), in: language)
        }
    }

    private static let reader: (translations: Translations, language: Language)? = {
        guard let language = chosen else { return nil }
        let name = "words/\(language.rawValue).po"
        guard let text = Defaults.text(at: "templates/\(name)"), let all = try? Translations([(name, text)]) else {
            return nil
        }
        return (all, language)
    }()
}
