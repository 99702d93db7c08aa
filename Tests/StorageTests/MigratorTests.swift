import Basics
import Directory
import Foundation
import Records
import Scratch
import StoreConformance
import Testing

@testable import Storage

@Suite("Migrator", .timeLimit(.minutes(60)))
struct MigratorTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private let second = Migration(number: 2, name: "second") { _ in ["CREATE TABLE second (id INTEGER)"] }

    @Test("numbers migrations from one without gaps")
    func numbersWithoutGaps() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
    }

    @Test("brings an older database forward, keeping what it holds")
    func migrates() async throws {
        let old = try SQLiteStore(path: folder.database, migrations: [.first])
        try await old.write { try $0.setNote("a", "1") }
        try await old.close()
        let new = try SQLiteStore(path: folder.database, migrations: [.first, second])
        #expect(try await new.schemaVersion() == 2)
        #expect(try await new.read { try $0.note("a") } == "1")
        try await new.close()
    }

    @Test("refuses a database of a newer version, naming both, and leaves it as it is")
    func refusesNewer() async throws {
        let new = try SQLiteStore(path: folder.database, migrations: [.first, second])
        try await new.close()
        let error = #expect(throws: Fault.self) { try SQLiteStore(path: folder.database, migrations: [.first]) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("version 2") == true)
        #expect(error?.message.contains("up to 1") == true)
        let again = try SQLiteStore(path: folder.database, migrations: [.first, second])
        #expect(try await again.schemaVersion() == 2)
        try await again.close()
    }

    @Test("lets a program go on beside a newer one whose migrations only expand, and no further")
    func goesOnBesideNewer() async throws {
        let newest = Migration.all.count
        let expanding = Migration(number: newest + 1, name: "expanding", expands: true) { _ in
            ["ALTER TABLE note ADD COLUMN remark TEXT"]
        }
        let more = Migration(number: newest + 2, name: "more", expands: true) { _ in ["CREATE TABLE more (id INTEGER)"]
        }
        let contracting = Migration(number: newest + 3, name: "contracting") { _ in
            ["ALTER TABLE note DROP COLUMN remark"]
        }
        let old = try SQLiteStore(path: folder.database)
        let new = try SQLiteStore(path: folder.database, migrations: Migration.all + [expanding, more])
        try await old.write { try $0.setNote("a", "1") }
        try await new.write { try $0.setNote("b", "2") }
        // A node of the old version may even be started again.
        let again = try SQLiteStore(path: folder.database)
        try await again.write { try $0.setNote("c", "3") }
        for store in [old, again, new] {
            #expect(
                try await store.read { [try $0.note("a"), try $0.note("b"), try $0.note("c")] } == ["1", "2", "3"])
        }
        let newestOfAll = try SQLiteStore(
            path: folder.database, migrations: Migration.all + [expanding, more, contracting])
        for store in [old, again, new] {
            let error = await #expect(throws: Fault.self) { try await store.write { try $0.setNote("a", "9") } }
            #expect(error?.code == .unavailable && error?.message.contains("start the newer one") == true)
        }
        #expect(throws: Fault.self) { try SQLiteStore(path: folder.database) }
        #expect(try await newestOfAll.read { try $0.note("a") } == "1")
        for store in [old, again, new, newestOfAll] { try await store.close() }
    }

    @Test("rebuilds the requests of version 1 with every row, and what refers to them still does")
    func rebuildsRequests() async throws {
        let old = try SQLiteStore(path: folder.database, migrations: [.first])
        try await old.close()
        let (id, person) = ("01kb4q2f00example000000000", "01kb4q2f00example000000001")
        let filled = try shell(
            "sqlite3", "-bail", folder.database,
            """
            PRAGMA foreign_keys = ON;
            INSERT INTO person VALUES ('\(person)', NULL, 'a@b.example', 'a@b.example', 'A', 'en', 'active', 0, 0);
            INSERT INTO request VALUES
                ('\(id)', NULL, '\(person)', 'r', 'x', 7, 'k', 5, 1, 'w', 1, 'a', 6, NULL, '{"asked":1}');
            INSERT INTO history VALUES ('\(id)', 1, 0, '{}', 'start', 'usher', NULL, NULL, 'a', NULL);
            INSERT INTO timer VALUES ('\(id)', 'go.b', 9);
            """)
        #expect(filled.code == 0, "\(filled.output)")
        let store = try SQLiteStore(path: folder.database)
        #expect(try await store.integrityFindings() == [])
        try await store.close()
        let query = "SELECT * FROM request JOIN history ON request_id = id JOIN timer USING (request_id)"
        let kept = try shell("sqlite3", folder.database, query)
        #expect(
            kept.output.trimmingCharacters(in: .newlines)
                == "\(id)||\(person)|r|x|7|k|5|1|w|1|a|6||{\"asked\":1}|||||\(id)|1|0|{}|start|usher|||a|||go.b|9")
        // The references are checked again from now on.
        let orphan = try shell(
            "sqlite3", folder.database, "PRAGMA foreign_keys = ON; INSERT INTO timer VALUES ('nobody', 'x', 1)")
        #expect(orphan.output.contains("FOREIGN KEY"))
    }

    @Test("finds people who were there before names had search keys, by letters that SQL does not fold")
    func fillsSearchKeys() async throws {
        let old = try SQLiteStore(path: folder.database, migrations: Migration.all.filter { $0.number < 12 })
        try await old.close()
        let person = "01kb4q2f00example000000001"
        let filled = try shell(
            "sqlite3", "-bail", folder.database,
            "INSERT INTO person VALUES ('\(person)', NULL, 'a@b.example', 'a@b.example', 'ÉLISE d’Été', 'fr', 'active', 0, 0)"
        )
        #expect(filled.code == 0, "\(filled.output)")
        let store = try SQLiteStore(path: folder.database)
        for key in ["elise d", "d’ete el"] {
            #expect(try await store.read { try $0.people(matching: key, of: nil, limit: 5) }.map(\.id.text) == [person])
        }
        try await store.close()
    }

    @Test("shows what waited before to the managers of every organization, and once where it waited for them already")
    func asksEverybodysManagers() async throws {
        let old = try SQLiteStore(path: folder.database, migrations: [.first])
        try await old.close()
        let (own, all) = ("01kb4q2f00example000000000", "01kb4q2f00example000000001")
        let person = "01kb4q2f00example000000002"
        let rows = [own, all].map {
            "('\($0)', NULL, '\(person)', 'r', 'x', 7, '\($0)', 5, 1, 'w', 1, 'a', 6, NULL, '{}')"
        }
        let filled = try shell(
            "sqlite3", "-bail", folder.database,
            """
            INSERT INTO person VALUES ('\(person)', NULL, 'a@b.example', 'a@b.example', 'A', 'en', 'active', 0, 0);
            INSERT INTO request VALUES \(rows.joined(separator: ", "));
            INSERT INTO inbox VALUES
                ('\(own)', 'approver', 'delivery_manager:acme', 7), ('\(own)', 'deputy', 'duty_manager:provider', 7),
                ('\(all)', 'approver', 'delivery_manager:provider', 8);
            """)
        #expect(filled.code == 0, "\(filled.output)")
        let store = try SQLiteStore(path: folder.database)
        let audience = Audience(text: "delivery_manager:provider")
        let waiting = try await store.read { try $0.inbox(of: [audience], PageRequest()).items.map(\.request.text) }
        #expect(waiting == [own, all])
        let rest = try await store.read { try $0.inbox(of: [Audience(text: "duty_manager:provider")], PageRequest()) }
        #expect(rest.items.map(\.part) == ["deputy"])
        try await store.close()
    }

    @Test("takes a migration back that leaves a reference to nothing")
    func refusesBrokenReferences() async throws {
        let broken = Migration(number: 2, name: "broken") { _ in
            ["INSERT INTO cloud VALUES ('01kb4q2f00example000000000', '01kb4q2f00example000000001', 'a', 'A', 0)"]
        }
        let error = #expect(throws: Fault.self) {
            try SQLiteStore(path: folder.database, migrations: [.first, broken])
        }
        #expect(error?.message.contains("cloud") == true)
        let store = try SQLiteStore(path: folder.database, migrations: [.first])
        #expect(try await store.schemaVersion() == 1)
        try await store.close()
    }

    @Test("leaves nothing of a migration that fails half-way")
    func failsWhole() async throws {
        let broken = Migration(number: 2, name: "broken") { _ in ["CREATE TABLE half (id INTEGER)", "CREATE NONSENSE"] }
        #expect(throws: (any Error).self) { try SQLiteStore(path: folder.database, migrations: [.first, broken]) }
        let store = try SQLiteStore(path: folder.database, migrations: [.first])
        #expect(try await store.schemaVersion() == 1)
        try await store.close()
        #expect(try shell("sqlite3", folder.database, "SELECT * FROM half").code != 0)
    }
}
