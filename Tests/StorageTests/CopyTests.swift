import Basics
import Foundation
import Records
import Scratch
import Synchronization
import Testing

@testable import Storage

@Suite("A copy of a database", .timeLimit(.minutes(60)))
struct CopyTests {
    @Test("goes there and back, and every byte of every table is the same")
    func thereAndBack() async throws {
        let sample = try CopySample(CopySample.many(12_000))
        let before = try sample.contents(of: "usher.db")
        #expect(before.filter(\.value.isEmpty).keys.sorted() == [], "tables of which the sample has no row")
        let (there, back) = (try await sample.there().run(), try await sample.back().run())
        #expect(try sample.contents(of: "back.db") == before)
        #expect(there.map(\.digest) == back.map(\.digest) && there.map(\.rows) == back.map(\.rows))
        #expect(there.reduce(0) { $0 + $1.rows } > 12_500)
        let store = try SQLiteStore(path: sample.folder.path("back.db"))
        #expect(try await store.integrityFindings() == [])
        #expect(try await store.missingGuards() == [])
        try await store.close()
    }

    @Test("takes every table along but the record of migrations, in an order that each table has one of")
    func tables() throws {
        let tables = try CopiedTable.all.get()
        let sample = try CopySample()
        try PostgreSQLStore.prepare(PostgreSQLAddress(url: sample.url))
        let found = try sample.psql("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        let own: Set = ["schema_version", "schema_expansion", "node"]
        #expect(Set(found.split(separator: "\n").map(String.init)) == Set(tables.map(\.name)).union(own))
        for table in tables {
            let columns = try sample.psql(
                """
                SELECT column_name || ' ' || is_nullable || ' ' || data_type FROM information_schema.columns
                WHERE table_schema = current_schema() AND table_name = '\(table.name)' ORDER BY 1
                """)
            let kinds: [CopiedTable.Column.Kind: String] = [.integer: "bigint", .text: "text", .bytes: "bytea"]
            let own = table.columns.map { "\($0.name) \($0.isNullable ? "YES" : "NO") \(kinds[$0.kind] ?? "")" }
            #expect(columns.split(separator: "\n").map(String.init).sorted() == own.sorted(), "\(table.name)")
        }
        // Without a primary key all columns make the order, of which only texts may be NULL.
        let keyless = try sample.psql(
            """
            SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
                AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'p')
            """)
        #expect(keyless == "duty\n")
        for table in tables where table.name == "duty" {
            #expect(table.key == Array(table.columns.indices))
            #expect(table.columns.allSatisfy { !$0.isNullable || $0.kind == .text })
        }
    }

    @Test(
        "that fails in the middle goes on where it was, in whichever table",
        arguments: [("person", 5), ("duty", 5), ("security_event", 300)])
    func resumes(_ table: String, after rows: Int) async throws {
        let sample = try CopySample(CopySample.many(3_000))
        let copy = try sample.there()
        let before = try sample.contents(of: "usher.db")
        try await copy.begin(as: "1")
        try sample.psql(
            """
            CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF (SELECT COUNT(*) FROM \(table)) >= \(rows) THEN RAISE EXCEPTION 'no'; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER stop BEFORE INSERT ON \(table) FOR EACH ROW EXECUTE FUNCTION stop()
            """)
        await #expect(throws: Fault.self) { try await copy.copyRows { _ in } }
        try sample.psql("DROP TRIGGER stop ON \(table)")
        let there = Int(try sample.psql("SELECT COUNT(*) FROM \(table)").trimmingCharacters(in: .newlines)) ?? -1
        // A part is there whole, or not at all.
        #expect(there == (rows > 250 ? 250 : 0))
        let first = Mutex<Int?>(nil)
        try await copy.begin(as: "another time")
        try await copy.copyRows { step in first.withLock { $0 = $0 ?? step.rows } }
        // Nothing was copied twice, which the primary keys would refuse.
        #expect(first.withLock { $0 ?? 0 } > there)
        _ = try await copy.verifyRows { _ in }
        try await copy.finish()
        _ = try await sample.back().run()
        #expect(try sample.contents(of: "back.db") == before)
    }

    @Test("finds what differs, by its row, and stays out of use")
    func differs() async throws {
        let sample = try CopySample()
        let copy = try sample.there()
        for change in [
            "UPDATE cloud_grant SET profile = profile || 'X' WHERE id = (SELECT MAX(id) FROM cloud_grant)",
            "INSERT INTO note VALUES ('zz', 'more')",
            "DELETE FROM timer WHERE request_id = (SELECT MIN(request_id) FROM timer)",
        ] {
            try await copy.begin(as: "1")
            try await copy.copyRows { _ in }
            try sample.psql(change)
            let fault = await #expect(throws: Fault.self) { try await copy.verifyRows { _ in } }
            let table = try #require(["cloud_grant", "note", "timer"].first { change.contains($0) })
            #expect(fault?.message.contains("in the table \(table), where ") == true, "\(fault?.message ?? "")")
            #expect(throws: Fault.self) { try PostgreSQLStore(PostgreSQLAddress(url: sample.url)) }
            try PostgreSQLServer.shared.get().dropDatabase(sample.url)
            try PostgreSQLServer.shared.get().psql(
                "CREATE DATABASE \(PostgreSQLServer.name(of: sample.url)) TEMPLATE template0")
        }
        _ = try await copy.run(as: "2")
    }

    @Test(
        "refuses a row that the other database cannot hold, and says which",
        arguments: [
            ("name = 'A' || char(0)", "name", "NUL"), ("name = CAST(x'ff41' AS TEXT)", "name", "UTF-8"),
            ("name = x'41'", "name", "UTF-8"), ("state_since_ms = 1.5", "state_since_ms", "whole number"),
        ])
    func refusesRow(_ change: String, _ column: String, _ what: String) async throws {
        let sample = try CopySample("UPDATE person SET \(change) WHERE id = (SELECT max(id) FROM person)")
        let person = try sample.sqlite("usher.db", "SELECT max(id) FROM person").trimmingCharacters(in: .newlines)
        let fault = await #expect(throws: Fault.self) { _ = try await sample.there().run() }
        #expect(fault?.code == .conflict)
        let message = fault?.message ?? ""
        #expect(
            message.contains("column \(column) of the table person") && message.contains("id = \(person)"), "\(message)"
        )
        #expect(message.contains(what), "\(message)")
        // Mended, it goes on.
        try sample.sqlite("usher.db", "UPDATE person SET name = 'Mended', state_since_ms = 1 WHERE id = '\(person)'")
        _ = try await sample.there().run()
    }
}
