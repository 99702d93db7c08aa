import Basics
import GRDB

/// Every row that lifecycles insert, update or delete, in order, as triggers of the database saw them.
struct Recording {
    struct Change {
        let sql: String
        let values: [DatabaseValue]
    }

    let changes: [Change]

    /// Prepares a file so that what is done to it next is recorded in it.
    static func begin(_ path: String) throws {
        try DatabaseQueue(path: path).write { database in
            try database.execute(
                sql: "CREATE TABLE recorded (sequence INTEGER PRIMARY KEY, name TEXT NOT NULL, verb TEXT NOT NULL)")
            for table in try tables(database) {
                let list = table.columns.joined(separator: ", ")
                try database.execute(
                    sql: "CREATE TABLE recorded_\(table.name) (recorded_sequence INTEGER PRIMARY KEY, \(list))")
                for (verb, side) in [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")] {
                    let values = table.columns.map { "\(side).\($0)" }.joined(separator: ", ")
                    try database.execute(
                        sql: """
                            CREATE TRIGGER recorded_\(table.name)_\(verb) AFTER \(verb) ON \(table.name) BEGIN
                                INSERT INTO recorded (name, verb) VALUES ('\(table.name)', '\(verb)');
                                INSERT INTO recorded_\(table.name) VALUES (last_insert_rowid(), \(values));
                            END
                            """)
                }
            }
        }
    }

    /// - Parameters:
    ///   - path: a file that `begin` prepared and lifecycles wrote to.
    ///   - base: the file as it was before; tells which columns an update changes.
    init(_ path: String, base: String) throws {
        var rows = try DatabaseQueue(path: base).read { database in
            try Dictionary(
                uniqueKeysWithValues: Self.tables(database).map { table in
                    let all = try Row.fetchAll(database, sql: "SELECT * FROM \(table.name)")
                    return (
                        table.name,
                        Dictionary(uniqueKeysWithValues: all.map { (table.key(of: $0), Array($0.databaseValues)) })
                    )
                })
        }
        changes = try DatabaseQueue(path: path).read { database in
            let tables = Dictionary(uniqueKeysWithValues: try Self.tables(database).map { ($0.name, $0) })
            var recorded: [String: [Int64: [DatabaseValue]]] = [:]
            for name in tables.keys {
                let all = try Row.fetchAll(database, sql: "SELECT * FROM recorded_\(name)")
                recorded[name] = Dictionary(
                    uniqueKeysWithValues: all.map { ($0[0], Array($0.databaseValues.dropFirst())) })
            }
            return try Row.fetchAll(database, sql: "SELECT * FROM recorded ORDER BY sequence").map { row in
                let name: String = row["name"]
                guard let table = tables[name], let values = recorded[name]?[row["sequence"]] else {
                    throw Fault(.notFound, "The recording is incomplete.")
                }
                return table.change(row["verb"], values, &rows[name, default: [:]])
            }
        }
    }

    private static func tables(_ database: Database) throws -> [Table] {
        try String.fetchAll(
            database,
            sql: """
                SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'recorded%'
                    AND name NOT LIKE 'sqlite%'
                """
        ).map { name in
            let columns = try database.columns(in: name).map(\.name)
            let keys = try database.primaryKey(name).columns.compactMap { columns.firstIndex(of: $0) }
            // A table without a key of its own, where the whole row is one.
            return Table(name: name, columns: columns, keys: keys.isEmpty ? Array(columns.indices) : keys)
        }
    }
}

/// How one table's changes are written again.
private struct Table {
    let name: String
    let columns: [String]
    /// Positions of the columns of the primary key.
    let keys: [Int]

    func key(of row: Row) -> [DatabaseValue] { key(of: Array(row.databaseValues)) }

    func key(of values: [DatabaseValue]) -> [DatabaseValue] { keys.map { values[$0] } }

    /// The statement that makes this change, and nothing more, to `rows`: key to values.
    func change(
        _ verb: String, _ values: [DatabaseValue], _ rows: inout [[DatabaseValue]: [DatabaseValue]]
    ) -> Recording.Change {
        let key = key(of: values)
        let condition = keys.map { "\(columns[$0]) = ?" }.joined(separator: " AND ")
        let old = rows[key]
        rows[key] = verb == "DELETE" ? nil : values
        switch (verb, old) {
        case ("DELETE", _): return Recording.Change(sql: "DELETE FROM \(name) WHERE \(condition)", values: key)
        case ("UPDATE", let old?):
            var changed = columns.indices.filter { old[$0] != values[$0] }
            // An update that leaves every value as it was is a statement nonetheless.
            if changed.isEmpty { changed = columns.indices.filter { !keys.contains($0) }.suffix(1) }
            let settings = changed.map { "\(columns[$0]) = ?" }.joined(separator: ", ")
            return Recording.Change(
                sql: "UPDATE \(name) SET \(settings) WHERE \(condition)", values: changed.map { values[$0] } + key)
        default:
            let marks = columns.map { _ in "?" }.joined(separator: ", ")
            return Recording.Change(sql: "INSERT INTO \(name) VALUES (\(marks))", values: values)
        }
    }
}
