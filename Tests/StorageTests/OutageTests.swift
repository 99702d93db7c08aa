import Basics
import Foundation
import GRDB
import Records
import Scratch
import StoreConformance
import Testing

@testable import Storage

@Suite("SQLiteStore in an outage", .timeLimit(.minutes(60)))
struct OutageTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// A disk of its own, so that filling it harms nobody.
    ///
    /// It has room for an empty database and its log several times, however long the schema gets.
    private func withSmallDisk(_ body: (_ path: String) async throws -> Void) async throws {
        let mounted = try shell("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder.path)
        try #require(mounted.code == 0, "This test mounts a small disk and must run as root: \(mounted.output)")
        let outcome: (any Error)?
        do {
            try await body(folder.path)
            outcome = nil
        } catch {
            outcome = error
        }
        _ = try shell("umount", "-l", folder.path)
        if let outcome { throw outcome }
    }

    /// Writes until the disk is full; returns how many notes were acknowledged.
    private func fill(_ store: SQLiteStore) async throws -> Int {
        let text = String(repeating: "x", count: 50_000)
        for number in 0..<1_000 {
            do {
                try await store.write { try $0.setNote("n\(number)", text) }
            } catch let fault as Fault {
                #expect(fault.code == .unavailable)
                #expect(fault.message.contains("full"))
                return number
            }
        }
        Issue.record("the disk never filled")
        return 0
    }

    private func notes(_ store: SQLiteStore) async throws -> Int {
        try await store.read { snapshot in
            var count = 0
            while try snapshot.note("n\(count)") != nil { count += 1 }
            return count
        }
    }

    @Test("says that the disk is full, keeps exactly what it acknowledged, and goes on when there is room")
    func fullDisk() async throws {
        try await withSmallDisk { path in
            let ballast = path + "/ballast"
            try Data(count: 500_000).write(to: URL(fileURLWithPath: ballast))
            let store = try SQLiteStore(path: path + "/usher.db")
            let acknowledged = try await fill(store)
            #expect(acknowledged > 0)
            #expect(try await notes(store) == acknowledged)
            try FileManager.default.removeItem(atPath: ballast)
            try await store.write { try $0.setNote("n\(acknowledged)", "room again") }
            #expect(try await notes(store) == acknowledged + 1)
            #expect(try await store.integrityFindings() == [])
            try await store.close()
        }
    }

    @Test("says that the disk is full at the limit of the file, and goes on below it")
    func fullFile() async throws {
        let store = try SQLiteStore(path: folder.database, greatestPageCount: 200)
        let acknowledged = try await fill(store)
        #expect(acknowledged > 0)
        #expect(try await notes(store) == acknowledged)
        try await store.write { try $0.setNote("n0", "short") }
        #expect(try await store.integrityFindings() == [])
        try await store.close()
    }

    @Test("says that the disk is read-only, at opening and later, and goes on when it is writable")
    func readOnlyDisk() async throws {
        try await withSmallDisk { path in
            let store = try SQLiteStore(path: path + "/usher.db")
            try await store.write { try $0.setNote("a", "1") }
            try await store.close()
            #expect(try shell("mount", "-o", "remount,ro", path).code == 0)
            let error = #expect(throws: Fault.self) { try SQLiteStore(path: path + "/usher.db") }
            #expect(error?.code == .unavailable)
            #expect(throws: Fault.self) { try SQLiteStore(path: path + "/new.db") }
            #expect(try shell("mount", "-o", "remount,rw", path).code == 0)
            let again = try SQLiteStore(path: path + "/usher.db")
            try await again.write { try $0.setNote("a", "2") }
            try await again.close()
        }
    }

    @Test("says that another program holds the lock, and goes on when it lets go")
    func lockedDatabase() async throws {
        let store = try SQLiteStore(path: folder.database, busyTimeoutSeconds: 0.02)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: folder.database, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        await expectFault(.unavailable) { try await store.write { try $0.setNote("a", "1") } }
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await store.write { try $0.setNote("a", "1") }
        #expect(try await store.read { try $0.note("a") } == "1")
        try await store.close()
    }

    @Test("refuses a file that is no database, a folder that is missing, and a folder in place of the file")
    func refusesNonsense() throws {
        try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: folder.database))
        for path in [folder.database, folder.path + "/missing/usher.db", folder.path] {
            let error = #expect(throws: Fault.self) { try SQLiteStore(path: path) }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains(folder.path) == false)
        }
    }
}
