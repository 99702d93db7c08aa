import Basics
import Foundation
import Records
import Scratch
import Testing

@testable import Storage

/// While a database is copied, and afterwards: who may still do what with which of both.
@Suite("The ends of a copy", .timeLimit(.minutes(60)))
struct CopyMarkTests {
    private func refusal(_ body: () async throws -> Void) async -> Fault? {
        await #expect(throws: Fault.self) { try await body() }
    }

    @Test("are read only while it is copied, of no use before it is verified, and have changed places afterwards")
    func course() async throws {
        let sample = try CopySample()
        let copy = try sample.there()
        // A service that was there before.
        let service = try SQLiteStore(path: sample.folder.database)
        try await service.write { try $0.setNote("before", "1") }
        try await copy.begin(as: "1")
        let stopped = await refusal { try await service.write { try $0.setNote("meanwhile", "1") } }
        #expect(stopped?.code == .unavailable && stopped?.retryAfterSeconds != nil)
        #expect(stopped?.message.contains("is being copied") == true)
        #expect(try await service.read { try $0.note("before") } == "1")
        // Whoever comes later reads as well.
        let reader = try SQLiteStore(path: sample.folder.database)
        #expect(reader.isReadOnly)
        #expect(try await reader.read { try $0.note("before") } == "1")
        try await reader.close()
        let half = await refusal { _ = try PostgreSQLStore(PostgreSQLAddress(url: sample.url)) }
        #expect(
            half?.message.contains("a copy of usher.db that is not complete: run the same usher copy again") == true)
        try await copy.copyRows { _ in }
        _ = try await copy.verifyRows { _ in }
        _ = await refusal { _ = try PostgreSQLStore(PostgreSQLAddress(url: sample.url)) }
        try await copy.finish()
        let moved = await refusal { try await service.write { try $0.setNote("after", "1") } }
        #expect(moved?.message.contains("has moved to another database") == true)
        try await service.close()
        let old = await refusal { _ = try SQLiteStore(path: sample.folder.database) }
        #expect(old?.message.contains("has moved to the server") == true)
        let new = try PostgreSQLStore(PostgreSQLAddress(url: sample.url))
        #expect(!new.isReadOnly)
        try await new.write { try $0.setNote("after", "1") }
        try await new.close()
    }

    @Test("stop a service on a server, too, and let it go on when the copy is given up")
    func server() async throws {
        let sample = try CopySample()
        _ = try await sample.there().run()
        let service = try PostgreSQLStore(PostgreSQLAddress(url: sample.url), readers: 1)
        try await service.write { try $0.setNote("before", "1") }
        let copy = try sample.back()
        try await copy.begin(as: "2")
        try await copy.copyRows { _ in }
        let stopped = await refusal { try await service.write { try $0.setNote("meanwhile", "1") } }
        #expect(stopped?.message.contains("is being copied") == true)
        #expect(try await service.read { try $0.note("meanwhile") } == nil)
        #expect(try await DatabaseCopy.release(copy.source) == "back.db")
        try await service.write { try $0.setNote("meanwhile", "1") }
        try await service.close()
        // The half is of no use to anybody any more.
        for step in [{ try await copy.copyRows { _ in } }, { try await copy.finish() }] {
            #expect(await refusal(step)?.message.contains("was given up") == true)
        }
        let other = await refusal { try await copy.begin(as: "3") }
        #expect(other?.code == .conflict)
        #expect(other?.message.contains("half of a copy that was given up: drop it") == true)
        let half = await refusal { _ = try SQLiteStore(path: sample.folder.path("back.db")) }
        #expect(half?.message.contains("is not complete") == true)
    }

    @Test("are free and empty, or nothing is marked")
    func refuses() async throws {
        let sample = try CopySample()
        let store = try PostgreSQLStore(PostgreSQLAddress(url: sample.url), readers: 1)
        try await store.write { try $0.setNote("somebody", "else") }
        let full = await refusal { try await sample.there().begin(as: "1") }
        #expect(full?.code == .conflict && full?.message.contains("has rows already (note)") == true)
        try await store.write { try $0.removeNote("somebody") }
        try await store.close()
        let free = try SQLiteStore(path: sample.folder.database)
        #expect(!free.isReadOnly)
        try await free.close()
        let none = await refusal { _ = try await DatabaseCopy.release(sample.end("usher.db")) }
        #expect(none?.message.contains("is the source of no copy") == true)
        _ = try await sample.there().run()
        let again = await refusal { try await sample.there().begin(as: "2") }
        #expect(again?.message.contains("usher.db has moved to the server already") == true)
        let home = DatabaseCopy(from: try sample.back().source, to: sample.end("usher.db"))
        let taken = await refusal { try await home.begin(as: "3") }
        #expect(taken?.message.contains("usher.db still has what has moved away") == true)
        // Released, the old one goes on by itself.
        #expect(try await DatabaseCopy.release(sample.end("usher.db")) == "the server")
        let old = try SQLiteStore(path: sample.folder.database)
        try await old.write { try $0.setNote("again", "1") }
        try await old.close()
    }

    @Test("that ended between their marks, or before the last one was taken off, come together again")
    func betweenMarks() async throws {
        let sample = try CopySample()
        let copy = try sample.there()
        try await copy.begin(as: "1")
        // As if it had ended after the first mark: the source knows of nothing.
        try sample.sqlite("usher.db", "DELETE FROM note WHERE name = 'copy'")
        try await copy.begin(as: "2")
        try await copy.copyRows { _ in }
        // As if it had ended between the last two: the source has moved, and the destination is still marked.
        let mark = try sample.sqlite("usher.db", "SELECT value FROM note WHERE name = 'copy'")
        #expect(mark.hasPrefix("source 2 "))
        try sample.sqlite("usher.db", "UPDATE note SET value = 'moved' || substr(value, 7) WHERE name = 'copy'")
        try await copy.begin(as: "3")
        try await copy.copyRows { _ in }
        _ = try await copy.verifyRows { _ in }
        try await copy.finish()
        try await PostgreSQLStore(PostgreSQLAddress(url: sample.url)).close()
    }

    @Test("are brought to the newest schema by the copy alone")
    func upgrades() async throws {
        let folder = try TestFolder()
        let old = try SQLiteStore(path: folder.database, migrations: Migration.all.filter { $0.number < 20 })
        try await old.write { try $0.setNote("old", "1") }
        let url = try PostgreSQLServer.shared.get().makeDatabase()
        let copy = DatabaseCopy(
            from: CopyEnd(.file(folder.database), name: "old"),
            to: CopyEnd(.server(try PostgreSQLAddress(url: url)), name: "new"))
        _ = try await copy.run()
        try await old.close()
        let new = try PostgreSQLStore(PostgreSQLAddress(url: url))
        #expect(try await new.read { try $0.note("old") } == "1")
        try await new.close()
        // A newer program must not change what another one copies.
        let marked = try TestFolder()
        let store = try SQLiteStore(path: marked.database, migrations: Migration.all.filter { $0.number < 20 })
        try await store.write { try $0.setNote("copy", "source 1 elsewhere") }
        try await store.close()
        let newer = await refusal { _ = try SQLiteStore(path: marked.database) }
        #expect(newer?.message.contains("is being copied") == true)
    }

    @Test("need a server that lets its user make tables, and says so")
    func privileges() async throws {
        let server = try PostgreSQLServer.shared.get()
        let sample = try CopySample()
        try server.psql("CREATE ROLE guest LOGIN")
        let guest = CopyEnd(
            .server(try PostgreSQLAddress(url: sample.url.replacing("usher@", with: "guest@"))), name: "guest")
        let fault = await refusal { try await DatabaseCopy(from: sample.end("usher.db"), to: guest).begin(as: "1") }
        #expect(fault?.code == .unavailable && fault?.message.contains("permission denied") == true)
        let store = try SQLiteStore(path: sample.folder.database)
        #expect(!store.isReadOnly)
        try await store.close()
    }
}
