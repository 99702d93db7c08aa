import Basics
import Directory
import Foundation
import OneTimePassword
import Records
import Scratch
import StoreConformance
import Synchronization
import Testing

@testable import Storage

@Suite("PostgreSQLStore", .timeLimit(.minutes(60)))
struct PostgreSQLTests {
    private static func store(
        _ options: String = "TEMPLATE template0", migrations: [Migration] = Migration.all,
        interruption: (@Sendable () throws -> Void)? = nil
    ) throws -> (store: PostgreSQLStore, url: String) {
        let url = try PostgreSQLServer.shared.get().makeDatabase(options)
        return (
            try PostgreSQLStore(
                PostgreSQLAddress(url: url), readers: 2, migrations: migrations, interruption: interruption), url
        )
    }

    @Test("keeps what the port promises", arguments: ConformanceCase.all)
    func keeps(_ conformance: ConformanceCase) async throws {
        let store = try Self.store().store
        try await conformance.check(store)
        #expect(try await store.integrityFindings() == [])
        try await store.close()
    }

    @Test("keeps all of it behind PgBouncer in transaction mode")
    func keepsPooled() async throws {
        let server = try PostgreSQLServer.shared.get()
        let pooler = try PgBouncer(before: server)
        for conformance in ConformanceCase.all {
            let url = try server.makeDatabase()
            let store = try PostgreSQLStore(PostgreSQLAddress(url: pooler.url(of: url)), readers: 2)
            try await conformance.check(store)
            try await store.close()
            try server.dropDatabase(url)
        }
    }

    @Test("takes every statement that no sentence of the port's is about")
    func takesTheRest() async throws {
        let store = try Self.store().store
        try await store.write { try Self.useTheRest($0) }
        #expect(try await store.isDurable())
        #expect(try await store.missingGuards() == [])
        #expect(try await store.schemaVersion() == Migration.all.count)
        try await store.close()
    }

    /// Verbs that the suite has no sentence for.
    static func useTheRest(_ transaction: any Records.Transaction) throws {
        _ = try transaction.auditGaps(limit: 1)
        _ = try transaction.sealingKeysInUse()
        _ = try transaction.factor(sealedBy: "k")
        _ = try transaction.newestInvitation()
        _ = try transaction.instantsAhead(of: Timestamp(seconds: 0))
        _ = try transaction.factorsAhead(of: Timestamp(seconds: 0))
        _ = try transaction.organizationsWithout(.representative)
        _ = try transaction.hasHolderForAll(of: .deliveryManager)
        try transaction.removeNote("n")
        _ = try transaction.endWaits(after: Timestamp(seconds: 0))
        _ = try transaction.endSessions(after: Timestamp(seconds: 0))
        let known = Sighting(.passwordWrong, pseudonym: "p", from: Origin(address: "192.0.2.1", route: "r"))
        try transaction.record(known, at: Timestamp(seconds: 0))
        _ = try transaction.securityEvents(SecurityFilter(), before: 2, limit: 1)
        _ = try transaction.securityEvents(SecurityFilter(), after: 0, limit: 1)
        _ = try transaction.securityCounts(since: Timestamp(seconds: 0))
        _ = try transaction.forgetSecurityEvents(before: Timestamp(seconds: 0), limit: 1)
    }

    /// The first race is lost before the first statement, the next before the second, and so on.
    @Test("runs a body again that lost a race, at whichever statement, and leaves one trace")
    func runsAgain() async throws {
        let races = Mutex((statement: 0, lostAt: 1, lost: 0))
        for conformance in ConformanceCase.all {
            let store = try Self.store {
                try races.withLock { races in
                    races.statement += 1
                    guard races.statement == races.lostAt else { return }
                    // The next attempt gets through.
                    races = (-100_000, races.lostAt % 17 + 1, races.lost + 1)
                    throw PostgreSQLError(state: "40001", message: "could not serialize access")
                }
            }.store
            races.withLock { $0.statement = 0 }
            try await conformance.check(store)
            try await store.close()
        }
        #expect(races.withLock { $0.lost } > ConformanceCase.all.count * 3 / 4)
    }

