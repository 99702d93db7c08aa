import Basics
import Foundation
import Records
import Testing

extension ConformanceCase {
    static let operation: [ConformanceCase] = [
        ConformanceCase("counts what waits, up to a limit, and tells since when the oldest is due") { store in
            try await Sample.fill(store)
            let empty = try await store.read { try $0.workload(at: Sample.now, upTo: 9) }
            #expect(empty.effectsWaiting == 0 && empty.oldestEffectDue == nil && empty.oldestTimerDue == nil)
            let early = Sample.now.adding(seconds: -60)
            let later = Sample.now.adding(seconds: 60)
            try await Sample.submit(
                500, to: store,
                effects: [Sample.effect(500, "a", due: early), Sample.effect(500, "b", due: later)])
            try await Sample.submit(501, to: store, effects: [Sample.effect(501, "c")])
            try await store.write {
                _ = try $0.settle("\(Sample.requestID(501))/c", as: .parked, at: Sample.now, note: "gone")
            }
            let load = try await store.read { try $0.workload(at: Sample.now, upTo: 9) }
            #expect(load.effectsWaiting == 2 && load.effectsParked == 1 && load.oldestEffectDue == early)
            #expect(try await store.read { try $0.workload(at: Sample.now, upTo: 1) }.effectsWaiting == 1)
        },
        ConformanceCase("knows which nodes serve, by its own clock, and forgets those that are gone") { store in
            let clock = try await store.read { try $0.databaseClock() }
            let real = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
            #expect(abs(clock.milliseconds - real.milliseconds) < 60_000)
            func node(_ number: UInt8, seen: Int64, ahead: Int64 = 0) -> Node {
                Node(
                    id: NodeID(at: Sample.now, random: { [UInt8](repeating: number, count: $0) }), host: "a\(number)",
                    version: "1.0", startedAt: Sample.now, seenAt: clock.adding(seconds: seen),
                    aheadMilliseconds: ahead)
            }
            let (first, second) = (node(1, seen: -70), node(2, seen: 0, ahead: -20_000))
            try await store.write { for one in [first, second] { try $0.keep(one) } }
            #expect(try await store.read { try $0.nodes() } == [first, second])
            let later = node(1, seen: 5, ahead: 1)
            try await store.write { try $0.keep(later) }
            #expect(try await store.read { try $0.nodes() } == [later, second])
            try await store.write { try $0.forgetNodes(notSeenSince: clock.adding(seconds: 1)) }
            #expect(try await store.read { try $0.nodes() } == [later])
            try await store.write { try $0.forgetNode(later.id) }
            #expect(try await store.read { try $0.nodes() }.isEmpty)
        },
        ConformanceCase("counts requests by workflow, version and state, and says what the database is") { store in
            try await Sample.fill(store)
            #expect(try await store.read { try $0.runCounts() }.isEmpty)
            for number in 500..<503 { try await Sample.submit(number, to: store) }
            let counts = try await store.read { try $0.runCounts() }
            #expect(counts.map(\.count) == [3] && counts.allSatisfy { !$0.hasEnded && $0.version == 1 })
            let facts = try await store.read { try $0.databaseFacts() }
            #expect(facts.bytes > 4_096 && facts.schema >= 9 && !facts.kind.isEmpty)
        },
        ConformanceCase("finds entries of the trail by who, what, about whom and when, newest first") { store in
            try await Sample.fill(store)
            @Sendable func entry(_ sequence: Int64, _ actor: String, _ action: String, _ subject: String?) -> AuditEntry
            {
                AuditEntry(
                    sequence: sequence, at: Sample.now.adding(seconds: sequence), actor: Party(text: actor),
                    onBehalfOf: sequence == 2 ? PersonID(trusted: "boss") : nil, action: action, organization: nil,
                    request: nil,
                    subject: subject, detail: nil, previousHash: Sample.hash(UInt8(sequence - 1)),
                    hash: Sample.hash(UInt8(sequence)))
            }
            try await store.write { transaction in
                for one in [
                    entry(1, "ann", "grant.begin", "x"), entry(2, "bob", "grant.end", "x"),
                    entry(3, "ann", "grant.end", "y"), entry(4, "ann", "grant.end", nil),
                ] { try transaction.append(one) }
            }
            func found(_ filter: AuditFilter, before: Int64 = .max, limit: Int = 9) async throws -> [Int64] {
                try await store.read { try $0.auditEntries(filter, before: before, limit: limit).map(\.sequence) }
            }
            #expect(try await found(AuditFilter()) == [4, 3, 2, 1])
            #expect(try await found(AuditFilter(), before: 4, limit: 2) == [3, 2])
            #expect(try await found(AuditFilter(actor: "ann")) == [4, 3, 1])
            #expect(try await found(AuditFilter(actor: "boss")) == [2])
            #expect(try await found(AuditFilter(action: "grant.end")) == [4, 3, 2])
            #expect(try await found(AuditFilter(subject: "x")) == [2, 1])
            #expect(try await found(AuditFilter(organization: "none")).isEmpty)
            let oldest = try await store.read { try $0.auditEntries(AuditFilter(actor: "ann"), after: 1, limit: 9) }
            #expect(oldest.map(\.sequence) == [3, 4])
            #expect(try await store.read { try $0.auditEntry(2)?.actor.text } == "bob")
            #expect(try await store.read { try $0.auditEntry(9) } == nil)
            #expect(try await found(AuditFilter(actor: "ann", action: "grant.end", subject: "y")) == [3])
            #expect(try await found(AuditFilter(from: Sample.now.adding(seconds: 2))) == [4, 3, 2])
            #expect(try await found(AuditFilter(until: Sample.now.adding(seconds: 3))) == [2, 1])
            #expect(
                try await found(
                    AuditFilter(subject: "x", from: Sample.now.adding(seconds: 2), until: Sample.now.adding(seconds: 3))
                )
                    == [2])
            #expect(try await found(AuditFilter(from: Sample.now.adding(seconds: 99))).isEmpty)
            #expect(try await found(AuditFilter(request: "none")).isEmpty)
        },
    ]
}
