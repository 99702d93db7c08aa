import Basics
import Records

/// What can be bound to a placeholder, in the types that SQLite and PostgreSQL share.
public enum SQLValue: Hashable, Sendable {
    /// BIGINT.
    case integer(Int64)
    /// TEXT, without NUL.
    case text(String)
    /// BLOB, or BYTEA on PostgreSQL.
    case blob([UInt8])
    case null
}

/// How the words of the domain become values; an absent one becomes NULL.
extension SQLValue {
    static func number(_ number: Int) -> SQLValue { .integer(Int64(number)) }

    static func time(_ time: Timestamp) -> SQLValue { .integer(time.milliseconds) }

    static func time(_ time: Timestamp?) -> SQLValue { time.map { .integer($0.milliseconds) } ?? .null }

    static func id<Subject>(_ id: Identifier<Subject>) -> SQLValue { .text(id.text) }

    static func id<Subject>(_ id: Identifier<Subject>?) -> SQLValue { id.map { .text($0.text) } ?? .null }

    static func party(_ party: Party?) -> SQLValue { maybe(party?.text) }

    static func maybe(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }

    static func maybe(_ number: Int64?) -> SQLValue { number.map { .integer($0) } ?? .null }
}
