public import Basics
import Foundation

/// What short names of workflow files and of the database are called in the reader's language:
/// messages whose context is the kind (`state`), whose text the name.
public struct Words: Sendable {
    private let translations: Translations

    public init(_ translations: Translations) { self.translations = translations }

    /// Nil where nobody put the name into words.
    ///
    /// - Parameter name: kind and name, `state.suspension.closed`.
    public func text(_ name: String, in language: Language) -> String? {
        let kind = name.prefix { $0 != "." }
        let rest = String(name.dropFirst(kind.count + 1))
        return translations.text(rest, String(kind), in: language)
            ?? translations.text(rest, String(kind), in: .english)
    }

    /// The words of `kind.name`, or the name as it is written, with spaces.
    public func text(_ kind: String, _ name: String, in language: Language) -> String {
        text("\(kind).\(name)", in: language) ?? name.replacing("_", with: " ").replacing("-", with: " ")
    }

    public func state(_ state: String, of workflow: String, in language: Language) -> String {
        text("state.\(workflow).\(state)", in: language) ?? text("state", state, in: language)
    }

    /// Of a timer only that time has passed: its name says after how long, which the dates say, too.
    public func event(_ name: String, in language: Language) -> String {
        name.hasPrefix("timer.") ? text("event", "timer", in: language) : text("event", name, in: language)
    }

    public func fill(_ name: String, _ values: [String], in language: Language) -> String {
        values.enumerated().reduce(text(name, in: language) ?? name) { text, value in
            text.replacing("%\(value.offset + 1)", with: value.element)
        }
    }
}
