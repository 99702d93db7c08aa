import Basics
import Records
import Testing

extension ConformanceCase {
    static let mails: [ConformanceCase] = [
        ConformanceCase("hands each due mail to one courier, and one that is given back untried to the next") { store in
            try await Sample.fill(store)
            try await Sample.submit(
                500, to: store,
                effects: (0..<9).map { Sample.effect(500, "\($0)") } + [Sample.effect(500, "grant", kind: "grant")])
            func claim(_ limit: Int, of request: RequestID? = nil) async throws -> [Effect] {
                try await store.write {
                    try $0.claimMails(of: request, at: Sample.now, limit: limit, withFiles: true, leaseSeconds: 60)
                }
            }
            let bags = try await withThrowingTaskGroup(of: [Effect].self) { group in
                for _ in 0..<6 { group.addTask { try await claim(2) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(bags.flatMap { $0 }.map(\.key)).count == 9 && bags.joined().count == 9)
            #expect(try await store.read { try !$0.hasDueMail(of: nil, at: Sample.now) })
            let mail = try #require(bags.joined().first)
            try await store.write { try $0.release(mail) }
            #expect(try await claim(9, of: Sample.requestID(501)).isEmpty)
            #expect(try await store.read { try $0.hasDueMail(of: Sample.requestID(500), at: Sample.now) })
            let again = try await claim(9, of: Sample.requestID(500))
            #expect(again.map(\.key) == [mail.key] && again.map(\.tries) == [0])
        },
        ConformanceCase("holds back what a file tells while that is still growing") { store in
            try await Sample.fill(store)
            let mail = Effect(
                key: "file/\(Sample.id(900))/mail/lapsed", request: nil, kind: "mail", order: Effect.Order(),
                orderedAt: Sample.now, dueAt: Sample.now, greatestTries: 8)
            try await store.write { transaction in
                try transaction.insert([mail])
                for withFiles in [false, true] {
                    let taken = try transaction.claimMails(
                        of: nil, at: Sample.now, limit: 9, withFiles: withFiles, leaseSeconds: 60)
                    #expect(taken.map(\.key) == (withFiles ? [mail.key] : []))
                }
            }
        },
        ConformanceCase("keeps since when a mail fails and why, until an operator begins anew") { store in
            try await Sample.fill(store)
            let mail = Sample.effect(500, "a")
            try await Sample.submit(500, to: store, effects: [mail])
            let (first, later) = (Sample.now, Sample.now.adding(seconds: 30))
            try await store.write { transaction in
                try transaction.putOff(mail.key, .server, since: first, until: later, error: "away")
                let kept = try #require(try transaction.effect(key: mail.key))
                #expect(kept.failingSince == first && kept.cause == .server && kept.error == "away")
                #expect(kept.dueAt == later && kept.state == .due)
                try transaction.hasten(.later, at: first)
                #expect(try transaction.effect(key: mail.key)?.dueAt == later)
                try transaction.hasten(.server, at: first)
                #expect(try transaction.effect(key: mail.key)?.dueAt == first)
                try transaction.park(mail.key, .recipient, at: later, note: "550 no such user")
                #expect(try transaction.effect(key: mail.key)?.state == .parked)
                #expect(try transaction.effect(key: mail.key)?.cause == .recipient)
                try transaction.postpone(mail.key, until: later, tries: 0, error: nil)
                let again = try #require(try transaction.effect(key: mail.key))
                #expect(again.failingSince == nil && again.cause == nil && again.state == .due)
            }
        },
        ConformanceCase("gives up mails that waited for a server, but none that its reader's server put off") { store in
            try await Sample.fill(store)
            let old = Sample.now.adding(seconds: -100)
            let mails = ["due", "grey", "new"].map { Sample.effect(500, $0, ordered: $0 == "new" ? Sample.now : old) }
            try await Sample.submit(500, to: store, effects: mails + [Sample.effect(500, "x", kind: "grant")])
            try await store.write { transaction in
                try transaction.putOff(mails[1].key, .later, since: old, until: Sample.now, error: "450")
                try transaction.parkMails(orderedBefore: old, at: Sample.now, note: "away")
                let parked = try transaction.effects(.parked, PageRequest()).items
                #expect(parked.map(\.key) == [mails[0].key] && parked.map(\.error) == ["away"])
            }
        },
        ConformanceCase("takes a delivered mail back once, and nothing else") { store in
            try await Sample.fill(store)
            let (mail, grant) = (Sample.effect(500, "a"), Sample.effect(500, "b", kind: "grant"))
            try await Sample.submit(500, to: store, effects: [mail, grant])
            try await store.write { transaction in
                #expect(try !transaction.takeBack(mail.key, at: Sample.now, note: "x"))
                for effect in [mail, grant] {
                    _ = try transaction.settle(effect.key, as: .done, at: Sample.now, note: nil)
                }
                #expect(try !transaction.takeBack(grant.key, at: Sample.now, note: "x"))
                #expect(try transaction.takeBack(mail.key, at: Sample.now, note: "returned"))
                #expect(try !transaction.takeBack(mail.key, at: Sample.now, note: "again"))
                #expect(try transaction.effect(key: mail.key)?.error == "returned")
            }
        },
        ConformanceCase("finds mails by their reader, newest first, and by an address of their own") { store in
            try await Sample.fill(store)
            let old = Sample.effect(500, "old", ordered: Sample.now.adding(seconds: -9))
            let elsewhere = Effect(
                key: "person/mail/1", request: nil, kind: "mail",
                order: Effect.Order(recipient: Sample.holder, address: "new@acme.example"),
                orderedAt: Sample.now, dueAt: Sample.now, greatestTries: 3)
            try await Sample.submit(500, to: store, effects: [old])
            try await store.write { try $0.insert([elsewhere]) }
            try await store.read { snapshot in
                #expect(try snapshot.mails(to: Sample.holder, limit: 9).map(\.key) == [elsewhere.key, old.key])
                #expect(try snapshot.mails(to: Sample.holder, limit: 1).map(\.key) == [elsewhere.key])
                let address = try EmailAddress("new@acme.example")
                #expect(try snapshot.mails(toAddress: address, limit: 9).map(\.key) == [elsewhere.key])
            }
        },
        ConformanceCase("knows whether an earlier mail of the same visit to a state tells the same reader") { store in
            try await Sample.fill(store)
            let (start, end) = (Sample.now, Sample.now.adding(seconds: 100))
            let ask = Sample.effect(500, "ask", needed: "s", ordered: start)
            let reminder = Sample.effect(500, "reminder", needed: "s", ordered: end)
            try await Sample.submit(500, to: store, effects: [ask, reminder, Sample.effect(500, "notice")])
            try await store.write { transaction in
                #expect(try transaction.isToldMeanwhile(reminder, since: start))
                #expect(try !transaction.isToldMeanwhile(ask, since: start))
                #expect(try !transaction.isToldMeanwhile(reminder, since: start.adding(milliseconds: 1)))
                _ = try transaction.settle(ask.key, as: .done, at: start, note: nil)
                #expect(try !transaction.isToldMeanwhile(reminder, since: start))
            }
        },
        ConformanceCase("knows parked effects of ended requests from others, and by their error") { store in
            try await Sample.fill(store)
            try await Sample.submit(500, to: store, effects: [Sample.effect(500, "a")])
            try await Sample.submit(
                501, to: store, run: try Sample.run("gone", ended: "lapsed"), effects: [Sample.effect(501, "b")])
            let nobodys = Effect(
                key: "person/mail/1", request: nil, kind: "mail", order: Effect.Order(), orderedAt: Sample.now,
                dueAt: Sample.now, greatestTries: 3)
            try await store.write { transaction in
                try transaction.insert([nobodys])
                let notes = [Sample.effect(500, "a").key: "x 100%", Sample.effect(501, "b").key: "y", nobodys.key: "y"]
                for (key, note) in notes { try transaction.park(key, .content, at: Sample.now, note: note) }
                func tails(_ filter: ParkedFilter) throws -> [Substring] {
                    try transaction.parkedEffects(filter, limit: 9).map { $0.key.suffix(1) }
                }
                #expect(try tails(ParkedFilter()) == ["a", "b", "1"])
                #expect(try tails(ParkedFilter(isEnded: true)) == ["b"])
                #expect(try tails(ParkedFilter(isOpen: true)) == ["a", "1"])
                #expect(try tails(ParkedFilter(error: "100%")) == ["a"])
                #expect(try tails(ParkedFilter(error: "y", after: Sample.effect(501, "b").key)) == ["1"])
            }
        },
    ]
}
