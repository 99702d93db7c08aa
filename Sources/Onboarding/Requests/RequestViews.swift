public import Basics
import Directory
public import Records
import Workflow

/// The public face of a request: the keys that scripts rely on, written by
/// hand so that no new field leaks by accident.
public struct RequestView: Sendable, Codable {
    public var id: String
    public var workflow: String
    public var version: Int
    public var state: String
    public var organization: String?
    /// Nil where the request is about a whole cloud.
    public var person: Person?
    /// By slug, where the request is about it as a whole.
    public var cloud: String?
    public var items: [Item]
    /// The cloud that is asked for, where one is.
    public var newCloud: NewCloud?
    /// The representative who stops, where one is replaced.
    public var replaces: String?
    public var reason: String
    public var until: String?
    public var requestedBy: String
    public var createdAt: String
    public var dueAt: String?
    public var overdue: Bool
    /// Since when an operator keeps it from going on; `dueAt` and `timers` are those of that instant.
    public var frozenAt: String?
    /// What happens by itself, earliest first.
    public var timers: [Timer]
    public var waitingFor: [Waiting]
    /// Whether somebody is asked, and nobody can answer at present.
    public var vacant: Bool
    /// Names what was shown; an approval can be bound to it.
    public var shown: String
    public var history: [Entry]?
    /// With the history and for the operator only: what is still to be done, or was given up.
    public var effects: [PendingEffect]?
    /// Where one request is shown: mails to its holder that nobody takes; nil where there is none.
    public var undeliverable: [Undelivered]?

    public struct Undelivered: Sendable, Codable {
        public var recipient: String
        public var template: String
        /// In the words of the server.
        public var error: String
    }

    public struct Timer: Sendable, Codable {
        public var id: String
        public var at: String

        private enum CodingKeys: String, CodingKey {
            case id = "timer"
            case at
        }
    }

    public struct PendingEffect: Sendable, Codable {
        public var key: String
        public var state: String
        public var tries: Int
        public var dueAt: String
        public var error: String?
    }

    public struct Person: Sendable, Codable {
        public var email: String
        public var name: String
        public var locale: String
    }

    public struct NewCloud: Sendable, Codable {
        public var name: String
        public var slug: String
    }

    public struct Item: Sendable, Codable {
        public var cloud: String
        public var profile: String
        public var asked: String
        public var state: String
        /// Where access is only taken away: the profile that is left of `profile`, or `none`; nil elsewhere.
        public var left: String?
        /// Whose access it is, by address, where that is not the same for the whole request.
        public var person: String?
    }

    public struct Waiting: Sendable, Codable {
        public var part: String
        /// Who can answer: nobody whom four eyes bar.
        public var people: [String]
        /// Who stands in for one of them at present.
        public var standIns: [StandIn]

        public init(part: String, people: [String], standIns: [StandIn]) {
            self.part = part
            self.people = people
            self.standIns = standIns
        }
    }

    public struct StandIn: Sendable, Codable {
        public var email: String
        public var absent: String

        private enum CodingKeys: String, CodingKey {
            case email
            case absent = "for"
        }
    }

    public struct Entry: Sendable, Codable {
        public var at: String
        public var by: String
        public var onBehalfOf: String?
        public var event: String
        public var from: String?
        public var to: String
        public var note: String?
    }

    init(
        id: String, workflow: String, version: Int, state: String, organization: String?, person: Person?,
        cloud: String? = nil, items: [Item], newCloud: NewCloud? = nil, replaces: String? = nil, reason: String,
        until: String?, requestedBy: String, createdAt: String, dueAt: String? = nil, overdue: Bool = false,
        frozenAt: String? = nil, timers: [Timer] = [], waitingFor: [Waiting] = [], vacant: Bool = false,
        shown: String = "",
        history: [Entry]? = nil, effects: [PendingEffect]? = nil
    ) {
        self.id = id
        self.workflow = workflow
        self.version = version
        self.state = state
        self.organization = organization
        self.person = person
        self.cloud = cloud
        self.items = items
        self.newCloud = newCloud
        self.replaces = replaces
        self.reason = reason
        self.until = until
        self.requestedBy = requestedBy
        self.createdAt = createdAt
        self.dueAt = dueAt
        self.overdue = overdue
        self.frozenAt = frozenAt
        self.timers = timers
        self.waitingFor = waitingFor
        self.vacant = vacant
        self.shown = shown
        self.history = history
        self.effects = effects
    }
}

extension Onboarding {
    /// - Throws: `.notFound` for a request that is not there, or
    ///   not the actor's to see: the same answer.
    public func request(_ id: RequestID, withHistory: Bool, by actor: Actor) async throws -> RequestView {
        try await reading(by: actor) { turn in
            guard let request = try turn.snapshot.request(id),
                try turn.mayRead(request)
            else { throw Authority.missing("request", id.text) }
            var view = try turn.view(request, withHistory: withHistory)
            let undelivered = try turn.undelivered(of: request)
            view.undeliverable = undelivered.isEmpty ? nil : undelivered
            if try withHistory && turn.isOperator() {
                view.effects = try turn.pendingEffects(of: id)
            }
            return view
        }
    }

