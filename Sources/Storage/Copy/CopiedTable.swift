import GRDB
import OpenSSL

/// A table that a copy takes along, with the statements for it.
///
/// Read from a schema as this program makes it, so that no table and no column is forgotten.
struct CopiedTable: Sendable {
    struct Column: Hashable, Sendable {
        enum Kind: String, Sendable {
            case integer = "BIGINT"
            case text = "TEXT"
            case bytes = "BLOB"
        }

        let name: String
        let kind: Kind
        let isNullable: Bool
    }

    let name: String
    let columns: [Column]
    /// Places of the columns that put its rows in an order of their own: the primary key, or all where there is none.
    let key: [Int]

    let counting: SQL
    /// The first rows in order, at most so many.
    let beginning: SQL
    /// Those behind a key.
    let continuing: SQL
    /// The key of the last row.
    let ending: SQL
    let inserting: SQL

    /// - Throws: `UnreadableRow` for a name that is none of this program's.
    init(name: String, columns: [Column], key: [Int]) throws {
        self.name = name
        self.columns = columns
        self.key = key
        let names = try columns.map { try SQL.name($0.name) }
        let list = SQL.joined(names)
        // NULL comes first in one database, last in the other, and is never behind anything. Only texts are
        // ever NULL in such a key, and none of them is empty.
        let order = key.map { columns[$0].isNullable ? "COALESCE(\(names[$0]), '')" as SQL : names[$0] }
        let (keys, marks) = (SQL.joined(order), SQL.joined(key.map { _ in "?" }))
        let table = try SQL.name(name)
        let rows: SQL = name == "note" ? "\(table) WHERE \(CopyMark.otherNotes)" : "\(table) WHERE 1 = 1"
        counting = "SELECT COUNT(*) FROM \(rows)"
        beginning = "SELECT \(list) FROM \(rows) ORDER BY \(keys) LIMIT ?"
        continuing = "SELECT \(list) FROM \(rows) AND (\(keys)) > (\(marks)) ORDER BY \(keys) LIMIT ?"
        ending = "SELECT \(keys) FROM \(rows) ORDER BY \(.joined(order.map { "\($0) DESC" })) LIMIT 1"
        inserting = "INSERT INTO \(table) (\(list)) VALUES (\(.joined(names.map { _ in "?" })))"
    }

    /// Where a row stands in the order.
    func key(of row: [SQLValue]) -> [SQLValue] { key.map { row[$0] == .null ? .text("") : row[$0] } }

    /// A row as an operator finds it: `person_id = 01kb…, duty = operator`.
    func address(of key: [SQLValue]) -> String {
        zip(self.key, key).map { "\(columns[$0].name) = \($1.shown)" }.joined(separator: ", ")
    }
}

extension SQLValue {
    fileprivate var shown: String {
        switch self {
        case .integer(let number): "\(number)"
        case .text(let text): text
        case .blob(let bytes): "x'\(bytes.hex)'"
        case .null: "NULL"
        }
    }
}

extension CopiedTable {
    /// Every table of the newest schema, those that others refer to first, but for what each database has of its
    /// own: the record of migrations, and who serves from it.
    static let all = Result {
        try DatabaseQueue().inDatabase { database in
            let connection = SQLiteConnection(database)
            try Migrator(migrations: Migration.all).migrate(connection)
            return inOrder(try names(connection).map { try read($0, connection) })
        }
    }

    private static func names(_ connection: SQLiteConnection) throws -> [String] {
        try connection.rows(
            """
            SELECT name FROM sqlite_master
            WHERE type = 'table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#'
                AND name NOT IN ('schema_version', 'schema_expansion', 'node') ORDER BY name
            """, []
        ) { $0.text(0) }
    }

    /// A table, and those that it refers to.
    private static func read(
        _ name: String, _ connection: SQLiteConnection
    ) throws -> (table: CopiedTable, references: Set<String>) {
        let columns = try connection.rows(
            "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?) ORDER BY cid", [.text(name)]
        ) { row in
            (
                column: Column(name: row.text(0), kind: try row.word(1), isNullable: row.integer(2) == 0),
                place: row.number(3)
            )
        }
        let primary = columns.indices.filter { columns[$0].place > 0 }.sorted { columns[$0].place < columns[$1].place }
        let references = try connection.rows(
            "SELECT \"table\" FROM pragma_foreign_key_list(?)", [.text(name)]
        ) { $0.text(0) }
        let table = try CopiedTable(
            name: name, columns: columns.map(\.column), key: primary.isEmpty ? Array(columns.indices) : primary)
        return (table, Set(references).subtracting([name]))
    }

    private static func inOrder(_ tables: [(table: CopiedTable, references: Set<String>)]) -> [CopiedTable] {
        var (ordered, left): ([CopiedTable], _) = ([], tables)
        while !left.isEmpty {
            let known = Set(ordered.map(\.name))
            let ready = left.filter { $0.references.isSubset(of: known) }
            precondition(!ready.isEmpty, "tables that refer to one another can be filled in no order")
            ordered += ready.map(\.table)
            left.removeAll { $0.references.isSubset(of: known) }
        }
        return ordered
    }
}
