/// The columns of a record, named once, and how a row of them is read.
struct Columns<Record>: Sendable {
    /// As a query lists them: `cloud.id, cloud.name`.
    let list: SQL
    /// `SELECT` and the columns: a query goes on with `FROM`.
    let selecting: SQL
    /// The names alone, as an INSERT lists them.
    let names: SQL
    /// `INSERT INTO cloud (id, name) VALUES (?, ?)`.
    let inserting: SQL
    let read: @Sendable (any SQLRow) throws -> Record

    /// - Parameters:
    ///   - computed: what a query lists after the columns, and no INSERT names.
    ///   - read: takes the columns in this order, from 0.
    init(
        _ table: SQL, _ names: [SQL], computed: [SQL] = [],
        read: @escaping @Sendable (_ row: any SQLRow) throws -> Record
    ) {
        list = .joined(names.map { "\(table).\($0)" } + computed)
        selecting = "SELECT \(list) "
        self.names = .joined(names)
        inserting = "INSERT INTO \(table) (\(self.names)) VALUES (\(.joined(names.map { _ in "?" })))"
        self.read = read
    }
}

extension Remembering {
    /// The first row of a query, nil if it has none.
    ///
    /// - Parameter rest: from `FROM` on.
    func row<Record>(_ columns: Columns<Record>, _ rest: StaticString, _ values: [SQLValue]) throws -> Record? {
        try rows(columns, rest, values).first
    }
}

/// The part of a row that begins at a column: the record that a query joins with another.
struct RowPart: SQLRow {
    let row: any SQLRow
    let first: Int32

    func isNull(_ column: Int32) -> Bool { row.isNull(first + column) }
    func integer(_ column: Int32) -> Int64 { row.integer(first + column) }
    func text(_ column: Int32) -> String { row.text(first + column) }
    func blob(_ column: Int32) -> [UInt8] { row.blob(first + column) }
    func value(_ column: Int32) throws -> SQLValue { try row.value(first + column) }
}
