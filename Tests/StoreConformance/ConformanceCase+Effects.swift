import Basics
import Records
import Testing

extension ConformanceCase {
    static let effects: [ConformanceCase] = [
        ConformanceCase("keeps an effect in full, and takes a repeat with the same key for the same effect") { store in
            try await Sample.fill(store)
            let run = try Sample.run()
            let effect = Sample.effect(500, "mail/1")
            try await Sample.submit(500, to: store, run: run, effects: [effect])
            let altered = Effect(
                key: effect.key, request: effect.request, kind: "grant", order: Effect.Order(), orderedAt: Sample.now,
                dueAt: Sample.now, greatestTries: 1)
            let repeated = Sample.move(500, expecting: 1, before: run, after: run, effects: [altered])
            try await store.write { try $0.record(repeated) }
            let kept = try await store.read { try $0.effects(of: Sample.requestID(500)) }
            #expect(kept.map(\.kind) == ["mail"])
            #expect(kept.first?.order == effect.order)
            #expect(kept.first?.greatestTries == 8)
            #expect(kept.first?.state == .due)
            #expect(try await store.read { try $0.effect(key: "none/1")?.key } == nil)
        },
        ConformanceCase("keeps what receivers of webhooks are to be told, beside the state that told it") { store in
            try await Sample.fill(store)
            let effect = Effect(
                key: "\(Sample.requestID(500))/webhook/laptop_wanted", request: Sample.requestID(500), kind: "webhook",
                order: Effect.Order(state: "2027-01-01", message: "laptop_wanted"), orderedAt: Sample.now,
                dueAt: Sample.now, greatestTries: 8)
            try await Sample.submit(500, to: store, effects: [effect])
            let kept = try await store.read { try $0.dueLocalEffects(of: Sample.requestID(500), at: Sample.now) }
            #expect(kept.map(\.order) == [effect.order])
        },
        ConformanceCase("orders effects outside of any request") { store in
            try await Sample.fill(store)
            let effect = Effect(
                key: "person/\(Sample.holder)/mail/locked/1", request: nil, kind: "mail", order: Effect.Order(),
                orderedAt: Sample.now, dueAt: Sample.now, greatestTries: 3)
            try await store.write { transaction in
                try transaction.insert([effect, effect])
                #expect(try transaction.dueEffects(at: Sample.now, limit: 9).map(\.key) == [effect.key])
                #expect(try transaction.effect(key: effect.key)?.request == nil)
            }
        },
        ConformanceCase("lists due effects earliest first, of all or of one request, and not before their time") {
            store in
            try await Sample.fill(store)
            let later = Sample.now.adding(seconds: 1)
            try await Sample.submit(
                500, to: store, effects: [Sample.effect(500, "b", due: later), Sample.effect(500, "a")])
            try await Sample.submit(501, to: store, effects: [Sample.effect(501, "c")])
            func tails(_ list: @escaping @Sendable (any Snapshot) throws -> [Effect]) async throws -> [Substring] {
                try await store.read { try list($0).map { $0.key.suffix(1) } }
            }
            #expect(try await tails { try $0.dueEffects(at: Sample.now, limit: 9) } == ["a", "c"])
            #expect(try await tails { try $0.dueEffects(at: later, limit: 9) } == ["a", "c", "b"])
            #expect(try await tails { try $0.dueEffects(at: later, limit: 1) } == ["a"])
            // Mails are no work of the house.
            #expect(try await tails { try $0.dueLocalEffects(at: later, limit: 9) } == [])
            #expect(try await tails { try $0.dueLocalEffects(of: Sample.requestID(500), at: later) } == [])
            try await Sample.submit(
                502, to: store, effects: ["d", "e"].map { Sample.effect(502, $0, kind: "grant") })
            #expect(try await tails { try $0.dueLocalEffects(at: later, limit: 9) } == ["d", "e"])
            #expect(try await tails { try $0.dueLocalEffects(of: Sample.requestID(502), at: later) } == ["d", "e"])
            #expect(try await tails { try $0.dueLocalEffects(of: Sample.requestID(501), at: later) } == [])
        },
        ConformanceCase("lets one of many workers claim an effect, and others only when its lease is over") { store in
            try await Sample.fill(store)
            let effect = Sample.effect(500, "a")
            try await Sample.submit(500, to: store, effects: [effect])
            let claims = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await store.write { try $0.claim(effect, at: Sample.now, leaseSeconds: 60) } }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(claims == 1)
            try await store.write { transaction in
                let end = Sample.now.adding(seconds: 60)
                #expect(try transaction.dueEffects(at: end.adding(milliseconds: -1), limit: 9).isEmpty)
                let orphan = try #require(try transaction.dueEffects(at: end, limit: 9).first)
                #expect(orphan.tries == 1)
                // Nor does whoever knows of the first claim take it before its end.
                let early = end.adding(milliseconds: -1)
                #expect(try !transaction.claim(orphan, at: early, leaseSeconds: 60))
                #expect(try transaction.isHeld(effect))
                // What was read before the first claim is out of date, though the lease is over.
                #expect(try !transaction.claim(effect, at: end, leaseSeconds: 60))
                #expect(try transaction.claim(orphan, at: end, leaseSeconds: 60))
                #expect(try !transaction.isHeld(effect))
                #expect(try transaction.isHeld(orphan))
                #expect(try transaction.settle(effect.key, as: .done, at: end, note: nil))
                #expect(try !transaction.isHeld(orphan))
            }
        },
        ConformanceCase("settles an effect once") { store in
            try await Sample.fill(store)
            let effect = Sample.effect(500, "a")
            try await Sample.submit(500, to: store, effects: [effect])
            try await store.write { transaction in
                let settled = try transaction.settle(effect.key, as: .done, at: Sample.now, note: "250 OK")
                #expect(settled)
                #expect(try !transaction.settle(effect.key, as: .parked, at: Sample.now, note: nil))
                #expect(try transaction.effect(key: effect.key)?.state == .done)
                #expect(try transaction.effect(key: effect.key)?.error == "250 OK")
                #expect(try !transaction.claim(effect, at: Sample.now, leaseSeconds: 60))
            }
            await expectFault(.conflict) {
                try await store.write { try $0.postpone(effect.key, until: Sample.now, tries: 0, error: nil) }
            }
            await expectFault(.notFound) {
                try await store.write { try $0.postpone("none/1", until: Sample.now, tries: 0, error: nil) }
            }
        },
        ConformanceCase("puts a failed or parked effect back among the due ones") { store in
            try await Sample.fill(store)
            let effect = Sample.effect(500, "a")
            try await Sample.submit(500, to: store, effects: [effect])
            try await store.write { transaction in
                #expect(try transaction.claim(effect, at: Sample.now, leaseSeconds: 60))
                let later = Sample.now.adding(seconds: 9)
                try transaction.postpone(effect.key, until: later, tries: 1, error: "451 later")
                #expect(try transaction.dueEffects(at: Sample.now, limit: 9).isEmpty)
                #expect(try transaction.dueEffects(at: later, limit: 9).map(\.error) == ["451 later"])
                #expect(try transaction.settle(effect.key, as: .parked, at: later, note: "gave up"))
                #expect(try transaction.dueEffects(at: later, limit: 9).isEmpty)
                try transaction.postpone(effect.key, until: later, tries: 0, error: nil)
                #expect(try transaction.dueEffects(at: later, limit: 9).map(\.tries) == [0])
            }
        },
        ConformanceCase("cancels due effects with the move, but none that is done") { store in
            try await Sample.fill(store)
            let run = try Sample.run()
            let due = Sample.effect(500, "a")
            let done = Sample.effect(500, "b")
            try await Sample.submit(500, to: store, run: run, effects: [due, done])
            try await store.write { transaction in
                #expect(try transaction.settle(done.key, as: .done, at: Sample.now, note: nil))
                try transaction.record(
                    Sample.move(500, expecting: 1, before: run, after: run, cancelled: [due.key, done.key]))
                #expect(try transaction.effects(of: Sample.requestID(500)).map(\.state) == [.cancelled, .done])
                #expect(try transaction.dueEffects(at: Sample.now, limit: 9).isEmpty)
            }
        },
        ConformanceCase("lists effects of each state in pages") { store in
            try await Sample.fill(store)
            let states = Effect.State.allCases
            try await Sample.submit(500, to: store, effects: states.map { Sample.effect(500, "\($0)") })
            try await Sample.submit(501, to: store, effects: states.map { Sample.effect(501, "\($0)") })
            try await store.write { transaction in
                for state in states where state != .due {
                    for number in [500, 501] {
                        _ = try transaction.settle(
                            Sample.effect(number, "\(state)").key, as: state, at: Sample.now, note: nil)
                    }
                }
                for state in states {
                    let first = try transaction.effects(state, PageRequest(limit: 1))
                    let second = try transaction.effects(state, PageRequest(after: first.next, limit: 1))
                    #expect(
                        (first.items + second.items).map(\.key) == [500, 501].map { Sample.effect($0, "\(state)").key })
                    #expect(second.next == nil)
                }
                #expect(try transaction.effects(nil, PageRequest()).items.count == 2 * states.count)
            }
            await expectFault(.invalid, naming: "after") {
                _ = try await store.read { try $0.effects(nil, PageRequest(after: "x")) }
            }
        },
    ]
}
