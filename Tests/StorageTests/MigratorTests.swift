import Basics
import Onboarding
import StoreConformance
import Testing

@testable import Storage

@Suite("Migrator")
struct MigratorTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

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
