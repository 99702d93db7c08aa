/// Looking into a document: what is not there, or is something else, reads as nothing.
extension JSON {
    /// A member of an object; `null` where there is none.
    package subscript(name: String) -> JSON {
        guard case .object(let members) = self else { return .null }
        return members[name] ?? .null
    }

    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var number: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    package var isTrue: Bool { self == .bool(true) }

    /// The elements of an array, else none.
    package var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The members of an object, else none.
    package var members: [String: JSON] {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    /// The same object with one more member, or another value of it.
    package func with(_ name: String, _ value: JSON) -> JSON {
        .object(members.merging([name: value]) { $1 })
    }

    package static func strings(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }

    /// `{"items":[…],"next":CURSOR or null}`: the shape of every list.
    package static func page(_ items: [JSON], next: String?) -> JSON {
        ["items": .array(items), "next": JSON(next)]
    }
}
