import Basics
import Directory
import Records
import Testing
import Workflow

extension ConformanceCase {
    static let moves: [ConformanceCase] = [
        ConformanceCase("keeps a request, its run and its history byte for byte") { store in
            try await Sample.fill(store)
            let first = try Sample.run(timers: ["go": 5])
            let second = try Sample.run("rejected", ended: "refused")
            try await Sample.submit(500, to: store, run: first, key: "k")
            try await store.write { try $0.record(Sample.move(500, expecting: 1, before: first, after: second)) }
            try await store.read { snapshot in
                let request = try #require(try snapshot.request(Sample.requestID(500)))
                #expect(request.run == second)
                #expect(request.version == 2)
                #expect(request.requester == Sample.requester)
                #expect(request.reason == "A new colleague")
                #expect(request.organization == Sample.organization)
                #expect(try snapshot.request(idempotencyKey: "k", requester: Sample.requester)?.id == request.id)
                #expect(
                    try snapshot.request(idempotencyKey: "k", requester: .person(PersonID(trusted: Sample.id(7))))
                        == nil)
                #expect(try snapshot.request(Sample.requestID(9)) == nil)
                let history = try snapshot.history(of: request.id)
                #expect(history.map(\.to) == ["approval", "rejected"])
                #expect(history.map(\.from) == [nil, "approval"])
                #expect(history.map(\.event) == [.timer(id: "remind"), .timer(id: "remind")])
                #expect(history.map(\.note) == ["why not", "why not"])
                #expect(try snapshot.openRequests(about: Sample.holder) == [])
            }
        },
        ConformanceCase("refuses a move that rests on an old version, and leaves nothing of it") { store in
            try await Sample.fill(store)
            let run = try Sample.run()
            try await Sample.submit(500, to: store, run: run)
            try await store.write { try $0.record(Sample.move(500, expecting: 1, before: run, after: run)) }
            let late = Sample.move(500, expecting: 1, before: run, after: run, effects: [Sample.effect(500, "late")])
            await expectFault(.conflict) { try await store.write { try $0.record(late) } }
            #expect(try await store.read { try $0.effects(of: Sample.requestID(500)).count } == 0)
            #expect(try await store.read { try $0.history(of: Sample.requestID(500)).count } == 2)
        },
        ConformanceCase("lets exactly one of many concurrent moves of one request win") { store in
            try await Sample.fill(store)
            let run = try Sample.run()
            try await Sample.submit(500, to: store, run: run)
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        do {
                            try await store.write {
                                try $0.record(Sample.move(500, expecting: 1, before: run, after: run))
                            }
                            return true
                        } catch let fault as Fault where fault.code == .conflict {
                            return false
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(winners == 1)
        },
        ConformanceCase("refuses a second request under one idempotency key of one requester") { store in
            try await Sample.fill(store)
            try await Sample.submit(500, to: store, key: "k")
            await expectFault(.conflict) { try await Sample.submit(501, to: store, key: "k") }
            try await Sample.submit(502, to: store, requester: .operator("jo"), key: "k")
            try await Sample.submit(503, to: store)
            try await Sample.submit(504, to: store)
            let open = try await store.read { try $0.openRequests(about: Sample.holder) }
            #expect(open == [500, 502, 503, 504].map(Sample.requestID))
        },
        ConformanceCase("keeps what a request is about, and finds the open one that asks for a cloud") { store in
            try await Sample.fill(store)
            let lake = RequestSubject.cloud(name: try DisplayName("A lake, 100 % new"), slug: try Slug("lake"))
            try await Sample.submit(500, to: store, subject: lake)
            try await Sample.submit(501, to: store, run: try Sample.run("over", ended: "lapsed"), subject: lake)
            let other = RequestSubject.cloud(name: try DisplayName("lake"), slug: try Slug("lake-2"))
            try await Sample.submit(502, to: store, subject: other)
            try await Sample.submit(503, to: store)
            func found(_ slug: String, _ organization: Int = 1) async throws -> RequestID? {
                try await store.read {
                    try $0.openCloudRequest(
                        slug: try Slug(slug), of: OrganizationID(trusted: Sample.id(organization)))
                }
            }
            #expect(try await found("lake") == Sample.requestID(500))
            #expect(try await found("lake-2") == Sample.requestID(502))
            #expect(try await found("lak") == nil)
            #expect(try await found("lake", 7) == nil)
            #expect(try await store.read { try $0.request(Sample.requestID(500))?.subject } == lake)
            #expect(try await store.read { try $0.request(Sample.requestID(503))?.subject } == nil)
        },
        ConformanceCase("moves, adds and removes timers as the run says, and lists the due ones in order") { store in
            try await Sample.fill(store)
            let before = try Sample.run(timers: ["a": 10, "b": 20, "c": 30])
            let after = try Sample.run(timers: ["b": 40, "c": 30, "d": 5])
            try await Sample.submit(500, to: store, run: before)
            try await store.write { try $0.record(Sample.move(500, expecting: 1, before: before, after: after)) }
            func due(_ milliseconds: Int64, _ limit: Int) async throws -> [String] {
                try await store.read {
                    try $0.dueTimers(at: Timestamp(milliseconds: milliseconds), limit: limit).map {
                        "\($0.timer)\($0.at.milliseconds)"
                    }
                }
            }
            #expect(try await due(100, 10) == ["d5", "c30", "b40"])
            #expect(try await due(30, 10) == ["d5", "c30"])
            #expect(try await due(29, 10) == ["d5"])
            #expect(try await due(100, 2) == ["d5", "c30"])
        },
        ConformanceCase("does not find the timers of a frozen run, nor that it is overdue, until it is thawed") {
            store in
            try await Sample.fill(store)
            let due = Timestamp(milliseconds: 10)
            let running = try Sample.run(timers: ["a": 10, "b": 20], dueAt: due)
            let frozen = try Sample.run(timers: ["a": 10, "b": 20], dueAt: due, frozenAt: Timestamp(milliseconds: 5))
            let thawed = try Sample.run(timers: ["a": 60, "b": 70], dueAt: Timestamp(milliseconds: 60))
            func found(at milliseconds: Int64) async throws -> [String] {
                let now = Timestamp(milliseconds: milliseconds)
                return try await store.read { snapshot in
                    try snapshot.dueTimers(at: now, limit: 10).map { "\($0.timer)\($0.at.milliseconds)" }
                        + snapshot.requests(RequestFilter(overdueAt: now), PageRequest()).items.map { _ in "overdue" }
                }
            }
            try await Sample.submit(500, to: store, run: running)
            #expect(try await found(at: 100) == ["a10", "b20", "overdue"])
            try await store.write { try $0.record(Sample.move(500, expecting: 1, before: running, after: frozen)) }
            #expect(try await found(at: 100) == [])
            #expect(try await store.read { try $0.request(Sample.requestID(500))?.run } == frozen)
            try await store.write { try $0.record(Sample.move(500, expecting: 2, before: frozen, after: thawed)) }
            #expect(try await found(at: 59) == [])
            #expect(try await found(at: 100) == ["a60", "b70", "overdue"])
        },
        ConformanceCase("knows a definition version by its text, and refuses another text") { store in
            try await store.write { transaction in
                try transaction.register(name: "w", version: 1, source: "a", at: Sample.now)
                try transaction.register(name: "w", version: 1, source: "a", at: Sample.now)
                try transaction.register(name: "w", version: 2, source: "b", at: Sample.now)
                #expect(try transaction.definition(name: "w", version: 2) == "b")
                #expect(try transaction.definition(name: "w", version: 3) == nil)
                #expect(try transaction.newestDefinitions() == ["w": 2])
            }
            await expectFault(.conflict) {
                try await store.write { try $0.register(name: "w", version: 1, source: "c", at: Sample.now) }
            }
        },
    ]

