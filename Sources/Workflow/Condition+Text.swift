extension Condition: CustomStringConvertible {
    /// As a definition writes it, with no more parentheses than needed;
    /// reading it gives the same condition again.
    public var description: String {
        switch self {
        case .any(let scope): "any(\(scope))"
        case .all(let scope): "all(\(scope))"
        case .count(let scope, let comparison, let limit): "count(\(scope)) \(comparison.rawValue) \(limit)"
        case .needsMFA(let scope): "needs_mfa(\(scope))"
        case .fact(let name): name
        case .flag(let name): "request.\(name)"
        case .tries(let comparison, let limit): "tries \(comparison.rawValue) \(limit)"
        case .not(let inner): "not \(inner.text(within: .not))"
        // The grammar groups from the left: on the right a condition of
        // the same strength stands in parentheses.
        case .and(let left, let right): "\(left.text(within: .and)) and \(right.text(within: .not))"
        case .or(let left, let right): "\(left.text(within: .or)) or \(right.text(within: .and))"
        }
    }

    /// How strongly the parts of a condition hold together.
    private enum Strength: Int {
        case or, and, not
    }

    private var strength: Strength {
        switch self {
        case .or: .or
        case .and: .and
        default: .not
        }
    }

    private func text(within outer: Strength) -> String {
        strength.rawValue < outer.rawValue ? "(\(self))" : description
    }
}

extension ItemScope: CustomStringConvertible {
    public var description: String {
        (["items"] + [state?.rawValue, profile].compactMap { $0 }).joined(separator: ".")
    }
}
