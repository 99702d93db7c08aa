/// Looking into a document: what is not there, or is something else, reads as nothing.
extension JSON {
    /// A member of an object; `null` where there is none.
    public subscript(name: String) -> JSON {
        guard case .object(let members) = self else { return .null }
        return members[name] ?? .null
    }

    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    public var number: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    public var isTrue: Bool { self == .bool(true) }

    /// The elements of an array, else none.
    public var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The members of an object, else none.
    public var members: Members {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    /// The same object with one more member, or another value of it.
    public func with(_ name: String, _ value: JSON) -> JSON {
        var members = members
        members[name] = value
        return .object(members)
    }

    public static func strings(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }

    /// `{"items":[…],"next":CURSOR or null}`: the shape of every list.
    public static func page(_ items: [JSON], next: String?) -> JSON {
        ["items": .array(items), "next": JSON(next)]
    }
    /// `{NAME: TEXT, …}`.
    public static func texts(_ texts: [String: String]) -> JSON {
        .object(Members(texts.mapValues(JSON.string)))
    }

    /// Those members of an object that are texts.
    public var texts: [String: String] {
        Dictionary(members.compactMap { name, value in value.text.map { (name, $0) } }) { $1 }
    }
}