    static let lists: [ConformanceCase] = [
        ConformanceCase("lists requests newest first under every combination of filters") { store in
            try await Sample.fill(store)
            let early = Timestamp(milliseconds: 10)
            let late = Timestamp(milliseconds: 90)
            try await Sample.submit(500, to: store, run: Sample.run("a", dueAt: early))
            try await Sample.submit(501, to: store, run: Sample.run("b", dueAt: early), requester: .operator("jo"))
            try await Sample.submit(502, to: store, run: Sample.run("a", dueAt: late))
            try await Sample.submit(503, to: store, run: Sample.run("a", dueAt: early, ended: "lapsed"))
            try await Sample.submit(504, to: store, run: Sample.run("a"))
            func list(_ filter: RequestFilter) async throws -> [Int] {
                try await store.read { try $0.requests(filter, PageRequest()).items.compactMap { Int($0.id.text) } }
            }
            for organization in [nil, Sample.organization] {
                func filter(_ requester: Party? = nil, _ state: String? = nil, _ at: Int64? = nil) -> RequestFilter {
                    RequestFilter(
                        organization: organization, requester: requester, state: state,
                        overdueAt: at.map { Timestamp(milliseconds: $0) })
                }
                #expect(try await list(filter()) == [504, 503, 502, 501, 500])
                #expect(try await list(filter(.operator("jo"))) == [501])
                #expect(try await list(filter(nil, "a")) == [504, 503, 502, 500])
                #expect(try await list(filter(Sample.requester, "b")) == [])
                #expect(try await list(filter(nil, nil, 11)) == [501, 500])
                #expect(try await list(filter(nil, nil, 10)) == [])
                #expect(try await list(filter(nil, "a", 91)) == [502, 500])
                #expect(try await list(filter(.operator("jo"), "b", 11)) == [501])
            }
            #expect(try await list(RequestFilter(organization: OrganizationID(trusted: Sample.id(7)))) == [])
        },
        ConformanceCase("lists requests of one workflow, and those that go on under an older version of it") { store in
            try await Sample.fill(store)
            func run(_ version: Int, _ workflow: String = "account-request", ended: String? = nil) throws -> Run {
                let text = try Sample.run("a", dueAt: Timestamp(milliseconds: 10), ended: ended).canonicalJSON()
                return try Run(
                    canonicalJSON: text.replacing(#""version":1"#, with: #""version":\#(version)"#)
                        .replacing("account-request", with: workflow))
            }
            for (number, run) in [
                try run(1), try run(2), try run(1, ended: "lapsed"), try run(1, "mfa-reset"), try run(1), try run(3),
            ].enumerated() { try await Sample.submit(500 + number, to: store, run: run) }
            func open(before version: Int, _ page: PageRequest = PageRequest()) async throws -> ([Int], String?) {
                let found = try await store.read {
                    try $0.openRequests(following: "account-request", before: version, page)
                }
                return (found.items.compactMap { Int($0.text) }, found.next)
            }
            #expect(try await open(before: 3).0 == [500, 501, 504])
            #expect(try await open(before: 2).0 == [500, 504])
            #expect(try await open(before: 1).0 == [])
            let first = try await open(before: 3, PageRequest(limit: 2))
            #expect(first.0 == [500, 501])
            let second = try await open(before: 3, PageRequest(after: first.1, limit: 2))
            #expect(second.0 == [504] && second.1 == nil)
            await expectFault(.invalid, naming: "after") { _ = try await open(before: 3, PageRequest(after: "x")) }
            for overdueAt in [nil, Timestamp(milliseconds: 20)] {
                for organization in [nil, Sample.organization] {
                    for requester in [nil, Sample.requester] {
                        let found = try await store.read {
                            try $0.requests(
                                RequestFilter(
                                    organization: organization, requester: requester, workflow: "mfa-reset",
                                    overdueAt: overdueAt), PageRequest())
                        }
                        #expect(found.items.compactMap { Int($0.id.text) } == [503])
                    }
                }
            }
        },
        ConformanceCase("pages requests without loss or repetition while new ones arrive") { store in
            try await Sample.fill(store)
            for number in 500..<507 { try await Sample.submit(number, to: store) }
            let first = try await store.read { try $0.requests(RequestFilter(), PageRequest(limit: 3)) }
            try await Sample.submit(600, to: store)
            let second = try await store.read {
                try $0.requests(RequestFilter(), PageRequest(after: first.next, limit: 4))
            }
            #expect((first.items + second.items).compactMap { Int($0.id.text) } == [506, 505, 504, 503, 502, 501, 500])
            #expect(second.next == nil)
            await expectFault(.invalid, naming: "after") {
                _ = try await store.read { try $0.requests(RequestFilter(), PageRequest(after: "x")) }
            }
        },
    ]

    static let inboxes: [ConformanceCase] = [
        ConformanceCase("shows what waits for any of several audiences, oldest due first, each once, in pages") {
            store in
            try await Sample.fill(store)
            let due = Timestamp(milliseconds: 10)
            try await Sample.submit(500, to: store, asks: [Sample.ask(500, audience: "a")])
            try await Sample.submit(501, to: store, asks: [Sample.ask(501, audience: "b", dueAt: due)])
            try await Sample.submit(
                502, to: store,
                asks: [
                    Sample.ask(502, audience: "a", dueAt: due), Sample.ask(502, audience: "b", dueAt: due),
                    Sample.ask(502, part: "deputy.2", audience: "b", dueAt: due), Sample.ask(502, audience: "c"),
                ])
            let audiences = [Audience(text: "a"), Audience(text: "b"), Audience(text: "a")]
            var seen: [String] = []
            var after: String?
            repeat {
                let cursor = after
                let page = try await store.read { try $0.inbox(of: audiences, PageRequest(after: cursor, limit: 1)) }
                seen += page.items.compactMap { entry in Int(entry.request.text).map { "\($0) \(entry.part)" } }
                after = page.next
            } while after != nil
            #expect(seen == ["501 approver", "502 approver", "502 deputy.2", "500 approver"])
            #expect(try await store.read { try $0.inbox(of: [], PageRequest()).items } == [])
            for cursor in ["", "x", "1.2", "1.x.y", "x.\(Sample.id(1)).y"] {
                await expectFault(.invalid, naming: "after") {
                    _ = try await store.read { try $0.inbox(of: audiences, PageRequest(after: cursor)) }
                }
            }
        },
        ConformanceCase("replaces what a request asks by what the move asks") { store in
            try await Sample.fill(store)
            let run = try Sample.run()
            let stays = Sample.ask(500, audience: "a")
            let moved = Sample.ask(500, part: "deputy", audience: "a", dueAt: Timestamp(milliseconds: 5))
            try await Sample.submit(
                500, to: store, run: run,
                asks: [
                    stays, Sample.ask(500, part: "deputy", audience: "a"), Sample.ask(500, part: "old", audience: "a"),
                ])
            try await store.write {
                try $0.record(Sample.move(500, expecting: 1, before: run, after: run, asks: [stays, moved]))
            }
            #expect(
                try await store.read { try $0.inbox(of: [Audience(text: "a")], PageRequest()).items } == [moved, stays])
        },
    ]
}
