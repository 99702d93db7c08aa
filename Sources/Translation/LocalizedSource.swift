package import Basics
import Foundation

extension Translations {
    /// A template with its messages in a language.
    ///
    /// `{{#t}}Sign in{{/t}}` is a message, `{{#t CONTEXT}}…{{/t}}` one that means something else where it stands,
    /// `{{#t}}One line{{|}}{{count}} lines{{/t}}` one that goes with a number (`Count`), the first value of its plural.
    /// `{{lang}}` is the language's tag, and `{{lang-en}}` says of what is in English always that it is, where it must.
    ///
    /// All this is done once, when templates are read: what is left is plain Mustache.
    ///
    /// - Parameter path: for messages.
    /// - Throws: `Fault.Code.invalid` for a mark that is not closed.
    package func localized(_ source: String, path: String, isHTML: Bool = true, in language: Language) throws -> String
    {
        var result = ""
        var rest = source[...]
        while let mark = rest.firstMatch(of: /\{\{#t(?: ([^}]*))?\}\}/) {
            result += rest[..<mark.range.lowerBound]
            rest = rest[mark.range.upperBound...]
            guard let end = rest.firstRange(of: "{{/t}}") else {
                throw Fault.invalid(path, "malformed_template", "\(path) has a {{#t}} without its {{/t}}.")
            }
            let place = !isHTML ? Place.plain : Self.isInTag(result) ? .attribute : .text
            let sides = rest[..<end.lowerBound].split(separator: "{{|}}", omittingEmptySubsequences: false)
            let forms = forms(String(sides[0]), mark.1.map(String.init) ?? "", in: language)
            if sides.count == 1 {
                result += forms?.first.map(place.written) ?? String(sides[0])
            } else {
                result += try plural(
                    forms?.map(place.written) ?? sides.map(String.init), of: sides[1],
                    in: forms == nil ? .english : language, path)
            }
            rest = rest[end.upperBound...]
        }
        return (result + rest).replacing("{{lang-en}}", with: language == .english ? "" : " lang=\"en\"")
            .replacing("{{lang}}", with: language.rawValue)
    }

    /// A section for each form, of which the number shows one.
    private func plural(
        _ forms: [String], of plural: Substring, in language: Language, _ path: String
    ) throws -> String {
        guard let number = plural.firstMatch(of: /\{\{([a-z][A-Za-z]*)\}\}/)?.1 else {
            throw Fault.invalid(path, "malformed_template", "\(path) has a plural that shows no number: \(plural)")
        }
        return forms.enumerated().map { form, text in
            let name = "form\(form)\(language.rawValue)(\(number))"
            return "{{#\(name)}}\(text){{/\(name)}}"
        }.joined()
    }

    private static func isInTag(_ html: String) -> Bool {
        let plain = html.replacing(/\{\{.*?\}\}+/, with: "")
        guard let open = plain.lastIndex(of: "<") else { return false }
        return plain.lastIndex(of: ">").map { $0 < open } ?? true
    }
}

/// Where a message is put.
private enum Place {
    case plain, text, attribute

    /// Its words as they are written there; tags are those of the message, since the catalogue was judged.
    func written(_ text: String) -> String {
        guard self != .plain else { return text }
        let safe = text.replacing(/&(?!(#[0-9]+|[A-Za-z]+);)/, with: "&amp;").replacing(/<(?![\/A-Za-z])/, with: "&lt;")
        return self == .attribute ? safe.replacing("\"", with: "&quot;") : safe
    }
}
