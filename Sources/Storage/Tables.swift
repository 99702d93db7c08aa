import Synchronization

/// Tables that a statement names, as a set that costs a word.
struct Tables: OptionSet {
    let rawValue: UInt64

    /// Rows that go with a row of another table, as its references say.
    private static let dependents: [(of: Substring, also: Substring)] = [("factor", "enrolment_session")]

    /// Every table that any migration made, with a bit of its own.
    private static let all: [Substring: Tables] = {
        let names = Set(
            Migration.all.flatMap { $0.statements(.sqlite) }.compactMap {
                $0.text.firstMatch(of: /CREATE TABLE (?:IF NOT EXISTS )?(\w+)/)?.1
            })
        precondition(names.count <= 64, "more tables than bits")
        var all: [Substring: Tables] = [:]
        for (bit, name) in names.sorted().enumerated() { all[name] = Tables(rawValue: 1 << UInt64(bit)) }
        return all
    }()

    private static let known = Mutex<[SQL.Key: Tables]>([:])

    /// All that are named anywhere in it: rather one too many than one too few.
    static func named(in sql: SQL) -> Tables {
        known.withLock { known in
            if let tables = known[sql.key] { return tables }
            let tables = found(in: sql.text)
            known[sql.key] = tables
            return tables
        }
    }

    private static func found(in text: String) -> Tables {
        var tables: Tables = []
        for word in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }) {
            if let table = all[word] { tables.formUnion(table) }
        }
        for (table, also) in dependents where tables.isSuperset(of: all[table] ?? []) {
            tables.formUnion(all[also] ?? [])
        }
        return tables
    }
}
