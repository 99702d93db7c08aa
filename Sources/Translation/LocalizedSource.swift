public import Basics
import Foundation

extension Translations {
    /// A template with its messages in a language.
    ///
    /// `{{#t}}Sign in{{/t}}` is a message, `{{#t CONTEXT}}…{{/t}}` one that means something
    /// else where it stands, `{{#t}}One line{{|}}{{count}} lines{{/t}}` one that goes with a
    /// number (`Count`), the first value of its plural. `{{lang}}` is the language's tag, and
    /// `{{lang-en}}` says of what is in English always that it is, where it must.
    ///
    /// All this is done once, when templates are read: what is left is plain Mustache.
    ///
    /// - Parameter path: for messages.
    /// - Throws: `Fault.Code.invalid` for a mark that is not closed.
    public func localized(_ source: String, path: String, isHTML: Bool = true, in language: Language) throws -> String {
        var result = ""
        var rest = source.utf8[...]
        var isInTag = false
        while let start = rest.firstRange(of: "{{#t".utf8) {
            let opening = rest[start.upperBound...]
            // `{{#total}}` is no mark of ours.
            guard let close = opening.firstRange(of: "}}".utf8), let sign = opening.first, [0x20, 0x7D].contains(sign)
            else {
                result += String(rest[..<start.upperBound]) ?? ""
                isInTag = Self.isInTag(after: rest[..<start.lowerBound], isInTag)
                rest = opening
                continue
            }
            let literal = rest[..<start.lowerBound]
            result += String(literal) ?? ""
            isInTag = Self.isInTag(after: literal, isInTag)
            rest = opening[close.upperBound...]
            guard let end = rest.firstRange(of: "{{/t}}".utf8) else {
                throw Fault.invalid(path, "malformed_template", "\(path) has a {{#t}} without its {{/t}}.")
            }
            let context = (String(opening[..<close.lowerBound]) ?? "").trimmingPrefix(" ")
            let message = String(rest[..<end.lowerBound]) ?? ""
            let place = !isHTML ? Place.plain : isInTag ? .attribute : .text
            result += try said(message, String(context), place, in: language, path)
            rest = rest[end.upperBound...]
        }
        result += String(rest) ?? ""
        guard result.contains("{{lang") else { return result }
        return result.replacing("{{lang-en}}", with: language == .english ? "" : " lang=\"en\"")
            .replacing("{{lang}}", with: language.rawValue)
    }

    private func said(
        _ message: String, _ context: String, _ place: Place, in language: Language, _ path: String
    ) throws -> String {
        guard message.contains("{{|}}") else {
            return forms(message, context, in: language)?.first.map(place.written) ?? message
        }
        let sides = message.split(separator: "{{|}}", omittingEmptySubsequences: false)
        let forms = forms(String(sides[0]), context, in: language)
        return try plural(
            forms?.map(place.written) ?? sides.map(String.init), of: sides[1],
            in: forms == nil ? .english : language, path)
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

    /// Whether a tag of HTML is open after some more of a template, whose own tags do not count.
    private static func isInTag(after literal: Substring.UTF8View, _ before: Bool) -> Bool {
        var isInTag = before
        var depth = 0
        for byte in literal {
            switch byte {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth = max(0, depth - 1)
            case UInt8(ascii: "<") where depth < 2: isInTag = true
            case UInt8(ascii: ">") where depth < 2: isInTag = false
            default: break
            }
        }
        return isInTag
    }
}

/// Where a message is put.
private enum Place {
    case plain, text, attribute

    /// Its words as they are written there; tags are those of the
    /// message, since the catalogue was judged.
    func written(_ text: String) -> String {
        guard self != .plain else { return text }
        guard text.utf8.contains(where: { [0x22, 0x26, 0x3C].contains($0) }) else { return text }
        let bytes = Array(text.utf8)
        var written: [UInt8] = []
        for (place, byte) in bytes.enumerated() {
            let rest = bytes[place...].dropFirst()
            switch byte {
            case UInt8(ascii: "&") where !Self.beginsEntity(rest): written += "&amp;".utf8
            case UInt8(ascii: "<")
            where rest.first.map({ $0 == UInt8(ascii: "/") || MessageFormat.isLetter($0) }) != true:
                written += "&lt;".utf8
            case UInt8(ascii: "\"") where self == .attribute: written += "&quot;".utf8
            default: written.append(byte)
            }
        }
        return String(decoding: written, as: UTF8.self)
    }

    /// Whether what follows `&` is a character by its name, or by its number in tens.
    private static func beginsEntity(_ rest: ArraySlice<UInt8>) -> Bool {
        let isNumber = rest.first == UInt8(ascii: "#")
        let name = (isNumber ? rest.dropFirst() : rest).prefix {
            isNumber ? (0x30...0x39).contains($0) : MessageFormat.isLetter($0)
        }
        return !name.isEmpty && rest[name.endIndex...].first == UInt8(ascii: ";")
    }
}
