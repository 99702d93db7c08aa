import Mustache

/// What one page shows: a value for each name that its template has, and none besides.
///
/// Rows of its lists are structs in it. `PageValueTests` compares both; what every page shows is in `PageFrame`.
protocol PageValue: Sendable {
    /// Below `templates/pages`, without the suffix.
    static var template: String { get }
}

/// What several pages have a part of: in a property of theirs, its names stand among their own.
protocol PagePart: Sendable {}

/// One of several things, for each of which a template has a name: `done-sent` and `view-open`,
/// after the property and the case.
protocol PageCase: CaseIterable, RawRepresentable, Sendable where RawValue == String {}

/// Values by their names in a template, those of the properties.
///
/// What there is not is nothing, also where what stands around it has the name. With a list
/// of `items` comes `hasItems`, where no property says it otherwise.
struct ShownNames {
    private(set) var values: [String: Any] = [:]

    init(of value: Any) { add(Mirror(reflecting: value)) }

    private init(_ mirror: Mirror) { add(mirror) }

    /// Those of every property.
    mutating func add(of value: Any) { add(Mirror(reflecting: value)) }

    private mutating func add(_ mirror: Mirror) {
        for case (let name?, let value) in mirror.children { add(value, as: name) }
    }

    /// What most values are comes first: pages have hundreds of them, and looking into the others is dear.
    private mutating func add(_ value: Any, as name: String) {
        switch value {
        case let text as String?: if let text { values[name] = text } else { values[name] = Nothing() }  // Of any type.
        case let flag as Bool: values[name] = flag
        case let number as Int: values[name] = number
        case let count as Count: values[name] = count
        default: add(value, Mirror(reflecting: value), as: name)
        }
    }

    private mutating func add(_ value: Any, _ mirror: Mirror, as name: String) {
        switch mirror.displayStyle {
        case .optional: for some in mirror.children { add(some.value, as: name) }
        case .set: for one in mirror.children { add(one.value, as: name) }
        case .collection:
            values[name] = mirror.children.map { Self.row($0.value) }
            let has = "has\(name.prefix(1).uppercased())\(name.dropFirst())"
            values[has] = values[has] ?? !mirror.children.isEmpty
        case .struct where value is any PagePart: add(mirror)
        case .struct: values[name] = Self(mirror).values
        case .enum:
            guard let one = value as? any PageCase else { fallthrough }
            values[name] = one.rawValue
            values["\(name)-\(one.rawValue)"] = true
        default: values[name] = value
        }
    }

    /// Left out, a name would be looked for in what stands around: the end of a request for that of a profile.
    private struct Nothing: MustacheCustomRenderable {
        let renderText = ""
        let isNull = true
    }

    private static func row(_ value: Any) -> Any {
        if value is String { return value }
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .struct ? Self(mirror).values : value
    }
}

/// A field that a form carries along.
struct ShownField {
    let name, value: String
}
