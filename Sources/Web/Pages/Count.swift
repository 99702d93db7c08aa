import Basics
import Mustache
import Translation

/// A number that words go with: shown as it is, and known to the forms of each language.
///
/// A message with a plural is a section for each form (`Translations.localized`), `form0fr`
/// and so on, of which this shows the one that the language's rule chooses.
struct Count: MustacheTransformable, CustomStringConvertible, Sendable {
    let number: Int
    private let translations: Translations

    init(_ number: Int, _ translations: Translations) {
        self.number = number
        self.translations = translations
    }

    var description: String { String(number) }

    func transform(_ name: String) -> Any? {
        guard let parts = name.wholeMatch(of: /form([0-9])(.+)/), let form = Int(parts.1),
            let language = Language(rawValue: String(parts.2))
        else { return nil }
        return translations.plurals(of: language).form(of: number) == form
    }
}
