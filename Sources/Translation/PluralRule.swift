/// Which form of a message goes with a number, as the header of a catalogue
/// says in C: `nplurals=2; plural=(n != 1);`.
///
/// Understands what gettext does: `?:`, `||`, `&&`, comparisons, `+
/// - * / %`, `!`, brackets, numbers and `n`.
public struct PluralRule: Sendable {
    /// How many forms the language has, 1 to 6.
    public let count: Int
    private let expression: Expression

    public static let english = PluralRule(count: 2, expression: .binary("!=", .number, .constant(1)))

    private indirect enum Expression: Sendable {
        case number
        case constant(Int)
        case not(Expression)
        case binary(String, Expression, Expression)
        case choice(Expression, Expression, Expression)

        func value(_ n: Int) -> Int {
            switch self {
            case .number: n
            case .constant(let value): value
            case .not(let inner): inner.value(n) == 0 ? 1 : 0
            case .choice(let condition, let yes, let no): condition.value(n) != 0 ? yes.value(n) : no.value(n)
            case .binary(let sign, let left, let right): Self.joined(sign, left.value(n), right.value(n))
            }
        }

        private static func joined(_ sign: String, _ left: Int, _ right: Int) -> Int {
            switch sign {
            case "||": left != 0 || right != 0 ? 1 : 0
            case "&&": left != 0 && right != 0 ? 1 : 0
            case "==": left == right ? 1 : 0
            case "!=": left != right ? 1 : 0
            case "<=": left <= right ? 1 : 0
            case ">=": left >= right ? 1 : 0
            case "<": left < right ? 1 : 0
            case ">": left > right ? 1 : 0
            case "+": left &+ right
            case "-": left &- right
            case "*": left &* right
            case "/": right == 0 ? 0 : left / right
            default: right == 0 ? 0 : left % right
            }
        }
    }

    private init(count: Int, expression: Expression) {
        self.count = count
        self.expression = expression
    }

    /// Nil for what is not a rule.
    init?(header: String) {
        guard let parts = header.wholeMatch(of: /\s*nplurals\s*=\s*([1-6])\s*;\s*plural\s*=\s*([^;]{1,500});?\s*/),
            let count = Int(parts.1)
        else { return nil }
        var parser = Parser(text: parts.2)
        guard let expression = parser.choice(), parser.isAtEnd else { return nil }
        self.init(count: count, expression: expression)
    }

    /// Below `count`, whatever the rule says.
    public func form(of number: Int) -> Int { min(max(expression.value(number.magnitude.asInt), 0), count - 1) }

    /// By descent, one level of precedence a step.
    private struct Parser {
        private var rest: Substring
        private var depth = 0

        init(text: Substring) { rest = text }

        var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

        private static let levels = [
            ["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"],
        ]

        mutating func choice() -> Expression? {
            // Brackets within brackets: no language needs as many, and a stack is finite.
            depth += 1
            defer { depth -= 1 }
            guard depth < 50, let condition = binary(0) else { return nil }
            guard take("?") else { return condition }
            guard let yes = choice(), take(":"), let no = choice() else { return nil }
            return .choice(condition, yes, no)
        }

        private mutating func binary(_ level: Int) -> Expression? {
            guard level < Self.levels.count else { return unary() }
            guard var left = binary(level + 1) else { return nil }
            while let sign = Self.levels[level].first(where: { take($0) }) {
                guard let right = binary(level + 1) else { return nil }
                left = .binary(sign, left, right)
            }
            return left
        }

        private mutating func unary() -> Expression? {
            if take("!") {
                depth += 1
                defer { depth -= 1 }
                return depth < 50 ? unary().map(Expression.not) : nil
            }
            if take("(") {
                guard let inner = choice(), take(")") else { return nil }
                return inner
            }
            if take("n") { return .number }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard digits.count < 10, let value = Int(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            return .constant(value)
        }

        private mutating func take(_ sign: String) -> Bool {
            rest = rest.drop(while: \.isWhitespace)
            guard rest.hasPrefix(sign) else { return false }
            // `!` is not the beginning of `!=`.
            if sign == "!", rest.hasPrefix("!=") { return false }
            rest = rest.dropFirst(sign.count)
            return true
        }
    }
}

extension UInt {
    fileprivate var asInt: Int { Int(clamping: self) }
}