    /// - Parameters:
    ///   - organization: by slug; nil lists what the actor requested, or for the operator everything.
    ///   - mine: only what the actor requested.
    ///   - isOpen: only what has not ended.
    public func requests(
        organization: String?, mine: Bool, state: String?, overdue: Bool, isOpen: Bool = false, _ page: PageRequest,
        by actor: Actor
    ) async throws -> Page<RequestView> {
        try await reading(by: actor) { turn in
            try turn.requireStanding()
            var filter = RequestFilter(state: state, overdueAt: overdue ? turn.now : nil, isOpen: isOpen)
            if let slug = organization {
                let organization = try turn.organization(slug: slug)
                try turn.requireRead(of: organization)
                filter.organization = organization.id
            }
            if mine, let person = actor.person { filter.requester = .person(person.id) }
            let found =
                mine || organization != nil
                ? try turn.snapshot.requests(filter, page) : try turn.ownRequests(filter, page)
            // A duty towards the whole provider does not show what is
            // asked about colleagues of its own staff.
            let readable = try found.items.filter { try turn.mayRead($0) }
            return try Page(items: readable, next: found.next).map {
                try turn.view($0, withHistory: false)
            }
        }
    }

    fileprivate static func waiting(_ part: Part, _ answerers: Answerers) -> RequestView.Waiting {
        RequestView.Waiting(
            part: part.name, people: answerers.people.map(\.email.text),
            standIns: answerers.standIns.map { .init(email: $0.person.email.text, absent: $0.absent.email.text) })
    }
}

extension Turn {
    /// Without a choice of theirs people see the requests of the organizations that they have
    /// a duty towards, merged by age, and who has none what they asked for themselves.
    fileprivate func ownRequests(_ filter: RequestFilter, _ page: PageRequest) throws -> Page<Request> {
        guard let person = actor.person else { return try snapshot.requests(filter, page) }
        var filter = filter
        let duties = try snapshot.duties(of: person.id)
        guard !duties.isEmpty else {
            filter.requester = .person(person.id)
            return try snapshot.requests(filter, page)
        }
        guard duties.allSatisfy({ $0.organization != nil }) else { return try snapshot.requests(filter, page) }
        let pages = try Set(duties.map(\.organization)).map { organization in
            filter.organization = organization
            return try snapshot.requests(filter, page)
        }
        let all = pages.flatMap(\.items).sorted { $0.id > $1.id }
        let shown = Array(all.prefix(page.limit))
        let goesOn = all.count > shown.count || pages.contains { $0.next != nil }
        return Page(items: shown, next: goesOn ? shown.last?.id.text : nil)
    }

    func view(_ request: Request, withHistory: Bool) throws -> RequestView {
        let run = try shownRun(of: request)
        let holder = try request.holder.flatMap { try snapshot.person($0) }
        let cloud = try request.cloud.flatMap { try snapshot.cloud($0) }?.slug.text
        let awaited = try awaited(request)
        return RequestView(
            id: request.id.text, workflow: run.workflow, version: run.version, state: run.state,
            organization: try request.organization.flatMap { try snapshot.organization($0) }?.slug.text,
            person: holder.map {
                RequestView.Person(email: $0.email.text, name: $0.name.text, locale: $0.language.rawValue)
            },
            cloud: cloud, items: try run.items.map { try itemView($0, of: cloud, left: request.left) },
            newCloud: request.newCloud,
            replaces: try request.replaced.flatMap { try snapshot.person($0) }?.email.text,
            reason: request.reason,
            until: request.until?.iso8601, requestedBy: try requestedBy(request, holder),
            createdAt: request.createdAt.iso8601, dueAt: run.dueAt?.iso8601,
            overdue: run.ended == nil && run.runningDueAt.map { $0 < now } ?? false, frozenAt: run.frozenAt?.iso8601,
            timers: run.timers.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.map {
                RequestView.Timer(id: $0.id, at: $0.at.iso8601)
            },
            waitingFor: awaited.map(Onboarding.waiting), vacant: awaited.isVacant, shown: try request.shown(as: run),
            history: withHistory ? try history(request) : nil)
    }

    /// - Parameters:
    ///   - cloud: slug of the cloud that the whole request is about; nil where each item is a cloud.
    ///   - left: of a reduction, by cloud.
    func itemView(
        _ item: Run.Item, of cloud: String? = nil, left: [CloudID: String]? = nil
    ) throws -> RequestView.Item {
        let slug = try cloud ?? CloudID(item.id).flatMap { try snapshot.cloud($0) }?.slug.text
        return RequestView.Item(
            cloud: slug ?? item.id, profile: item.profile, asked: item.asked, state: item.state.rawValue,
            left: left.map { left in CloudID(item.id).flatMap { left[$0] } ?? Onboarding.noProfile },
            person: try item.about.map { try address(PersonID(trusted: $0)) })
    }

    fileprivate func pendingEffects(of request: RequestID) throws -> [RequestView.PendingEffect] {
        try snapshot.effects(of: request).filter { $0.state == .due || $0.state == .parked }.map {
            RequestView.PendingEffect(
                key: $0.key, state: $0.state.rawValue, tries: $0.tries, dueAt: $0.dueAt.iso8601, error: $0.error)
        }
    }

    fileprivate func history(_ request: Request) throws -> [RequestView.Entry] {
        try snapshot.history(of: request.id).map { entry in
            RequestView.Entry(
                at: entry.at.iso8601, by: try display(entry.by),
                onBehalfOf: try entry.onBehalfOf.map(address), event: entry.name,
                from: entry.from, to: entry.to, note: entry.note)
        }
    }

    /// Of a program its name, and for whom it asks: `application Console for alice@example.com`.
    private func requestedBy(_ request: Request, _ holder: Person?) throws -> String {
        guard let name = try program(asking: request), let holder else { return try display(request.requester) }
        return "application \(name) for \(holder.email)"
    }
}
