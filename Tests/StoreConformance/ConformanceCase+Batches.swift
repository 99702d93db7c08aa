import Basics
import Records
import Testing

extension ConformanceCase {
    private static let batch = BatchID(trusted: Sample.id(60))

    private static func batch(_ number: Int, at time: Timestamp, _ state: Batch.State = .reading) -> Batch {
        Batch(
            id: BatchID(trusted: Sample.id(number)), organization: Sample.organization, person: Sample.holder,
            encoding: "UTF-8", createdAt: time, state: state, rows: BatchCounts())
    }

    private static func row(_ line: Int, _ state: BatchRow.State = .new) -> BatchRow {
        BatchRow(
            line: line, fields: ["a\(line)@acme.example", "Zoë", "fr", "main=STD", "", "r"], state: state,
            faults: state == .refused ? [.init("name", "bad", "It is “bad”.")] : [])
    }

    static let batches: [ConformanceCase] = [
        ConformanceCase("keeps a file until its columns are known, and how files of an organization are read") {
            store in
            try await Sample.fill(store)
            let content: [UInt8] = [0, 0xFF, 0x61, 0x0A]
            let file = KeptFile(
                id: batch, organization: Sample.organization, person: Sample.holder, createdAt: Sample.now,
                content: content)
            try await store.write { transaction in
                try transaction.insert(file)
                #expect(try transaction.file(batch) == file)
                try transaction.forgetFiles(before: Sample.now)
                #expect(try transaction.file(batch) == file)
                try transaction.forgetFiles(before: Sample.now.adding(seconds: 1))
                #expect(try transaction.file(batch) == nil)
                try transaction.insert(file)
                try transaction.forgetFile(batch)
                #expect(try transaction.file(batch) == nil)
                for number in 70...76 {
                    try transaction.insert(
                        KeptFile(
                            id: BatchID(trusted: Sample.id(number)), organization: Sample.organization,
                            person: Sample.holder, createdAt: Sample.now, content: content))
                }
                let found = try (70...76).filter { try transaction.file(BatchID(trusted: Sample.id($0))) != nil }
                #expect(found == Array(72...76))
                let own = Sample.organization
                for (number, map) in ["email: a", "email: b"].enumerated() {
                    try transaction.remember(
                        columnMap: map, of: own, heading: "a,b", at: Sample.now.adding(seconds: Int64(number)))
                }
                #expect(try transaction.columnMaps(of: own) == ["a,b": "email: b"])
                for number in 1...50 {
                    try transaction.remember(
                        columnMap: "email: c", of: own, heading: "h\(number)",
                        at: Sample.now.adding(seconds: Int64(number + 1)))
                }
                let kept = try transaction.columnMaps(of: own)
                #expect(kept.count == 50 && kept["a,b"] == nil && kept["h1"] != nil && kept["h50"] != nil)
            }
        },
        ConformanceCase("keeps what is to be told of a file") { store in
            try await Sample.fill(store)
            let notes: [Sentence] = ["“\(1)”, \("two" as Sentence).", "Three: é."]
            let told = Batch(
                id: batch, organization: Sample.organization, person: Sample.holder, encoding: "UTF-16",
                createdAt: Sample.now, state: .reading, rows: BatchCounts(), notes: notes)
            try await store.write { try $0.insert(told) }
            #expect(try await store.read { try $0.batch(batch) }?.notes == notes)
        },
        ConformanceCase("keeps a file of requests row by row, and says how many stand how") { store in
            try await Sample.fill(store)
            try await Sample.submit(3, to: store)
            try await store.write { transaction in
                try transaction.insert(batch(60, at: Sample.now))
                try transaction.insert([row(2), row(4, .refused), row(5)], into: batch)
                var sent = row(5, .submitted)
                sent.request = Sample.requestID(3)
                try transaction.update(sent, of: batch)
            }
            try await store.read { snapshot in
                let kept = try snapshot.batch(batch)
                #expect(kept?.rows == BatchCounts(new: 1, refused: 1, submitted: 1))
                #expect(kept?.state == .reading && kept?.encoding == "UTF-8" && kept?.createdAt == Sample.now)
                #expect(try snapshot.row(4, of: batch) == row(4, .refused))
                #expect(try snapshot.row(5, of: batch)?.request == Sample.requestID(3))
                let first = try snapshot.rows(of: batch, nil, PageRequest(limit: 2))
                #expect(first.items.map(\.line) == [2, 4] && first.next == "4")
                #expect(try snapshot.rows(of: batch, nil, PageRequest(after: "4")).items.map(\.line) == [5])
                #expect(try snapshot.rows(of: batch, .refused, PageRequest()).items == [row(4, .refused)])
            }
            await expectFault(.invalid) {
                _ = try await store.read { try $0.rows(of: batch, nil, PageRequest(after: "four")) }
            }
        },
        ConformanceCase("moves a file of requests from state to state once, and forgets it with its rows") { store in
            try await Sample.fill(store)
            try await store.write { transaction in
                try transaction.insert(batch(60, at: Sample.now))
                try transaction.insert(batch(61, at: Sample.now.adding(seconds: 60), .checking))
                try transaction.insert([row(2)], into: batch)
                #expect(try transaction.runningBatches(limit: 9) == [BatchID(trusted: Sample.id(61))])
                #expect(try transaction.move(batch, from: .reading, to: .checking))
                #expect(try !transaction.move(batch, from: .reading, to: .checking))
                #expect(try transaction.runningBatches(limit: 9).count == 2)
                #expect(try transaction.batches(of: Sample.holder, limit: 9).map(\.id.text) == [61, 60].map(Sample.id))
                #expect(try transaction.batches(of: Sample.manager, limit: 9).isEmpty)
                try transaction.forgetBatches(before: Sample.now.adding(seconds: 1))
                #expect(try transaction.batch(batch) == nil && transaction.row(2, of: batch) == nil)
                try transaction.forget(BatchID(trusted: Sample.id(61)))
                #expect(try transaction.batches(of: Sample.holder, limit: 9).isEmpty)
            }
        },
        ConformanceCase("lists the requests of an organization that go on without those that have ended") { store in
            try await Sample.fill(store)
            try await Sample.submit(3, to: store)
            try await store.write { transaction in
                let ended = try Sample.run("rejected", ended: "refused")
                try transaction.insert(Sample.request(4, run: ended), Sample.move(4, after: ended))
                for filter in [
                    RequestFilter(organization: Sample.organization, isOpen: true), RequestFilter(isOpen: true),
                    RequestFilter(requester: Sample.requester, isOpen: true),
                ] {
                    #expect(try transaction.requests(filter, PageRequest()).items.map(\.id) == [Sample.requestID(3)])
                }
            }
        },
    ]
}
