public import Basics
public import Directory
public import Foundation
public import Records
import Workflow

/// All that somebody needs to decide about a request, read at one moment.
public struct Deliberation: Sendable {
    /// With its history.
    public let request: RequestView
    public let organization: Organization?
    /// Nil where the operator asked.
    public let requester: Person?
    /// Whose account it is about; nil where it is about a whole cloud.
    public let holder: Holder?
    /// The cloud that it is about as a whole.
    public let cloud: Cloud?
    public let items: [Item]
    /// What the request says of itself by its workflow's
    /// `fields`, with what the workflow says of each.
    public let flags: [(name: String, meaning: String)]
    /// What the reader may answer now: what the state asks, in the order of the
    /// workflow, then what may be chosen always.
    public let offers: [Offer]
    /// Why nothing of that would be accepted from the reader, such as four eyes.
    public let hindrance: Fault?
    /// Why nothing is offered, where nothing is.
    public let refusal: Fault?
    /// What an answer is bound to.
    public let seen: [SeenFact]
    /// Of the organization.
    public let timeZone: TimeZone

    public struct Holder: Sendable {
        public let person: Person
        public let hasFactor: Bool
        /// In the organization of the request.
        public let holdings: [(cloud: Cloud, grant: Grant)]
    }

    public struct Item: Sendable {
        /// As the run knows it.
        public let id: String
        public let cloud: Cloud?
        /// Whose access it is, where that is not the same for the whole request.
        public let person: Person?
        /// What was asked for, what holds by now, and what the person has there today; nil
        /// for codes that the catalogue has no more.
        public let asked: Profile?
        public let profile: Profile?
        public let held: Profile?
        public let heldUntil: Timestamp?
        /// What of that goes on before what was asked for begins, since it lets do more.
        public let before: Profile?
        /// What of that holds again once what was asked for has ended; in a review, once what is held has.
        public let next: Profile?
        public let state: String
        /// Whether the reader may decide it: it waits, and is not about themselves.
        public let isOpen: Bool
        /// Of the profile that was asked, over the one that is held.
        public let privileges: Privileges?
        /// Profiles that may do less than the one that was asked,
        /// the highest first, with what they bring.
        public let lower: [(profile: Profile, privileges: Privileges)]
    }

    /// One choice that the reader has.
    public struct Offer: Sendable {
        /// As events name it, such as `decide`, `agree` or `question`.
        public let choice: String
        /// For `decide`: which of `approve`, `lower` and `reject` the state offers.
        public let verdicts: [String]
        public let part: String
        /// For whom the reader stands in.
        public let onBehalfOf: Person?
        public let needsComment: Bool
        public let needsFreshMFA: Bool
        /// Offered in every state, beside what the state asks.
        public let isAside: Bool
    }
}

extension Onboarding {
    /// - Throws: `.notFound` for a request that is not there, or
    ///   not the actor's to see: the same answer.
    public func deliberation(_ id: RequestID, by actor: Actor) async throws -> Deliberation {
        try await reading(by: actor) { turn in
            guard let request = try turn.snapshot.request(id),
                try turn.mayRead(request)
            else { throw Authority.missing("request", id.text) }
            return try turn.deliberation(request, withHistory: true)
        }
    }
}

extension Turn {
    func deliberation(_ request: Request, withHistory: Bool) throws -> Deliberation {
        let run = try shownRun(of: request)
        let (offers, refusal) = try offers(on: request, run)
        let own = Set([actor.person?.id.text].compactMap { $0 } + offers.compactMap { $0.onBehalfOf?.id.text })
        let items = try run.items.map { try item($0, of: request, own: own) }
        let fields = try library.definition(of: run, in: snapshot).fields
        return Deliberation(
            request: try view(request, withHistory: withHistory),
            organization: try request.organization.flatMap { try snapshot.organization($0) },
            requester: try requester(of: request),
            holder: try holder(of: request),
            cloud: try request.cloud.flatMap { try snapshot.cloud($0) }, items: items,
            flags: run.flags.filter(\.value).keys.sorted().map { ($0, fields[$0] ?? $0) }, offers: offers,
            hindrance: try hindrance(offers, on: request, items),
            refusal: refusal, seen: try facts(of: request, run),
            timeZone: try timeZone(of: request.locality))
    }