    @Test("tells each body its own failure, though what it sends goes along with what others ask")
    func attributesFailures() async throws {
        let store = try Self.store().store
        let count = 60
        let refused = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<count {
                group.addTask {
                    do {
                        try await store.write { transaction in
                            try transaction.setNote("n\(number)", "1")
                            if number % 7 == 3 { try transaction.assign(Self.duty, to: Self.nobody) }
                        }
                        return nil
                    } catch { return number }
                }
            }
            return await group.reduce(into: Set<Int>()) { set, number in if let number { set.insert(number) } }
        }
        #expect(refused == Set((0..<count).filter { $0 % 7 == 3 }))
        let kept = try await store.read { snapshot in
            try (0..<count).filter { try snapshot.note("n\($0)") != nil }
        }
        #expect(Set(kept) == Set(0..<count).subtracting(refused))
        #expect(store.retries > 0)
        try await store.close()
    }

    private static let duty = DutyHolding(.representative, organization: nil)
    /// The schema refuses what refers to them.
    private static let nobody = PersonID(trusted: "01kb4q2f00example000000009")

    @Test("is refused where texts have a language's order, and where a newer program was")
    func refusesWhatIsNotFit() throws {
        let ordered = #expect(throws: Fault.self) {
            try Self.store("TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'fr' LOCALE 'C'")
        }
        #expect(ordered?.message.contains("createdb --template=template0 --encoding=UTF8 --locale=C") == true)
        let byteless = #expect(throws: Fault.self) { try Self.store("TEMPLATE template0 ENCODING 'SQL_ASCII'") }
        #expect(byteless?.message.contains("SQL_ASCII") == true)
        let url = try Self.store().url
        try PostgreSQLServer.shared.get().psql("INSERT INTO schema_version VALUES (9999, 'newer')", on: url)
        let newer = #expect(throws: Fault.self) { try PostgreSQLStore(PostgreSQLAddress(url: url)) }
        #expect(newer?.message.contains("9999") == true)
    }

    @Test("refuses to rewrite what happened, and says so when somebody lets it be rewritten")
    func guards() async throws {
        let (store, url) = try Self.store()
        let server = try PostgreSQLServer.shared.get()
        for statement in ["UPDATE audit SET action = 'x'", "DELETE FROM audit", "TRUNCATE audit CASCADE"] {
            try server.psql(
                """
                INSERT INTO audit VALUES ((SELECT COUNT(*) + 1 FROM audit), 0, 'usher', NULL, 'a', NULL, NULL, NULL, NULL,
                    decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'))
                """, on: url)
            let refusal = #expect(throws: Tool.Refusal.self) { try server.psql(statement, on: url) }
            #expect(refusal?.description.contains("append-only") == true)
        }
        #expect(try await store.missingGuards() == [])
        try server.psql("ALTER TABLE audit DISABLE TRIGGER audit_no_change", on: url)
        try server.psql("DROP TRIGGER history_no_truncate ON history", on: url)
        #expect(try await Set(store.missingGuards()) == ["audit_no_change", "history_no_truncate"])
        try await store.close()
    }

    @Test("lets go of its connections when nobody has it any more, closed or not")
    func letsGo() async throws {
        let server = try PostgreSQLServer.shared.get()
        let url = try server.makeDatabase()
        let sessions = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '\(PostgreSQLServer.name(of: url))'"
        for isClosed in [true, false] {
            do {
                let store = try PostgreSQLStore(PostgreSQLAddress(url: url), readers: 3)
                try await store.write { try $0.setNote("n", "1") }
                _ = try await store.read { try $0.note("n") }
                #expect(try server.psql(sessions) != "0\n")
                if isClosed { try await store.close() }
            }
            // The server hears of it a moment later.
            var left = ""
            for _ in 0..<600 where left != "0\n" {
                left = try server.psql(sessions)
                if left != "0\n" { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(left == "0\n")
        }
    }

    @Test("numbers placeholders, in order or as they are numbered")
    func placeholders() {
        #expect(PostgreSQLConnection.numbered("a = ? AND b = ?") == "a = $1 AND b = $2")
        #expect(PostgreSQLConnection.numbered("a = ?2 AND b = ?10 OR ?2") == "a = $2 AND b = $10 OR $2")
        #expect(PostgreSQLConnection.numbered("none") == "none")
    }

    @Test(
        "asks for proof by TLS wherever a network lies between, unless the URL says otherwise",
        arguments: [
            ("postgres://usher@db.example.com/usher", true), ("postgres://usher@localhost/usher", false),
            ("postgres://usher@/usher?host=/run/postgresql", false), ("postgres://usher@10.1.2.3/usher", true),
            ("postgres://usher@localhost,db.example.com/usher", true),
            ("postgresql://usher:secret@db.example.com:6432/usher", true),
        ])
    func provesTheServer(_ url: String, _ isProven: Bool) throws {
        let address = try PostgreSQLAddress(url: url)
        #expect(address.keywords.contains { $0 == ("sslmode", "verify-full") } == isProven)
        #expect(address.keywords.last { $0.name == "dbname" }?.value == url)
    }

    @Test(
        "refuses what is no URL of a database", arguments: ["usher.db", "mysql://a/b", "postgres://[", "postgres:/x"])
    func refusesURL(_ url: String) {
        let fault = #expect(throws: Fault.self) { try PostgreSQLAddress(url: url) }
        #expect(fault?.faults.first?.field == "database.url")
    }
}

@Suite("PostgreSQLStore in an outage", .timeLimit(.minutes(60)))
struct PostgreSQLOutageTests {
    private func note(_ store: PostgreSQLStore) async throws -> String? {
        try await store.read { try $0.note("outage") }
    }

    private func set(_ store: PostgreSQLStore, _ value: String) async throws {
        try await store.write { try $0.setNote("outage", value) }
    }

    @Test("goes on after a restart as if nothing had been, and says what is wrong while there is no server")
    func restart() async throws {
        let server = try PostgreSQLServer()
        let store = try PostgreSQLStore(PostgreSQLAddress(url: server.makeDatabase()), readers: 1)
        try await set(store, "1")
        #expect(try await note(store) == "1")
        for value in ["2", "3"] {
            try server.order("restart")
            #expect(try await note(store) == String(try #require(Int(value)) - 1))
            try server.order("restart")
            try await set(store, value)
        }
        try server.order("stop")
        for _ in 1...3 {
            let reading = await #expect(throws: Fault.self) { try await note(store) }
            #expect(reading?.code == .unavailable)
            let writing = await #expect(throws: Fault.self) { try await set(store, "4") }
            #expect(writing?.code == .unavailable)
        }
        #expect(throws: Fault.self) { try PostgreSQLStore(PostgreSQLAddress(url: server.url(of: "postgres"))) }
        try server.order("start")
        #expect(try await note(store) == "3")
        try await set(store, "5")
        #expect(try await note(store) == "5")
        try await store.close()
    }

    @Test("takes the turn to write from a process that has stopped in the middle")
    func stoppedWriter() async throws {
        let server = try PostgreSQLServer.shared.get()
        let url = try server.makeDatabase()
        let store = try PostgreSQLStore(PostgreSQLAddress(url: url), readers: 1)
        let other = try PostgreSQLStore(PostgreSQLAddress(url: url), readers: 1)
        try await set(store, "1")
        let (hasBegun, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let stopped = Task {
            try await store.write { transaction in
                let before = try transaction.note("outage")
                try transaction.setNote("outage", "of the one that stopped")
                guard before == "1" else { return before }
                hasBegun.signal()
                mayGoOn.wait()
                return try transaction.note("outage")
            }
        }
        await withCheckedContinuation { (caller: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async {
                hasBegun.wait()
                caller.resume()
            }
        }
        try await set(other, "2")
        mayGoOn.signal()
        // Of its first run nothing is left; the second rests on what the other one wrote.
        #expect(try await stopped.value == "2")
        #expect(try await note(store) == "of the one that stopped")
        try await set(store, "3")
        #expect(try await note(other) == "3")
        try await store.close()
        try await other.close()
    }
}
