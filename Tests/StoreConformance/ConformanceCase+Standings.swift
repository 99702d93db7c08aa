import Basics
import Directory
import Records
import Testing

extension ConformanceCase {
    static let standings: [ConformanceCase] = [
        ConformanceCase("tells how everybody stands, in parts, and what was not revoked") { store in
            try await Sample.fill(store)
            try await store.read { snapshot in
                var (people, after): ([PersonID], PersonID?) = ([], nil)
                while let one = try snapshot.standings(after: after, limit: 1).first {
                    let person = try #require(try snapshot.person(one.id))
                    #expect(one.account == person.state && one.organization == person.organization)
                    #expect(one.addressKey == person.email.key)
                    #expect(try snapshot.standing(of: one.id)?.id == one.id)
                    people.append(one.id)
                    after = one.id
                }
                #expect(people.contains(Sample.holder) && people == people.sorted())
                let held = try snapshot.heldGrants(of: try #require(people.first)...(try #require(people.last)))
                #expect(
                    try held.map(\.cloud)
                        == people.flatMap { try snapshot.liveGrants(of: $0, at: Sample.now).map(\.cloud) })
                let places = try snapshot.places(after: nil, limit: 9)
                #expect(places.map(\.path).contains("acme/main"))
                #expect(try snapshot.places(after: try #require(places.last).id, limit: 9).isEmpty)
                #expect(try snapshot.place(of: places[0].id)?.path == places[0].path)
                #expect(try snapshot.standing(of: PersonID(trusted: Sample.id(9))) == nil)
            }
        },
        ConformanceCase("has a mark that stays the same until something is committed, and is another one then") {
            store in
            try await Sample.fill(store)
            #expect(try await staysTheSame(store))
            let first = try #require(try await store.mark())
            try await store.write { try $0.setState(.suspended, of: Sample.holder, at: Sample.now) }
            #expect(try #require(try await store.mark()) != first)
            #expect(try await staysTheSame(store))
        },
    ]

    /// On a server of which others use another database it is the same only while they commit nothing either.
    private static func staysTheSame(_ store: some Store) async throws -> Bool {
        for _ in 0..<1_000 {
            let mark = try await store.mark()
            _ = try await store.read { try $0.person(Sample.holder) }
            if try await store.mark() == mark { return true }
        }
        return false
    }
}
