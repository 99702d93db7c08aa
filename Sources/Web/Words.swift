package import Basics
import Foundation

/// What short names of workflow files and of the database are called in the reader's language:
/// `pages/LANGUAGE/words.txt`.
package struct Words: Sendable {
    private var texts: [Language: [String: String]] = [:]

    /// - Parameter sources: path below `templates/`, and text.
    /// - Throws: `Fault.Code.invalid` for a line that is not `name = words`.
    package init(_ sources: [(path: String, text: String)]) throws {
        for language in Language.allCases {
            let path = "pages/\(language.rawValue)/words.txt"
            guard let text = sources.first(where: { $0.path == path })?.text else { continue }
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                let sides = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                guard sides.count == 2 else {
                    throw Fault.invalid(path, "malformed_template", "\(path) has a line that is not name = words.")
                }
                texts[language, default: [:]][sides[0]] = sides[1].spaced(for: language)
            }
        }
    }

    /// Nil where nobody put the name into words.
    package func text(_ name: String, in language: Language) -> String? { texts[language]?[name] }

    /// The words of `kind.name`, or the name as it is written, with spaces.
    func text(_ kind: String, _ name: String, in language: Language) -> String {
        text("\(kind).\(name)", in: language) ?? name.replacing("_", with: " ").replacing("-", with: " ")
    }

    func state(_ state: String, of workflow: String, in language: Language) -> String {
        text("state.\(workflow).\(state)", in: language) ?? text("state", state, in: language)
    }

    /// Of a timer only that time has passed: its name says after how long, which the dates say, too.
    func event(_ name: String, in language: Language) -> String {
        name.hasPrefix("timer.") ? text("event", "timer", in: language) : text("event", name, in: language)
    }

    /// `operator root for alice@acme.example` with names, as a history has it.
    ///
    /// - Parameters:
    ///   - names: by address.
    ///   - product: in whose name timers and effects act.
    func actor(_ recorded: String, _ names: [String: String], product: String, in language: Language) -> String {
        if recorded == "usher" { return fill("by.usher", [product], in: language) }
        guard recorded.hasPrefix("operator ") else { return names[recorded] ?? recorded }
        guard let last = recorded.split(separator: " ").last.map(String.init), last.contains("@") else {
            return fill("by.operator", [], in: language)
        }
        return fill("by.operator-for", [names[last] ?? last], in: language)
    }

    func fill(_ name: String, _ values: [String], in language: Language) -> String {
        values.enumerated().reduce(text(name, in: language) ?? name) { text, value in
            text.replacing("%\(value.offset + 1)", with: value.element)
        }
    }
}
