import Basics
import Directory
import Records
import TestSupport
import Testing
import Workflow

@testable import Onboarding

/// What becomes of requests for access while people come and go, programs repeat themselves, and much happens at once.
@Suite("The course of a request for access", .timeLimit(.minutes(60)))
struct AccessRequestCourseTests {
    let room: AccessRoom
    let platform: Actor
    var world: TestInstallation { room.world }
    var usher: Onboarding { room.world.usher }

    init() async throws {
        room = try await AccessRoom()
        platform = try await room.actor(.platform, holder: "")
    }

    /// The outcome of something, in a word.
    private func word(_ body: () async throws -> String) async throws -> String {
        do { return try await body() } catch let refusal as AccessRequestRefusal {
            return refusal.kind.rawValue
        } catch let fault as Fault { return fault.code.rawValue }
    }

    private func requests(about email: String) async throws -> Int {
        let person = try await world.person(email).id
        let found = try await world.store.read { try $0.requests(RequestFilter(), PageRequest(limit: 1_000)) }
        return found.items.count { $0.holder == person && $0.run.workflow == "access-request" }
    }

    // MARK: Who asks

    @Test(
        "begins for whom one may ask and for nobody else, from all that are there", arguments: AccessRoom.Who.allCases)
    private func askers(_ who: AccessRoom.Who) async throws {
        let holder = try await room.holder("alice")
        let actor = try await room.actor(who, holder: holder)
        // A denial that the platform heard is nobody else's.
        let heard = try await room.submission(holder, by: platform)
        let taken = try await word { try await usher.requestAccess(heard, by: actor).status.rawValue }
        #expect(taken == (who == .platform ? "pending" : "invalid_denial_binding"))
        if who == .platform { try await giveUpAll(holder) }
        let offer = try await room.evaluate(room.question(holder), by: actor).offer
        #expect((offer != nil) == [.holder, .platform, .otherPlatform].contains(who))
        // Who asks for themselves on our own pages: everybody who lacks something and has somebody to confirm it.
        let own = try await word { try await usher.askForAccess(room.own(), by: actor).text }
        let begins: Set<AccessRoom.Who> = [.holder, .colleague]
        #expect((RequestID(own) != nil) == begins.contains(who), "\(own)")
        let refusals: [AccessRoom.Who: String] = [
            .representative: "conflict", .strangeRepresentative: "notFound", .stranger: "notFound",
        ]
        if !begins.contains(who) { #expect(own == refusals[who] ?? "forbidden", "\(own)") }
    }

    private func giveUpAll(_ email: String) async throws {
        let person = try await world.person(email).id
        let open = try await world.store.read { try $0.openAccountRequests(about: person) }
        for request in open {
            _ = try await usher.cancelAccess(try room.handle(of: request.id), comment: nil, by: platform)
        }
    }

    @Test("is refused alike in a cloud of others and in one that is not there")
    func foreign() async throws {
        let holder = try await room.holder("alice")
        let actor = try await world.actor(holder)
        func refused(_ cloud: String, _ isRehearsal: Bool) async throws -> String {
            let wish = OwnAccessSubmission(
                action: AccessRoom.action, cloud: cloud, reason: "x", until: nil, key: nil)
            let fault = try await refusal {
                if isRehearsal {
                    _ = try await usher.previewAccess(wish, by: actor)
                } else {
                    _ = try await usher.askForAccess(wish, by: actor)
                }
            }
            return "\(fault.code) \(fault.message.replacing(cloud, with: "…"))"
        }
        for isRehearsal in [true, false] {
            let told = try await refused("void/prod", isRehearsal)
            #expect(try await refused("globex/prod", isRehearsal) == told && told.hasPrefix("notFound"))
            #expect(try await refused("globex/void", isRehearsal) == told)
        }
        let foreign = room.question(holder, AccessRoom.action, "globex/prod")
        #expect(try await room.evaluate(foreign, by: actor).answer == .unknown(.resource))
    }

    @Test("says what would be asked for and saves nothing, and names what was typed wrong")
    func rehearsed() async throws {
        let holder = try await room.holder("alice")
        let actor = try await world.actor(holder)
        let view = try await usher.previewAccess(room.own(), by: actor)
        #expect(view.workflow == "access-request" && view.items.map(\.profile) == ["POW"] && view.id.isEmpty)
        #expect(try await requests(about: holder) == 0)
        let wrong = OwnAccessSubmission(
            action: AccessRoom.action, cloud: "acme/prod", reason: " ", until: "2020-01-01", key: "two words")
        for body in [
            { _ = try await usher.previewAccess(wrong, by: actor) },
            { _ = try await usher.askForAccess(wrong, by: actor) },
        ] as [() async throws -> Void] {
            let fault = try await refusal { try await body() }
            #expect(fault.code == .invalid && Set(fault.fields) == ["reason", "until"], "\(fault.fields)")
        }
        let unknown = OwnAccessSubmission(action: "fly", cloud: "acme/prod", reason: "x", until: nil, key: nil)
        await expectRefusal(.notFound) { _ = try await usher.askForAccess(unknown, by: actor) }
        let nowhere = OwnAccessSubmission(action: AccessRoom.action, cloud: "acme", reason: "x", until: nil, key: nil)
        let fault = try await refusal { _ = try await usher.askForAccess(nowhere, by: actor) }
        #expect(fault.fields == ["cloud"])
        #expect(try await requests(about: holder) == 0)
    }

    // MARK: Again, and at once

    @Test("is one request however often it is sent under one key, and none for another body", arguments: [true, false])
    func repeated(_ isOwn: Bool) async throws {
        let holder = try await room.holder("alice")
        let actor = isOwn ? try await world.actor(holder) : platform
        let heard = try await room.submission(holder, by: actor, key: "k-1")
        let other = AccessSubmission(
            subject: heard.subject, items: heard.items, isList: false, reason: "Else", until: nil,
            idempotencyKey: "k-1", digest: "Else")
        func send(_ isOther: Bool) async throws -> String {
            try await word {
                guard isOwn else { return try await usher.requestAccess(isOther ? other : heard, by: actor).id }
                return try await usher.askForAccess(room.own(isOther ? "Else" : "On call", key: "k-1"), by: actor).text
            }
        }
        let first = try await send(false)
        #expect(first.count > 20)
        // Long after the denial has expired, and when it has been decided, too.
        for pause in [0, 700, 86_400] as [Int64] {
            world.clock.skip(seconds: pause)
            #expect(try await send(false) == first)
            #expect(["duplicate_request", "conflict"].contains(try await send(true)))
        }
        #expect(try await requests(about: holder) == 1)
    }

    @Test("begins once, of many that are sent at the same moment", arguments: [true, false])
    func crowd(_ hasKey: Bool) async throws {
        let holder = try await room.holder("alice")
        let own = try await world.actor(holder)
        let heard = try await room.submission(holder, by: platform, key: hasKey ? "k-1" : nil)
        let words = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<24 {
                group.addTask {
                    try await word {
                        guard number % 3 == 0 else { return try await usher.requestAccess(heard, by: platform).id }
                        let wish = room.own(key: hasKey ? "k-1" : "k-\(number)")
                        return try await room.handle(of: usher.askForAccess(wish, by: own))
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let begun = words.filter { $0.hasPrefix("arq_") }
        #expect(Set(begun).count == 1 && !begun.isEmpty, "\(words)")
        #expect(
            Set(words.filter { !$0.hasPrefix("arq_") }).isSubset(of: [
                "conflict", "not_requestable", "invalid_denial_binding",
            ]))
        #expect(try await requests(about: holder) == 1)
        // A retry under its key is the same request; without one, a denial is good for one submission.
        #expect(hasKey || begun.count == 1)
    }

    @Test("ends in one way, where it is given up and decided at the same moment")
    func race() async throws {
        for number in 0..<6 {
            let holder = try await room.holder("h\(number)")
            let id = try await room.begin(.platform, for: holder)
            try await room.bring(id, to: .approval, .platform, holder: holder)
            let (handle, marie) = (try room.handle(of: id), try await world.actor("marie@provider.example"))
            async let given = word { try await usher.cancelAccess(handle, comment: nil, by: platform).status.rawValue }
            async let decided = word { try await usher.approve(id, items: [], by: marie).state }
            let words = try await [given, decided]
            let status = try await usher.accessTask(handle, by: platform).status
            let isAllowed = try await world.decide("create-instance", holder).reason == .allowed
            #expect(isAllowed == (status == .approved) && [.approved, .cancelled].contains(status), "\(words)")
            #expect(words.contains("conflict") || words.contains("invalid_task_state"), "\(words)")
        }
    }

    // MARK: While people come and go

    @Test("overrides no suspension, and is not followed by whoever is suspended", arguments: AccessRoom.Origin.allCases)
    func suspended(_ origin: AccessRoom.Origin) async throws {
        let holder = try await room.holder("alice")
        let id = try await room.begin(origin, for: holder)
        let handle = try room.handle(of: id)
        let asker = try await room.actor(origin == .holder ? .holder : .platform, holder: holder)
        _ = try await usher.suspend(try EmailAddress(holder), until: nil, reason: "Lost", by: world.owner)
        let isOwn = origin == .holder
        let followed = try await word { try await usher.accessTask(handle, by: asker).status.rawValue }
        #expect(followed == (isOwn ? "unknown_task" : "pending"))
        let given = try await word {
            try await usher.askForAccess(room.own("More"), by: try await world.actor(holder)).text
        }
        #expect(["forbidden", "conflict"].contains(given), "\(given)")
        if !isOwn { #expect(try await room.evaluate(room.question(holder), by: platform).offer == nil) }
        try await world.approve(id, by: "rita@acme.example")
        try await world.approve(id)
        #expect(try await world.decide("create-instance", holder).reason == .accountSuspended)
        _ = try await usher.resume(try EmailAddress(holder), reason: "Found", by: world.owner)
        #expect(try await usher.accessTask(handle, by: asker).status == .approved)
        #expect(try await world.decide("create-instance", holder).verdict != .deny)
    }

    @Test("is confirmed by nobody who is suspended, and decided by whoever is left")
    func gone() async throws {
        let (holder, other) = (try await room.holder("alice"), try await room.holder("otto"))
        let id = try await room.begin(.platform, for: holder)
        let rita = try await world.actor("rita@acme.example")
        _ = try await usher.suspend(
            try EmailAddress("rita@acme.example"), until: nil, reason: "Gone", by: world.owner)
        let confirmed = try await word { try await usher.approve(id, items: [], by: rita).state }
        #expect(["notFound", "forbidden"].contains(confirmed), "\(confirmed)")
        // Nobody else could confirm a new one.
        #expect(try await room.evaluate(room.question(other), by: platform).offer == nil)
        let own = try await word { try await usher.askForAccess(room.own(), by: try await world.actor(other)).text }
        #expect(own == "conflict")
    }

    @Test("tells what was lowered, partly refused or has ended as the profile says")
    func outcomes() async throws {
        var told: [String: String] = [:]
        for state in AccessRoom.State.allCases {
            let holder = try await room.holder("h-\(state.rawValue.lowercased())", for: state)
            let id = try await room.begin(.platform, for: holder)
            try await room.bring(id, to: state, .platform, holder: holder)
            let task = try await usher.accessTask(try room.handle(of: id), by: platform)
            let item = try #require(task.items.first)
            #expect((item.approval != nil) == (task.status == .approved) && task.mayCancel == state.isOpen)
            #expect((task.step != nil) == state.isOpen)
            let reason = try await usher.evaluations(
                [approved(room.question(holder), item.approval)], by: platform
            ).first?.approval.map { finding in
                switch finding {
                case .holds: "holds"
                case .fails(let failure): failure.rawValue
                }
            }
            told[state.rawValue] = "\(task.status.rawValue) \(reason ?? "-")"
        }
        #expect(
            told == [
                "confirming": "pending -", "approval": "pending -", "clarification": "pending -",
                "enrolment": "pending -", "granted": "approved holds", "lowered": "approved out_of_scope",
                "refusedByOwn": "denied -", "refused": "denied -", "expired": "expired -", "cancelled": "cancelled -",
            ])
    }

    private func approved(_ question: DecisionQuestion, _ approval: ApprovalReference?) -> DecisionQuestion {
        DecisionQuestion(
            subject: question.subject, action: question.action, resource: question.resource,
            sent: .init(
                subject: question.sent.subject, action: question.sent.action, resource: question.sent.resource,
                approval: approval?.id))
    }
}
