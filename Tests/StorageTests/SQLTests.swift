import Testing

@testable import Storage

@Suite("SQL is put together from literals alone", .timeLimit(.minutes(60)))
struct SQLTests {
    private static let key: SQL = "name_key"

    @Test("and reads as it was written")
    func text() {
        let list = SQL.joined(["id", Self.key])
        #expect(("SELECT \(list) FROM person" as SQL).text == "SELECT id, name_key FROM person")
        #expect(list.followed(by: " FROM person").text == "id, name_key FROM person")
    }

    @Test("and is known again, however often it is put together, and from no other")
    func identity() {
        func statement(_ key: SQL) -> SQL { "SELECT id FROM person ORDER BY \(key)" }
        #expect(statement(Self.key).key == statement("name_key").key)
        #expect(statement(Self.key).key != statement("email_key").key)
        func select(_ columns: SQL) -> SQL { columns.followed(by: " FROM person") }
        #expect(select("\(Self.key)").key == select("\(Self.key)").key)
        #expect(select("\(Self.key)").key != select("id, \(Self.key)").key)
    }

    @Test("names the columns of a record once, for queries and for writing")
    func columns() {
        let columns = Columns("pair", ["a", "b"], computed: ["a + b"]) { ($0.integer(0), $0.integer(1)) }
        #expect(columns.selecting.text == "SELECT pair.a, pair.b, a + b ")
        #expect(columns.inserting.text == "INSERT INTO pair (a, b) VALUES (?, ?)")
    }
}