    fileprivate func holder(of request: Request) throws -> Deliberation.Holder? {
        guard let person = try request.holder.flatMap({ try snapshot.person($0) }) else { return nil }
        let grants = try snapshot.liveGrants(of: person.id, at: now).filter {
            $0.organization == request.organization && $0.holds(at: now)
        }
        return Deliberation.Holder(
            person: person, hasFactor: try snapshot.factor(of: person.id, .active) != nil,
            holdings: try grants.compactMap { grant in try snapshot.cloud(grant.cloud).map { ($0, grant) } })
    }

    private func item(_ item: Run.Item, of request: Request, own: Set<String>) throws -> Deliberation.Item {
        let grant = try held(item, of: request)
        let around = try around(item, grant, of: request)
        let held = grant.flatMap { catalogue.profile($0.profile) }
        let asked = catalogue.profile(item.asked)
        // What begins behind something that lets do more takes nothing of that away.
        let base = around.before == nil ? held : around.otherwise
        return Deliberation.Item(
            id: item.id, cloud: try (request.cloud ?? CloudID(item.id)).flatMap { try snapshot.cloud($0) },
            person: try item.about.flatMap(PersonID.init).flatMap { try snapshot.person($0) },
            asked: asked, profile: catalogue.profile(item.profile), held: held, heldUntil: grant?.until,
            before: around.before, next: around.next,
            state: item.state.rawValue, isOpen: item.state == .waiting && !(item.about.map(own.contains) ?? false),
            privileges: asked.map { Privileges(of: $0, over: base, in: catalogue) },
            lower: catalogue.profiles.reversed().filter { profile in asked.map(profile.isLower) ?? false }.map {
                ($0, Privileges(of: $0, over: base, in: catalogue))
            })
    }

    /// What would hold before an item, in its place without it, and after it.
    ///
    /// Of a review what holds after the grant that the item is.
    /// - Parameter grant: what the person has in the item's cloud today; nil where the item is a grant itself.
    private func around(
        _ item: Run.Item, _ grant: Grant?, of request: Request
    ) throws -> (before: Profile?, otherwise: Profile?, next: Profile?) {
        guard item.about == nil else {
            let next = try GrantID(item.id).flatMap(snapshot.grant)?.later.first
            return (nil, nil, next.flatMap { catalogue.profile($0.profile) })
        }
        guard let grant, !grant.hasEnded(at: now) else { return (nil, nil, nil) }
        let new = Grant.Later(profile: item.profile, until: request.until, request: request.id)
        let line = placing(new, asked: item.asked, over: grant)
        guard let index = line.firstIndex(of: new) else { return (nil, nil, nil) }
        return (
            index == 0 ? nil : catalogue.profile(line[index - 1].profile),
            grant.spans.dropFirst(index).first.flatMap { catalogue.profile($0.profile) },
            line.dropFirst(index + 1).first.flatMap { catalogue.profile($0.profile) }
        )
    }

    /// What the person has in an item's cloud today; nil where the
    /// item is the grant itself, or a program's.
    fileprivate func held(_ item: Run.Item, of request: Request) throws -> Grant? {
        guard item.about == nil, request.subject != .apiAccount, let holder = request.holder,
            let cloud = CloudID(item.id)
        else { return nil }
        return try snapshot.liveGrant(of: holder, in: cloud, at: now)
    }

    /// - Parameter run: of the request, as it is shown.
    func facts(of request: Request, _ run: Run) throws -> [SeenFact] {
        let holder = try request.holder.flatMap { try snapshot.person($0) }
        var facts = [
            SeenFact.workflow("\(run.workflow) \(run.version)"), .state(run.state),
            .matrix("\(catalogue.profilesVersion).\(catalogue.matrixVersion)"),
        ]
        if let holder { facts.append(.holder("\(holder.name) <\(holder.email)> \(holder.state.rawValue)")) }
        if request.campaign == nil {
            // What was said counts, a reminder does not. In a review each grant is decided for itself.
            let said = try snapshot.history(of: request.id).count {
                if case .choice = $0.event { true } else { false }
            }
            facts.append(.said(said))
        }
        for item in run.items {
            facts.append(.item(item.id, asked: item.asked, profile: item.profile, item.state))
            facts.append(.held(item.id, try held(item, of: request)))
        }
        return facts
    }
}
