public import Basics
import Directory
public import Records
import Workflow

/// An access review as those see it who may: the clouds of it that are theirs to see.
public struct ReviewView: Sendable {
    public let campaign: String
    public let reason: String
    public let startedBy: String
    public let startedAt: String
    /// The day that was named; nil where the workflow's own deadline holds.
    public let until: String?
    public let clouds: [CloudReview]

    public var isOpen: Bool { clouds.contains { $0.isOpen } }
    public var counts: ReviewCounts { clouds.reduce(ReviewCounts()) { $0 + $1.counts } }
}

/// How many grants stand how.
public struct ReviewCounts: Sendable, Hashable {
    public var confirmed = 0
    /// Somebody said so.
    public var withdrawn = 0
    /// Nobody said anything before the deadline.
    public var bySilence = 0
    /// Ended or changed by other means meanwhile.
    public var moot = 0
    public var waiting = 0
    /// The review was given up before anybody decided; the grant goes on.
    public var untouched = 0

    public init(
        confirmed: Int = 0, withdrawn: Int = 0, bySilence: Int = 0, moot: Int = 0, waiting: Int = 0, untouched: Int = 0
    ) {
        self.confirmed = confirmed
        self.withdrawn = withdrawn
        self.bySilence = bySilence
        self.moot = moot
        self.waiting = waiting
        self.untouched = untouched
    }

    static func + (left: Self, right: Self) -> Self {
        ReviewCounts(
            confirmed: left.confirmed + right.confirmed, withdrawn: left.withdrawn + right.withdrawn,
            bySilence: left.bySilence + right.bySilence, moot: left.moot + right.moot,
            waiting: left.waiting + right.waiting, untouched: left.untouched + right.untouched)
    }
}

/// One run of a campaign.
public struct CloudReview: Sendable {
    public let request: String
    public let organization: String
    public let cloud: String
    public let state: String
    public let isOpen: Bool
    public let expiresAt: String?
    public let counts: ReviewCounts
    /// Nil in a list.
    public let items: [Item]?

    public struct Item: Sendable {
        public let person: String
        public let profile: String
        public let verdict: ReviewVerdict
        /// Who decided, for whom, and when; nil where nobody did.
        public let by: String?
        public let onBehalfOf: String?
        public let at: String?
    }
}

/// What became of one grant in a review.
public enum ReviewVerdict: String, Sendable, CaseIterable {
    case confirmed, withdrawn, bySilence, moot, waiting, untouched

    /// An item of a review's run in words: the engine calls a confirmed
    /// item active, and a withdrawn one refused.
    init(_ item: Run.Item, in run: Run) {
        switch item.state {
        case .active, .approved, .granted: self = .confirmed
        case .refused: self = .withdrawn
        case .withdrawn: self = run.ended == .withdrawn ? .untouched : .bySilence
        case .moot: self = .moot
        case .waiting: self = .waiting
        }
    }
}

extension ReviewCounts {
    init(_ run: Run) {
        self.init()
        for item in run.items {
            switch ReviewVerdict(item, in: run) {
            case .confirmed: confirmed += 1
            case .withdrawn: withdrawn += 1
            case .bySilence: bySilence += 1
            case .moot: moot += 1
            case .waiting: waiting += 1
            case .untouched: untouched += 1
            }
        }
    }
}

extension Onboarding {
    /// - Throws: `.notFound` if there is no such campaign, or no cloud of it
    ///   is the actor's to see: the same answer.
    public func review(_ id: CampaignID, by actor: Actor) async throws -> ReviewView {
        try await reading(by: actor) { turn in
            try turn.requireStanding()
            guard let view = try turn.view(id, withItems: true) else {
                throw Authority.missing("review", id.text)
            }
            return view
        }
    }

    /// Newest first.
    ///
    /// - Parameter slug: only campaigns about this organization.
    public func reviews(organization slug: String?, _ page: PageRequest, by actor: Actor) async throws -> Page<
        ReviewView
    > {
        try await reading(by: actor) { turn in
            try turn.requireStanding()
            let found: Page<CampaignID>
            if let slug {
                let organization = try turn.organization(slug: slug)
                try turn.requireRead(of: organization)
                found = try turn.snapshot.campaigns(of: organization.id, page)
            } else {
                found = try turn.ownCampaigns(page)
            }
            let views = try found.items.compactMap {
                try turn.view($0, withItems: false)
            }
            return Page(items: views, next: found.next)
        }
    }
}

extension Turn {
    /// Merged by age over the organizations that a person has a duty towards.
    fileprivate func ownCampaigns(_ page: PageRequest) throws -> Page<CampaignID> {
        guard let person = actor.person else { return try snapshot.campaigns(of: nil, page) }
        let duties = try snapshot.duties(of: person.id)
        if duties.contains(where: { $0.organization == nil }) { return try snapshot.campaigns(of: nil, page) }
        let pages = try Set(duties.map(\.organization)).map { try snapshot.campaigns(of: $0, page) }
        let all = Set(pages.flatMap(\.items)).sorted(by: >)
        let shown = Array(all.prefix(page.limit))
        let goesOn = all.count > shown.count || pages.contains { $0.next != nil }
        return Page(items: shown, next: goesOn ? shown.last?.text : nil)
    }

    fileprivate func view(_ campaign: CampaignID, withItems: Bool) throws -> ReviewView? {
        let requests = try snapshot.requests(of: campaign).filter {
            try mayRead($0)
        }
        guard let first = requests.first else { return nil }
        return ReviewView(
            campaign: campaign.text, reason: first.reason, startedBy: try display(first.requester),
            startedAt: first.createdAt.iso8601, until: first.until?.iso8601,
            clouds: try requests.map { try cloudReview($0, withItems: withItems) })
    }

    private func cloudReview(_ request: Request, withItems: Bool) throws -> CloudReview {
        let run = try shownRun(of: request)
        return CloudReview(
            request: request.id.text,
            organization: try request.organization.flatMap { try snapshot.organization($0) }?.slug.text ?? "",
            cloud: try request.cloud.flatMap { try snapshot.cloud($0) }?.slug.text ?? "", state: run.state,
            isOpen: run.ended == nil, expiresAt: run.leaving?.at.iso8601, counts: ReviewCounts(run),
            items: withItems ? try reviewItems(request, run) : nil)
    }

    private func reviewItems(_ request: Request, _ run: Run) throws -> [CloudReview.Item] {
        let deciders = try deciders(of: request)
        return try run.items.map { item in
            let decision = deciders[item.id]
            return CloudReview.Item(
                person: try item.about.map { try address(PersonID(trusted: $0)) } ?? "", profile: item.profile,
                verdict: ReviewVerdict(item, in: run), by: try decision.map { try display($0.by) },
                onBehalfOf: try decision?.onBehalfOf.map(address),
                at: decision?.at.iso8601)
        }
    }

    /// Item → the entry of the history in which it was decided.
    func deciders(of request: Request) throws -> [String: HistoryEntry] {
        var deciders: [String: HistoryEntry] = [:]
        for entry in try snapshot.history(of: request.id) {
            for item in entry.event.decisions.keys { deciders[item] = entry }
        }
        return deciders
    }

    /// The run as it stands in truth: what ended meanwhile is moot
    /// already, though no event has said so yet.
    func shownRun(of request: Request) throws -> Run {
        let moot = Set(try mootItems(of: request))
        return moot.isEmpty ? request.run : request.run.showing(moot: moot)
    }
}
