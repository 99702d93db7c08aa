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
                #expect(try held.map(\.cloud) == people.flatMap { try snapshot.liveGrants(of: $0).map(\.cloud) })
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
            let first = try #require(try await store.mark())
            _ = try await store.read { try $0.person(Sample.holder) }
            #expect(try await store.mark() == first)
            try await store.write { try $0.setState(.suspended, of: Sample.holder, at: Sample.now) }
            let second = try #require(try await store.mark())
            #expect(second != first)
            #expect(try await store.mark() == second)
        },
    ]
}
