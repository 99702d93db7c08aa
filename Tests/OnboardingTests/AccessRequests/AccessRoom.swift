import Basics
import Directory
import Records
import TestSupport
import Testing
import Workflow

@testable import Onboarding

/// An installation that speaks the profile, and somebody of every kind in it.
struct AccessRoom: Sendable {
    /// Everybody who may come to a request for access, or to none.
    enum Who: String, CaseIterable {
        case holder, colleague, representative, manager, deputy, operatorByDuty, owner, strangeRepresentative, stranger
        case platform, otherPlatform, decidingPlatform, strangePlatform, program
    }

    /// Where a request may be.
    enum State: String, CaseIterable {
        case confirming, approval, clarification, enrolment
        case granted, lowered, refusedByOwn, refused, expired, cancelled

        var isOpen: Bool { [.confirming, .approval, .clarification, .enrolment].contains(self) }
    }

    /// Who asked.
    enum Origin: String, CaseIterable { case holder, platform }

    static let action = "create-instance"
    let world: TestInstallation
    private let programs: [Who: Actor]

    init() async throws {
        let first = try await TestInstallation.withAcme()
        world = try first.opened(accessRequests: .june2026)
        try await world.deputy()
        try await world.operatorByDuty()
        try await world.organization("globex")
        try await world.account("colleague@acme.example", grants: [("prod", "DTM")])
        let wish = world.submission("stranger@globex.example", organization: "globex", grants: [("prod", "DTM")])
        let stranger = try await world.usher.submit(wish, by: try await world.actor("rita@globex.example"))
        try await world.approve(try world.id(stranger))
        try await world.enrol("stranger@globex.example")
        var programs: [Who: Actor] = [:]
        for (who, scopes, organizations) in [
            (.platform, [.decisions, .accessRequests], nil), (.otherPlatform, [.decisions, .accessRequests], nil),
            (.decidingPlatform, [.decisions], nil), (.strangePlatform, [.decisions, .accessRequests], ["globex"]),
        ] as [(Who, [Scope], [String]?)] {
            let client = try await world.application(who.rawValue, .service, scopes: scopes) {
                if let organizations { $0.organizations = organizations }
            }
            programs[who] = try await Self.actor(of: client, world)
        }
        let account = try await world.apiAccount(of: "colleague@acme.example")
        programs[.program] = try await Self.actor(
            of: TestClient(id: account.clientID, secret: account.secret), world)
        self.programs = programs
    }

    private static func actor(of client: TestClient, _ world: TestInstallation) async throws -> Actor {
        let token = try await world.token(of: client)
        return try #require(try await world.usher.accessToken(token)).actor
    }

    /// With a fresh code, so that nothing but who it is decides.
    func actor(_ who: Who, holder: String) async throws -> Actor {
        let address: String? =
            switch who {
            case .holder: holder
            case .colleague: "colleague@acme.example"
            case .representative: "rita@acme.example"
            case .manager: "marie@provider.example"
            case .deputy: "denis@provider.example"
            case .operatorByDuty: "olga@provider.example"
            case .strangeRepresentative: "rita@globex.example"
            case .stranger: "stranger@globex.example"
            case .owner, .platform, .otherPlatform, .decidingPlatform, .strangePlatform, .program: nil
            }
        if let address { return try await world.actor(address) }
        return try programs[who] ?? (who == .owner ? world.owner : #require(nil))
    }

    // MARK: Requests

    /// One of an organization who has too little there, for a request that comes to a state.
    func holder(_ name: String, for state: State = .granted) async throws -> String {
        let email = "\(name)@acme.example"
        // Whoever has no factor is asked for one before the profile is theirs.
        try await world.account(email, grants: [("prod", state == .enrolment ? "STD" : "DTM")])
        return email
    }

    func question(_ email: String, _ action: String = action, _ cloud: String = "acme/prod") -> DecisionQuestion {
        let own = OwnAccessSubmission(action: action, cloud: cloud, reason: "", until: nil, key: nil)
        let (subject, resource): (JSON, JSON) = (
            ["type": "user", "id": .string(email)], ["type": "cloud", "id": .string(own.cloud)]
        )
        return DecisionQuestion(
            subject: .init(type: "user", id: email), action: action, resource: .init(type: "cloud", id: cloud),
            sent: .init(subject: subject, action: ["name": .string(action)], resource: resource))
    }

    func evaluate(_ question: DecisionQuestion, by asker: Actor) async throws -> Evaluation {
        try #require(try await world.usher.evaluations([question], by: asker).first)
    }

    /// What answers a denial that somebody just heard.
    func submission(
        _ email: String, by asker: Actor, key: String? = nil, reason: String = "On call"
    ) async throws -> AccessSubmission {
        let question = question(email)
        let offer = try #require(try await evaluate(question, by: asker).offer)
        return AccessSubmission(
            subject: question.sent.subject,
            items: [
                .init(
                    question: question, bindingToken: offer.bindingToken, expiresAt: offer.expiresAt,
                    evaluation: offer.evaluation)
            ], isList: false, reason: reason, until: nil, idempotencyKey: key, digest: reason)
    }

    func own(_ reason: String = "On call", key: String? = nil) -> OwnAccessSubmission {
        OwnAccessSubmission(action: Self.action, cloud: "acme/prod", reason: reason, until: nil, key: key)
    }

    func begin(_ origin: Origin, for email: String) async throws -> RequestID {
        switch origin {
        case .holder: return try await world.usher.askForAccess(own(), by: try await actor(.holder, holder: email))
        case .platform:
            let platform = try await actor(.platform, holder: email)
            let task = try await world.usher.requestAccess(try await submission(email, by: platform), by: platform)
            return try #require(try AccessHandle(task.id, .task, world.usher.keys)).request
        }
    }

    func handle(of id: RequestID) throws -> String { try AccessHandle(id).text(.task, world.usher.keys) }

    /// Takes a request as far as that, by those who may.
    func bring(_ id: RequestID, to state: State, _ origin: Origin, holder: String) async throws {
        let usher = world.usher
        let (rita, marie) = ("rita@acme.example", "marie@provider.example")
        switch state {
        case .confirming: break
        case .refusedByOwn: _ = try await usher.reject(id, clouds: [], reason: "No", by: try await world.actor(rita))
        case .expired:
            world.clock.skip(days: 30)
            _ = try await usher.runDue()
        case .cancelled:
            switch origin {
            case .holder: _ = try await usher.cancel(id, by: try await world.actor(holder))
            case .platform:
                _ = try await usher.cancelAccess(
                    try handle(of: id), comment: nil, by: try await actor(.platform, holder: holder))
            }
        case .approval, .clarification, .enrolment, .granted, .lowered, .refused:
            try await world.approve(id, by: rita)
            switch state {
            case .clarification: _ = try await usher.ask(id, question: "Why?", by: try await world.actor(marie))
            case .enrolment, .granted: try await world.approve(id)
            case .lowered: try await world.approve(id, [ItemDecision(cloud: "prod", lowered: "OPE")])
            case .refused: _ = try await usher.reject(id, clouds: [], reason: "No", by: try await world.actor(marie))
            default: break
            }
        }
        let run = try #require(try await world.store.read { try $0.request(id) }).run
        try #require(run.state == state.name, "\(state): \(run.state)")
    }
}

extension AccessRoom.State {
    /// As the workflow calls it.
    var name: String {
        switch self {
        case .granted, .lowered: "changed"
        case .refusedByOwn, .refused: "rejected"
        case .confirming, .approval, .clarification, .enrolment, .expired, .cancelled: rawValue
        }
    }
}
