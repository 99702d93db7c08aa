import Synchronization

/// A statement, or a part of one: literals of this program, put together from nothing else.
///
/// Whatever a person typed can only be bound: no `String` becomes SQL, neither as a literal
/// nor within one, but for the name of a table or a column that a schema told. What is put
/// together is kept in a `static let`, so that it is put together once; a literal costs
/// nothing wherever it stands.
public struct SQL: ExpressibleByStringInterpolation, Sendable {
    public typealias StringLiteralType = StaticString

    /// What was put together; comes before `literal`.
    private let whole: Whole?
    private let literal: StaticString?

    public init(stringLiteral literal: StaticString) { self.init(nil, literal) }

    public init(stringInterpolation: Interpolation) { self.init(Whole.of(stringInterpolation.text), nil) }

    private init(_ whole: Whole?, _ literal: StaticString?) {
        self.whole = whole
        self.literal = literal
    }

    public var text: String { (whole?.text ?? "") + (literal?.description ?? "") }

    /// What a driver knows a statement by that it has prepared: the same
    /// text has the same key every time it is run.
    var key: Key { Key(whole: whole.map(ObjectIdentifier.init), literal: literal?.utf8Start) }

    struct Key: Hashable {
        let whole: ObjectIdentifier?
        /// A literal never moves.
        let literal: UnsafePointer<UInt8>?

        /// One word: the two together are looked up before every statement.
        func hash(into hasher: inout Hasher) {
            hasher.combine(UInt(bitPattern: literal) ^ (whole.map { UInt(bitPattern: $0) } ?? 0))
        }
    }

    /// What begins as `self` does and goes on with a literal; costs no more than one literal does.
    ///
    /// - Precondition: `self` was put together.
    func followed(by literal: StaticString) -> SQL {
        precondition(self.literal == nil, "only what was put together can be followed")
        return SQL(whole, literal)
    }

    /// The parts with something between them.
    static func joined(_ parts: [SQL], by separator: SQL = ", ") -> SQL {
        SQL(Whole.of(parts.map(\.text).joined(separator: separator.text)), nil)
    }

    /// The name of a table or a column, in quotes, as a schema of this program spells it.
    ///
    /// - Throws: `UnreadableRow` unless it is made of small letters, digits and underscores.
    static func name(_ name: String) throws -> SQL {
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isName, !name.isEmpty else { throw UnreadableRow(column: 0, text: name) }
        return SQL(Whole.of("\"\(name)\""), nil)
    }

    public struct Interpolation: StringInterpolationProtocol {
        public typealias StringLiteralType = StaticString

        fileprivate var text: String

        public init(literalCapacity: Int, interpolationCount: Int) {
            text = ""
            text.reserveCapacity(literalCapacity)
        }

        public mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

        public mutating func appendInterpolation(_ part: SQL) { text += part.text }
    }

    /// A text that was put together: one for each text, so that its identity stands for it.
    private final class Whole: Sendable {
        let text: String

        private init(_ text: String) { self.text = text }

        /// Never forgotten: there are as many as this program has ways to put its literals together.
        private static let all = Mutex<[String: Whole]>([:])

        static func of(_ text: String) -> Whole {
            all.withLock { all in
                if let known = all[text] { return known }
                let whole = Whole(text)
                all[text] = whole
                return whole
            }
        }
    }
}
