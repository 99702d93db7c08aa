public import Basics

/// Who did something, as histories and the audit trail keep it for ever.
public enum Party: Hashable, Sendable {
    case person(PersonID)
    /// The owner of the data folder, by the name of their account on the machine, perhaps in a person's place.
    case `operator`(String, for: PersonID? = nil)
    /// A program that keeps the registry of resources current, or asks for somebody's access, by its client id.
    case application(ApplicationID)
    /// Timers and effects: nobody.
    case usher

    /// Whose deed it is, be it that an operator did it in their place; nil where it is nobody's.
    public var person: PersonID? {
        switch self {
        case .person(let person): person
        case .operator(_, let person): person
        case .application, .usher: nil
        }
    }

    /// Nil also for who let an operator act in their place.
    public var themselves: PersonID? { if case .person(let person) = self { person } else { nil } }
}

// MARK: The text

extension Party {
    /// A person id, `operator NAME`, `operator NAME for PERSON`, `application ID` or `usher`.
    ///
    /// It is what databases and documents hold.
    public var text: String { text(\.text) }

    /// The same with another name in the place of the person's id.
    public func text(_ name: (PersonID) throws -> String) rethrows -> String {
        switch self {
        case .person(let person): try name(person)
        case .operator(let account, let person?): "operator \(account) for \(try name(person))"
        case .operator(let account, nil): "operator \(account)"
        case .application(let application): "application \(application)"
        case .usher: "usher"
        }
    }

    /// Reads what `text` wrote; `Party(text: any).text == any`, so
    /// that whoever alters the trail is found by its hashes.
    public init(text: String) {
        let program = "application "
        if text.hasPrefix(program), let id = ApplicationID(String(text.dropFirst(program.count))),
            program + id.text == text
        {
            self = .application(id)
            return
        }
        let mark = "operator "
        guard text.hasPrefix(mark) else {
            self = text == "usher" ? .usher : .person(PersonID(trusted: text))
            return
        }
        let rest = text.dropFirst(mark.count)
        // The last one: the name of an account may have blanks in it.
        if let split = rest.ranges(of: " for ").last, let person = PersonID(String(rest[split.upperBound...])),
            person.text == rest[split.upperBound...]
        {
            self = .operator(String(rest[..<split.lowerBound]), for: person)
        } else {
            self = .operator(String(rest))
        }
    }
}
