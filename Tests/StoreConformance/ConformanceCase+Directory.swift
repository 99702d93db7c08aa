import Basics
import Directory
import Records
import Testing

extension ConformanceCase {
    static let organizations: [ConformanceCase] = [
        ConformanceCase("finds organizations and clouds by id and slug, and nothing where there is none") { store in
            try await Sample.fill(store)
            try await store.read { snapshot in
                let organization = try Sample.organization(1, slug: "acme")
                #expect(try snapshot.organization(organization.id) == organization)
                #expect(try snapshot.organization(slug: "acme") == organization)
                #expect(try snapshot.organization(slug: "nobody") == nil)
                let cloud = try Sample.cloud(2, slug: "main")
                #expect(try snapshot.cloud(cloud.id) == cloud)
                #expect(try snapshot.cloud(slug: "main", of: organization.id) == cloud)
                #expect(try snapshot.cloud(slug: "main", of: OrganizationID(trusted: Sample.id(9))) == nil)
                #expect(try snapshot.clouds(of: organization.id) == [cloud])
            }
        },
        ConformanceCase("refuses a slug that is taken, naming the field, and allows it in another organization") {
            store in
            try await Sample.fill(store)
            await expectFault(.conflict, naming: "slug") {
                try await store.write { try $0.insert(Sample.organization(9, slug: "acme")) }
            }
            await expectFault(.conflict, naming: "slug") {
                try await store.write { try $0.insert(Sample.cloud(9, slug: "main")) }
            }
            try await store.write { transaction in
                let other = try Sample.organization(8, slug: "other")
                try transaction.insert(other)
                try transaction.insert(Sample.cloud(9, of: other.id, slug: "main"))
            }
        },
        ConformanceCase("pages organizations by slug without loss or repetition, and refuses a foreign cursor") {
            store in
            try await store.write { transaction in
                for number in 0..<25 {
                    try transaction.insert(Sample.organization(100 - number, slug: "o\(number + 10)"))
                }
            }
            var slugs: [String] = []
            var after: String?
            repeat {
                let cursor = after
                let page = try await store.read { try $0.organizations(PageRequest(after: cursor, limit: 10)) }
                slugs += page.items.map(\.slug.text)
                after = page.next
            } while after != nil
            #expect(slugs == (10..<35).map { "o\($0)" })
            await expectFault(.invalid, naming: "after") {
                _ = try await store.read { try $0.organizations(PageRequest(after: "'; DROP TABLE person")) }
            }
        },
    ]

