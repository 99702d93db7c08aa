import Synchronization

/// Tables that a statement names, as a set that costs a word.
struct Tables: OptionSet {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Rows that go with a row of another table, as its references say.
    private static let dependents: [(of: Substring, also: Substring)] = [("factor", "enrolment_session")]

    /// Every table that any migration made, with a bit of its own.
    private static let all: [Substring: Tables] = {
        let definitions = Migration.all.flatMap { $0.statements(.sqlite) }.map(\.text)
            .filter { $0.hasPrefix("CREATE TABLE ") }
        let names = Set(definitions.map { $0.dropFirst("CREATE TABLE ".count).prefix { $0 != " " } })
        precondition(names.count <= 64, "more tables than bits")
        var all: [Substring: Tables] = [:]
        for (bit, name) in names.sorted().enumerated() { all[name] = Tables(rawValue: 1 << UInt64(bit)) }
        return all
    }()

    /// What each statement that was met reads and writes.
    private static let known = Mutex<[SQL.Key: (named: Tables, written: Tables)]>([:])

    /// All that are named anywhere in it, columns of the same name, too: rather one too many than one too few.
    static func named(in sql: SQL) -> Tables { uses(of: sql).named }

    /// Those of which it adds, changes or deletes rows.
    static func written(by sql: SQL) -> Tables { uses(of: sql).written }

    private static func uses(of sql: SQL) -> (named: Tables, written: Tables) {
        known.withLock { known in
            if let uses = known[sql.key] { return uses }
            let text = sql.text
            let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            let targets = words.indices.dropFirst().filter { writes(words, before: $0) }.map { words[$0] }
            let uses = (named: Tables(words), written: Tables(targets).withDependents)
            known[sql.key] = uses
            return uses
        }
    }

    /// Whether a statement that writes says so of the word at `index`: `INSERT INTO`, `UPDATE`, `DELETE FROM`.
    private static func writes(_ words: [Substring], before index: Int) -> Bool {
        switch words[index - 1] {
        case "UPDATE", "INTO": true
        case "FROM": index > 1 && words[index - 2] == "DELETE"
        default: false
        }
    }

    private init(_ words: [Substring]) { self = words.reduce(into: []) { $0.formUnion(Self.all[$1] ?? []) } }

    private var withDependents: Tables {
        Self.dependents.reduce(self) { tables, pair in
            isSuperset(of: Self.all[pair.of] ?? []) ? tables.union(Self.all[pair.also] ?? []) : tables
        }
    }
}
