import Basics
import Foundation
import GRDB
import Records
import Scratch
import StoreConformance
import Testing

@testable import Storage

@Suite("SQLiteStore", .timeLimit(.minutes(60)))
struct SQLiteStoreTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("flushes to disk before it acknowledges: synchronous is FULL on the connection that writes")
    func synchronousIsFull() async throws {
        let store = try SQLiteStore(path: folder.database)
        #expect(try await store.synchronousLevel() == 2)
        try await store.close()
        let fast = try SQLiteStore(path: folder.database, durability: .off)
        #expect(try await fast.synchronousLevel() == 0)
        try await fast.close()
    }

    @Test("keeps the file and its log readable by their owner only, whatever the umask")
    func filesArePrivate() async throws {
        let store = try SQLiteStore(path: folder.database)
        try await store.write { try $0.setNote("a", "1") }
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.database + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "usher.db\(suffix)")
        }
        try await store.close()
    }

    @Test("finds again what was written, and is sound by its own account")
    func reopens() async throws {
        let first = try SQLiteStore(path: folder.database)
        try await first.write { try $0.setNote("a", "1") }
        try await first.close()
        let second = try SQLiteStore(path: folder.database)
        #expect(try await second.read { try $0.note("a") } == "1")
        #expect(try await second.schemaVersion() == Migration.all.count)
        #expect(try await second.integrityFindings() == [])
        try await second.close()
    }

    @Test("finishes what waits when it is closed, and refuses what comes after")
    func closes() async throws {
        let store = try SQLiteStore(path: folder.database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 { group.addTask { try await store.write { try $0.setNote("n\(number)", "1") } } }
            try await group.waitForAll()
        }
        try await store.close()
        await expectFault(.unavailable) { try await store.write { try $0.setNote("late", "1") } }
        // Whoever could not close tries again, and must be told rather than crash.
        try await store.close()
        let rows = try shell("sqlite3", folder.database, "SELECT COUNT(*) FROM note")
        #expect(rows.output == "100\n")
    }

    @Test("stays correct when several programs open one new file at the same moment")
    func opensConcurrently() async throws {
        let path = folder.database
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let store = try SQLiteStore(path: path)
                    try await store.write { try $0.setNote("n\(number)", "1") }
                    try await store.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(try shell("sqlite3", path, "SELECT COUNT(*) FROM note").output == "8\n")
    }

    @Test("reads do not see a transaction before it is committed")
    func readsCommittedOnly() async throws {
        let store = try SQLiteStore(path: folder.database)
        let entered = DispatchSemaphore(value: 0)
        let mayEnd = DispatchSemaphore(value: 0)
        async let written: Void = store.write { transaction in
            try transaction.setNote("a", "1")
            entered.signal()
            mayEnd.wait()
        }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                entered.wait()
                continuation.resume()
            }
        }
        #expect(try await store.read { try $0.note("a") } == nil)
        mayEnd.signal()
        try await written
        #expect(try await store.read { try $0.note("a") } == "1")
        try await store.close()
    }
}