    static let people: [ConformanceCase] = [
        ConformanceCase("finds people by id and address, and changes state and language") { store in
            try await Sample.fill(store)
            try await store.write { transaction in
                let ada = try Sample.person(100, email: "ada@acme.example")
                #expect(try transaction.person(Sample.holder) == ada)
                #expect(try transaction.person(emailKey: "ada@acme.example") == ada)
                #expect(try transaction.person(emailKey: "nobody@acme.example") == nil)
                try transaction.setState(.suspended, of: ada.id, at: Sample.now)
                try transaction.setLanguage(.german, of: ada.id)
                let changed = try transaction.person(ada.id)
                #expect(changed?.state == .suspended)
                #expect(changed?.name == ada.name)
                #expect(changed?.language == .german)
            }
        },
        ConformanceCase("gives the address of a closed account to somebody new, and never opens the closed one") {
            store in
            try await Sample.fill(store)
            let ada = Sample.holder
            try await store.write { try $0.setState(.closed, of: ada, at: Sample.now) }
            #expect(try await store.read { try $0.person(emailKey: "ada@acme.example")?.id } == ada)
            #expect(try await store.read { try $0.living(emailKey: "ada@acme.example") } == nil)
            try await store.write { try $0.setState(.closed, of: ada, at: Sample.now) }
            await expectFault(.notFound) {
                try await store.write { try $0.setState(.invited, of: ada, at: Sample.now) }
            }
            for number in [9, 8] {
                let next = try Sample.person(number, email: "ADA@acme.example", name: "Ada \(number)")
                try await store.write { transaction in
                    try transaction.insert(next)
                    #expect(try transaction.person(emailKey: "ada@acme.example") == next)
                    if number == 9 { try transaction.setState(.closed, of: next.id, at: Sample.now) }
                }
            }
            await expectFault(.conflict, naming: "email") {
                try await store.write { try $0.insert(Sample.person(7, email: "ada@acme.example")) }
            }
            try await store.read { snapshot in
                #expect(try snapshot.person(ada)?.email.text == "ada@acme.example")
                #expect(
                    try Set(snapshot.formerPeople(emailKey: "ada@acme.example").map(\.id.text))
                        == [Sample.id(100), Sample.id(9)])
                #expect(try snapshot.formerPeople(emailKey: "bob@acme.example") == [])
                // One by one: a page ends between two of one address and goes on after it.
                var (seen, after): ([String], String?) = ([], nil)
                repeat {
                    let page = try snapshot.people(of: Sample.organization, PageRequest(after: after, limit: 1))
                    seen += page.items.map(\.id.text)
                    after = page.next
                } while after != nil && seen.count < 9
                #expect(seen.first == Sample.id(8))
                #expect(Set(seen) == Set([8, 9, 100].map(Sample.id)) && seen.count == 3)
            }
        },
        ConformanceCase("gives somebody another address, unless somebody has it, and frees the one before") { store in
            try await Sample.fill(store)
            let ada = Sample.holder
            await expectFault(.conflict, naming: "address") {
                try await store.write { try $0.setAddress(EmailAddress("MAX@provider.example"), of: ada) }
            }
            try await store.write { transaction in
                try transaction.setAddress(EmailAddress("ada@new.example"), of: ada)
                #expect(try transaction.person(emailKey: "ada@new.example")?.id == ada)
                #expect(try transaction.person(emailKey: "ada@acme.example") == nil)
                // In another spelling, and back.
                try transaction.setAddress(EmailAddress("Ada@new.example"), of: ada)
                #expect(try transaction.person(ada)?.email.text == "Ada@new.example")
                try transaction.insert(Sample.person(9, email: "ada@acme.example"))
                #expect(throws: Fault.self) { try transaction.setAddress(EmailAddress("ada@acme.example"), of: ada) }
            }
        },
        ConformanceCase("refuses an address that is taken in another spelling, and changes of nobody") { store in
            try await Sample.fill(store)
            await expectFault(.conflict, naming: "email") {
                try await store.write { try $0.insert(Sample.person(9, email: "ADA@acme.example")) }
            }
            let nobody = PersonID(trusted: Sample.id(9))
            await expectFault(.notFound) {
                try await store.write { try $0.setState(.active, of: nobody, at: Sample.now) }
            }
            await expectFault(.notFound) {
                try await store.write { try $0.setLanguage(.english, of: nobody) }
            }
        },
        ConformanceCase("lists people of one organization or all, by address, in pages") { store in
            try await Sample.fill(store)
            try await store.write { try $0.insert(Sample.person(102, email: "bob@acme.example")) }
            try await store.read { snapshot in
                let first = try snapshot.people(of: Sample.organization, PageRequest(limit: 1))
                #expect(first.items.map(\.email.text) == ["ada@acme.example"])
                let second = try snapshot.people(of: Sample.organization, PageRequest(after: first.next, limit: 1))
                #expect(second.items.map(\.email.text) == ["bob@acme.example"])
                #expect(second.next == nil)
                let all = try snapshot.people(of: nil, PageRequest())
                #expect(all.items.map(\.id.text) == [100, 102, 101].map(Sample.id))
            }
            await expectFault(.invalid, naming: "after") {
                _ = try await store.read { try $0.people(of: nil, PageRequest(after: "not an address")) }
            }
        },
    ]

    static let duties: [ConformanceCase] = [
        ConformanceCase("assigns duties towards one organization or all, harmlessly twice") { store in
            try await Sample.fill(store)
            let manages = DutyHolding(.deliveryManager, organization: Sample.organization)
            let deputizes = DutyHolding(.dutyManager, organization: nil)
            try await store.write { transaction in
                for holding in [manages, deputizes, manages, deputizes] {
                    try transaction.assign(holding, to: Sample.manager)
                }
                #expect(try transaction.duties(of: Sample.manager) == [manages, deputizes])
                #expect(try transaction.duties(of: Sample.holder) == [])
                let managers = try transaction.holders(of: .deliveryManager, organization: Sample.organization)
                #expect(managers.map(\.id) == [Sample.manager])
                #expect(try transaction.holders(of: .deliveryManager, organization: nil) == [])
                #expect(try transaction.holders(of: .dutyManager, organization: nil).map(\.id) == [Sample.manager])
                try transaction.endDuties(of: Sample.manager)
                #expect(try transaction.duties(of: Sample.manager) == [])
            }
        },
        ConformanceCase("knows whom a delegate stands in for, from the first instant up to the last") { store in
            try await Sample.fill(store)
            let from = Sample.now
            let until = from.adding(seconds: 60)
            let delegation = Delegation(person: Sample.manager, delegate: Sample.holder, from: from, until: until)
            try await store.write { transaction in
                try transaction.insert(delegation)
                #expect(try transaction.delegators(of: Sample.holder, at: from) == [Sample.manager])
                #expect(try transaction.delegators(of: Sample.holder, at: from.adding(milliseconds: -1)) == [])
                #expect(try transaction.delegators(of: Sample.holder, at: until) == [])
                #expect(try transaction.delegations(of: Sample.manager, at: from) == [delegation])
                #expect(try transaction.delegations(of: Sample.manager, at: until) == [])
            }
        },
        ConformanceCase("lists delegations on either side of somebody, in pages, and ends what holds or lies ahead") {
            store in
            try await Sample.fill(store)
            let bob = try Sample.person(102, email: "bob@acme.example")
            func delegation(_ person: PersonID, _ delegate: PersonID, _ from: Int64) -> Delegation {
                Delegation(
                    person: person, delegate: delegate, from: Sample.now.adding(seconds: from),
                    until: Sample.now.adding(seconds: 100))
            }
            let all = [
                delegation(Sample.holder, Sample.manager, 0), delegation(Sample.holder, Sample.manager, 50),
                delegation(Sample.manager, bob.id, 0), delegation(bob.id, Sample.holder, 0),
            ].sorted { ($0.person, $0.delegate, $0.from) < ($1.person, $1.delegate, $1.from) }
            let later = Sample.now.adding(seconds: 10)
            try await store.write { transaction in
                try transaction.insert(bob)
                for delegation in all.reversed() { try transaction.insert(delegation) }
                var (found, after): ([Delegation], String?) = ([], nil)
                repeat {
                    let page = try transaction.delegations(
                        involving: nil, at: Sample.now, PageRequest(after: after, limit: 1))
                    found += page.items
                    after = page.next
                } while after != nil
                #expect(found == all)
                let his = try transaction.delegations(involving: bob.id, at: Sample.now, PageRequest())
                #expect(his.items == all.filter { $0.person == bob.id || $0.delegate == bob.id } && his.next == nil)
                for delegation in all where delegation.person == Sample.holder {
                    try transaction.end(delegation, at: later)
                }
                #expect(try transaction.delegations(of: Sample.holder, at: later) == [])
                // What held is kept with its end, what lay ahead is gone.
                #expect(try transaction.delegations(of: Sample.holder, at: Sample.now).map(\.until) == [later])
                #expect(try transaction.delegators(of: Sample.manager, at: Sample.now.adding(seconds: 60)) == [])
                #expect(try transaction.delegations(involving: nil, at: later, PageRequest()).items.count == 2)
            }
            await expectFault(.invalid, naming: "after") {
                _ = try await store.read {
                    try $0.delegations(involving: nil, at: Sample.now, PageRequest(after: "x/y/1"))
                }
            }
        },
    ]

    static let grants: [ConformanceCase] = [
        ConformanceCase(
            "keeps one live grant for a person in a cloud, and tells of a temporary one what holds at an instant"
        ) {
            store in
            try await Sample.fill(store)
            try await Sample.submit(500, to: store)
            try await Sample.submit(501, to: store)
            func grant(_ number: Int, _ profile: String, request: Int) -> Grant {
                Grant(
                    id: GrantID(trusted: Sample.id(number)), organization: Sample.organization, cloud: Sample.cloud,
                    person: Sample.holder, profile: profile, since: Sample.now, until: Sample.now.adding(seconds: 9),
                    request: Sample.requestID(request))
            }
            let first = grant(1, "STD", request: 500)
            let second = grant(2, "OPE", request: 501)
            try await store.write { transaction in
                try transaction.replaceGrant(with: first, at: Sample.now)
                #expect(try transaction.liveGrant(of: Sample.holder, in: Sample.cloud, at: Sample.now) == first)
                try transaction.replaceGrant(with: second, at: Sample.now)
                #expect(try transaction.liveGrants(of: Sample.holder, at: Sample.now) == [second])
                try transaction.revokeGrant(of: Sample.holder, in: Sample.cloud, at: Sample.now)
                #expect(try transaction.liveGrants(of: Sample.holder, at: Sample.now) == [])
                try transaction.revokeGrant(of: Sample.holder, in: Sample.cloud, at: Sample.now)
                let given = try transaction.grants(of: Sample.holder, from: first.request)
                #expect(given.map(\.id) == [first.id] && given.map(\.revokedAt) == [Sample.now])
                try Self.layered(transaction)
            }
        }
    ]
}

