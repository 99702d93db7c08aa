import Basics
import Directory
import Records
import Testing

extension ConformanceCase {
    static let search: [ConformanceCase] = [
        ConformanceCase("finds people by the beginning of name, family name and address, in one organization or all") {
            store in
            try await Sample.fill(store)
            let other = OrganizationID(trusted: Sample.id(3))
            try await store.write { transaction in
                try transaction.insert(Sample.organization(3, slug: "globex"))
                try transaction.insert(Sample.person(110, email: "bea@acme.example", name: "Béa Ångström-Noël"))
                try transaction.insert(Sample.person(111, of: other, email: "noel@globex.example", name: "Ann Bear"))
                try transaction.insert(Sample.person(112, email: "x@acme.example", name: "100% Nobody_"))
            }
            func found(_ key: String, _ organization: OrganizationID?, limit: Int = 10) async throws -> Set<String> {
                Set(
                    try await store.read { try $0.people(matching: key, of: organization, limit: limit) }
                        .map(\.email.text))
            }
            #expect(try await found("bea", Sample.organization) == ["bea@acme.example"])
            #expect(try await found("bea", nil) == ["bea@acme.example", "noel@globex.example"])
            #expect(try await found("angstrom-n", other) == [])
            #expect(try await found("angstrom-noel bea", Sample.organization) == ["bea@acme.example"])
            #expect(try await found("noel", nil) == ["noel@globex.example"])
            #expect(try await found("ea", nil) == [])
            #expect(try await found("100% n", nil) == ["x@acme.example"])
            #expect(try await found("1%", nil) == [])
            #expect(try await found("zoe", nil, limit: 1).count == 1)
            // Whoever had the address before is found by their own name, and beside whoever has it now.
            try await store.write { transaction in
                try transaction.setState(.closed, of: PersonID(trusted: Sample.id(110)), at: Sample.now)
                try transaction.insert(Sample.person(113, email: "bea@acme.example", name: "Bo"))
            }
            #expect(try await found("angstrom", nil) == ["bea@acme.example"])
            #expect(try await found("bo", nil) == ["bea@acme.example"])
            let both = try await store.read { try $0.people(matching: "bea@acme.example", of: nil, limit: 9) }
            #expect(both.map(\.id.text) == [113, 110].map(Sample.id))
        },
        ConformanceCase("keeps with which file a request came, and gives what of it is open, page by page") { store in
            try await Sample.fill(store)
            let batch = BatchID(trusted: Sample.id(70))
            for number in 500..<505 {
                let run = try number == 502 ? Sample.run("over", ended: "lapsed") : Sample.run()
                try await Sample.submit(number, to: store, run: run, batch: number == 504 ? nil : batch)
            }
            let first = try await store.read { try $0.openRequests(of: batch, PageRequest(limit: 2)) }
            #expect(first.items.map(\.id) == [500, 501].map(Sample.requestID))
            #expect(first.items.map(\.batch) == [batch, batch])
            // Whichever of its statements a list takes, it reads the same columns.
            for filter in [
                RequestFilter(), RequestFilter(isOpen: true), RequestFilter(requester: Sample.requester),
                RequestFilter(organization: Sample.organization),
                RequestFilter(organization: Sample.organization, isOpen: true),
            ] {
                let found = try await store.read { try $0.requests(filter, PageRequest()).items }
                #expect(found.first { $0.id == Sample.requestID(500) }?.batch == batch)
            }
            let rest = try await store.read { try $0.openRequests(of: batch, PageRequest(after: first.next, limit: 2)) }
            #expect(rest.items.map(\.id) == [Sample.requestID(503)])
            #expect(rest.next == nil)
            #expect(try await store.read { try $0.request(Sample.requestID(504)) }?.batch == nil)
            let newest = try await store.read { try $0.newestRequests(about: Sample.holder, limit: 2) }
            #expect(newest.map(\.id) == [504, 503].map(Sample.requestID))
        },
    ]
}
