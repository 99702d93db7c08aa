import Basics
import Directory
import Records
import Testing
import Workflow

extension ConformanceCase {
    static let calendars: [ConformanceCase] = [
        ConformanceCase("keeps a calendar with the first move that names it, and each move's own") { store in
            try await Sample.fill(store)
            let run = try Sample.run()
            let first = try KeptCalendar(timeZone: "UTC", clockChanges: "0", source: "calendar: a")
            let second = try KeptCalendar(timeZone: "UTC", clockChanges: "0", source: "calendar: b")
            #expect(first.hash.count == 64 && first.hash != second.hash)
            try await store.write { transaction in
                try transaction.insert(
                    Sample.request(500, run: run), Sample.move(500, after: run, calendar: first))
                #expect(try transaction.calendar(hash: first.hash) == first)
            }
            try await store.write {
                try $0.record(Sample.move(500, expecting: 1, before: run, after: run, calendar: second))
                try $0.record(Sample.move(500, expecting: 2, before: run, after: run, calendar: first))
                try $0.record(Sample.move(500, expecting: 3, before: run, after: run))
            }
            try await store.read { snapshot in
                let history = try snapshot.history(of: Sample.requestID(500))
                #expect(history.map(\.calendar) == [first.hash, second.hash, first.hash, nil])
                #expect(try snapshot.calendar(hash: second.hash) == second)
                #expect(try snapshot.calendar(hash: "none") == nil)
            }
        },
        ConformanceCase("keeps a calendar anew where the move that kept it was undone") { store in
            try await Sample.fill(store)
            let run = try Sample.run()
            let calendar = try KeptCalendar(timeZone: "UTC", clockChanges: "0", source: "calendar: a")
            struct Undone: Error {}
            await #expect(throws: Undone.self) {
                try await store.write { transaction in
                    try transaction.insert(
                        Sample.request(500, run: run), Sample.move(500, after: run, calendar: calendar))
                    throw Undone()
                }
            }
            #expect(try await store.read { try $0.calendar(hash: calendar.hash) } == nil)
            try await store.write {
                try $0.insert(Sample.request(501, run: run), Sample.move(501, after: run, calendar: calendar))
            }
            #expect(try await store.read { try $0.calendar(hash: calendar.hash) } == calendar)
        },
        ConformanceCase("knows where an organization is, with every request of it, and changes that") { store in
            try await Sample.fill(store)
            try await Sample.submit(500, to: store)
            func locality() async throws -> [Locality?] {
                try await store.read { snapshot in
                    [
                        try snapshot.organization(Sample.organization)?.locality,
                        try snapshot.request(Sample.requestID(500))?.locality,
                        try snapshot.requests(RequestFilter(), PageRequest()).items.first?.locality,
                    ]
                }
            }
            #expect(try await locality() == [.installation, .installation, .installation])
            let london = Locality(calendar: "england", timeZone: "Europe/London")
            try await store.write { try $0.setLocality(london, of: Sample.organization) }
            #expect(try await locality() == [london, london, london])
            await expectFault(.notFound) {
                try await store.write { try $0.setLocality(london, of: OrganizationID(trusted: Sample.id(9))) }
            }
        },
    ]
}
