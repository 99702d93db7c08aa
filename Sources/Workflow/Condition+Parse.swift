/// The grammar, weakest first: `or`, `and`, `not`, then comparison, call, name or parentheses.
struct ConditionParser {
    struct Problem: Error, Equatable {
        let message: String
    }

    private static let functions = ["any", "all", "count", "needs_mfa"]
    private static let longest = 500
    private static let deepest = 20

    private let tokens: [String]
    private var index = 0
    private var depth = 0

    static func parse(_ text: String) throws(Problem) -> Condition {
        guard text.utf8.count <= longest else { throw Problem(message: "A condition has \(longest) bytes at most.") }
        var parser = ConditionParser(tokens: try tokenize(text))
        let condition = try parser.disjunction()
        if let extra = parser.peek { throw Problem(message: "`\(extra)` is not expected here.") }
        return condition
    }

    private init(tokens: [String]) { self.tokens = tokens }

    private static func tokenize(_ text: String) throws(Problem) -> [String] {
        var tokens: [String] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first.isWordCharacter {
                let word = rest.prefix { $0.isWordCharacter }
                tokens.append(String(word))
                rest = rest.dropFirst(word.count)
            } else if "()".contains(first) {
                tokens.append(String(rest.removeFirst()))
            } else if "<>=!".contains(first) {
                let sign = String(rest.prefix { "<>=!".contains($0) })
                tokens.append(sign)
                rest = rest.dropFirst(sign.count)
            } else {
                throw Problem(message: "`\(first)` has no meaning in a condition.")
            }
        }
        return tokens
    }

    private var peek: String? { index < tokens.count ? tokens[index] : nil }

    private mutating func next(_ expected: String) throws(Problem) -> String {
        guard index < tokens.count else { throw Problem(message: "The condition ends where \(expected) is expected.") }
        defer { index += 1 }
        return tokens[index]
    }

    private mutating func expect(_ token: String) throws(Problem) {
        let found = try next("`\(token)`")
        guard found == token else { throw Problem(message: "`\(token)` is expected instead of `\(found)`.") }
    }

    private mutating func disjunction() throws(Problem) -> Condition {
        var left = try conjunction()
        while peek == "or" {
            index += 1
            left = .or(left, try conjunction())
        }
        return left
    }

    private mutating func conjunction() throws(Problem) -> Condition {
        var left = try negation()
        while peek == "and" {
            index += 1
            left = .and(left, try negation())
        }
        return left
    }

    private mutating func negation() throws(Problem) -> Condition {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw Problem(message: "The condition is nested too deeply.") }
        switch peek {
        case "not":
            index += 1
            return .not(try negation())
        case "(":
            index += 1
            let inner = try disjunction()
            try expect(")")
            return inner
        default: return try term()
        }
    }

    private mutating func term() throws(Problem) -> Condition {
        let word = try next("a name")
        guard word.first?.isLetter == true else { throw Problem(message: "`\(word)` is no name.") }
        if word == "tries" {
            let (comparison, limit) = try compared()
            return .tries(comparison, limit)
        }
        guard peek == "(" else { return try named(word) }
        index += 1
        let scope = try Self.scope(try next("items"))
        try expect(")")
        switch word {
        case "any": return .any(scope)
        case "all": return .all(scope)
        case "needs_mfa": return .needsMFA(scope)
        case "count":
            let (comparison, limit) = try compared()
            return .count(scope, comparison, limit)
        default:
            throw Problem(message: "Unknown function `\(word)`." + hint(nearest(to: word, among: Self.functions)))
        }
    }

    private func named(_ word: String) throws(Problem) -> Condition {
        let pieces = word.split(separator: ".", omittingEmptySubsequences: false)
        guard pieces.count == 2, pieces.allSatisfy({ !$0.isEmpty }), pieces[0] != "items" else {
            throw Problem(message: "`\(word)` is neither a fact such as `code.valid` nor `request.NAME`.")
        }
        return pieces[0] == "request" ? .flag(String(pieces[1])) : .fact(word)
    }

    private mutating func compared() throws(Problem) -> (Condition.Comparison, Int) {
        let sign = try next("a comparison")
        guard let comparison = Condition.Comparison(rawValue: sign) else {
            throw Problem(message: "`\(sign)` is no comparison; use one of < <= == != >= >.")
        }
        let text = try next("a number")
        guard let limit = Int(text), (0...9999).contains(limit) else {
            throw Problem(message: "`\(text)` is no number from 0 to 9999.")
        }
        return (comparison, limit)
    }

    /// Reads `items`, `items.STATE`, `items.PROFILE` or `items.STATE.PROFILE`.
    static func scope(_ word: String) throws(Problem) -> ItemScope {
        if word == "items" { return ItemScope(state: nil) }
        guard word.hasPrefix("items.") else {
            throw Problem(message: "`\(word)` are no items; write `items` or, say, `items.approved`.")
        }
        var names = word.dropFirst("items.".count).split(separator: ".", omittingEmptySubsequences: false)
        let profile = names.last.flatMap { ItemScope.isProfile($0) ? String($0) : nil }
        if profile != nil { names.removeLast() }
        if names.isEmpty { return ItemScope(state: nil, profile: profile) }
        let name = names.joined(separator: ".")
        guard let state = Run.Item.State(rawValue: name) else {
            let known = Run.Item.State.allCases.map(\.rawValue)
            throw Problem(message: "Unknown state of items `\(name)`." + hint(nearest(to: name, among: known)))
        }
        return ItemScope(state: state, profile: profile)
    }
}

/// The tail of a message that offers `word`, if there is one to offer.
func hint(_ word: String?) -> String { word.map { " Did you mean `\($0)`?" } ?? "" }

extension Character {
    fileprivate var isWordCharacter: Bool {
        isASCII && (isLetter || isNumber || self == "_" || self == "." || self == "-")
    }
}