extension ConformanceCase {
    /// A temporary grant tells at every instant what holds, whoever asks.
    fileprivate static func layered(_ transaction: any Transaction) throws {
        let (end, last) = (Sample.now.adding(seconds: 60), Sample.now.adding(seconds: 120))
        let layered = Grant(
            id: GrantID(trusted: Sample.id(903)), organization: Sample.organization, cloud: Sample.cloud,
            person: Sample.holder, profile: "POW", since: Sample.now, until: end,
            request: RequestID(trusted: Sample.id(501)),
            later: [
                .init(profile: "OPE", until: last, request: RequestID(trusted: Sample.id(500))),
                .init(profile: "STD", until: nil, request: RequestID(trusted: Sample.id(500))),
            ])
        try transaction.replaceGrant(with: layered, at: Sample.now)
        let cloud = try #require(try transaction.cloud(Sample.cloud))
        for (instant, index) in [(Sample.now, 0), (end.adding(milliseconds: -1), 0), (end, 1), (last, 2)] {
            let span = layered.spans[index]
            #expect(try transaction.liveGrant(of: Sample.holder, in: Sample.cloud, at: instant) == span)
            #expect(try transaction.liveGrants(of: Sample.holder, at: instant) == [span])
            #expect(try transaction.liveGrants(in: Sample.cloud, at: instant) == [span])
            #expect(try transaction.holders(in: cloud, PageRequest(), at: instant).items.map(\.grant) == [span])
            #expect(try transaction.holdersByID(in: cloud, PageRequest(), at: instant).items.map(\.grant) == [span])
        }
        #expect(try transaction.grants(of: Sample.holder, from: layered.request).contains(layered))
        let held = try transaction.heldGrants(of: Sample.holder...Sample.holder)
        #expect(held.map(\.grant.profile) == ["POW", "OPE", "STD"] && held.map(\.grant.until) == [end, last, nil])
    }
}
