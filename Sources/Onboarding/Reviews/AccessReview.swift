import Basics
import Directory
public import Records
import Workflow

/// What one call of `startReview` did: the campaign, and the clouds that it
/// left out because a review of them is open.
public struct ReviewStart: Sendable {
    public let review: ReviewView
    /// `ORG/CLOUD`.
    public let skipped: [String]
}

extension Onboarding {
    static let reviewWorkflow = "access-review"

    /// Starts an access review: one run for each cloud in which somebody holds a grant.
    ///
    /// Each organization's runs begin in one transaction; a campaign that is interrupted goes
    /// on by being started again, since clouds whose review is open are left out.
    ///
    /// - Parameters:
    ///   - slug: nil takes every organization that the actor may review.
    ///   - until: a day or an instant, no later than the workflow's own deadline.
    /// - Throws: `.notFound` for an organization that is not the actor's,
    ///   `.conflict` if there is nothing to review.
    public func startReview(
        organization slug: String?, until: String?, reason: String, by actor: Actor
    ) async throws -> ReviewStart {
        let now = world.now()
        let definition = try library.current(Self.reviewWorkflow)
        var faults: [Fault.Field] = []
        // What is no day, or no reason, is told before anybody's organization is looked at.
        _ = FieldRules.until(until, at: now, in: settings.timeZone, &faults)
        let reason = FieldRules.reason(reason, &faults)
        guard faults.isEmpty, let reason else { throw Fault.invalid(faults) }
        // A day ends where each organization is, and nothing begins before it
        // is known that it ends in time everywhere.
        let organizations = try await reviewed(slug, by: actor, at: now).map { organization in
            let zone = try timeZone(of: organization.locality)
            let end = FieldRules.until(until, at: now, in: zone, &faults)
            if let end, let fault = deadlineFault(end, definition, at: now) { faults.append(fault) }
            return (organization, end)
        }
        if let fault = faults.first { throw Fault.invalid([fault]) }
        let campaign = CampaignID(at: now, random: world.random)
        var started: [RequestID] = []
        var skipped: [String] = []
        for (organization, end) in organizations {
            let (requests, open) = try await writing(by: actor, at: now) { turn -> ([RequestID], [String]) in
                // Again, for who may: between the two transactions a duty may have ended.
                let capacity = try turn.requireReview(of: organization)
                return try turn.begin(campaign, of: organization, until: end, reason: reason, capacity)
            }
            started += requests
            skipped += open
        }
        guard !started.isEmpty else {
            throw Fault(
                .conflict,
                skipped.isEmpty
                    ? "There is nothing to review: nobody holds a grant there."
                    : "A review of \(skipped.joined(separator: ", ")) is open already: wait for its end or cancel it.")
        }
        for id in started { _ = try await performDue(of: id) }
        return ReviewStart(review: try await review(campaign, by: actor), skipped: skipped)
    }

    private func deadlineFault(_ end: Timestamp, _ definition: Definition, at now: Timestamp) -> Fault.Field? {
        guard let limit = definition.state(definition.first)?.timers.first(where: \.orUntil)?.delay else {
            return .init(
                "until", "unexpected", "The workflow \(definition.name) has a deadline of its own: leave this out.")
        }
        guard end > limit.added(to: now, calendar: calendar) else { return nil }
        return .init("until", "too_late", "A review takes \(limit) at most: name an earlier day.")
    }

    /// The organizations that a campaign is about.
    private func reviewed(_ slug: String?, by actor: Actor, at now: Timestamp) async throws -> [Organization] {
        try await reading(by: actor, at: now) { turn in
            if let slug {
                let organization = try turn.organization(slug: slug)
                _ = try turn.requireReview(of: organization)
                return [organization]
            }
            var organizations: [Organization] = []
            var after: String?
            repeat {
                let page = try turn.snapshot.organizations(PageRequest(after: after, limit: PageRequest.greatestLimit))
                organizations += try page.items.filter {
                    try turn.mayReview($0) != nil
                }
                after = page.next
            } while after != nil
            guard let first = organizations.first else {
                try turn.requireReviewer()
                return []
            }
            _ = try turn.requireReview(of: first)
            return organizations
        }
    }
}

extension Turn {
    /// Whether some grant is held by the only representative, or there is no representative at all.
    fileprivate func lacksReviewer(_ items: [Run.Item], of organization: OrganizationID) throws -> Bool {
        let reviewers = Set(try working(.representative, towards: organization).map(\.id.text))
        return items.contains { item in !reviewers.contains { $0 != item.about } }
    }
}

extension Writing {
    fileprivate func begin(
        _ campaign: CampaignID, of organization: Organization, until: Timestamp?, reason: String,
        _ capacity: Authority.Capacity
    ) throws -> ([RequestID], open: [String]) {
        var started: [RequestID] = []
        var open: [String] = []
        for cloud in try transaction.clouds(of: organization.id) {
            let items = try transaction.liveGrants(in: cloud.id, at: now).filter { $0.holds(at: now) }.map { grant in
                Run.Item(
                    id: grant.id.text, profile: grant.profile,
                    needsMFA: catalogue.profile(grant.profile)?.needsMFA ?? false, about: grant.person.text)
            }
            guard !items.isEmpty else { continue }
            guard try transaction.openReview(of: cloud.id) == nil else {
                open.append("\(organization.slug)/\(cloud.slug)")
                continue
            }
            let requester = actor.principal
            let draft = RequestDraft(
                workflow: Onboarding.reviewWorkflow, organization: organization.id, holder: nil, cloud: cloud.id,
                campaign: campaign, requester: requester, reason: reason, until: until)
            let start = Event.Start(
                items: items, players: ["requester": [requester.text]],
                flags: ["own_grant": try lacksReviewer(items, of: organization.id)], until: until)
            let request = try begin(draft, with: start, by: Mover(actor, capacity, note: reason))
            started.append(request.id)
        }
        return (started, open)
    }
}

// MARK: What ended meanwhile

extension Onboarding {
    /// Tells an open review of the grants that ended by other means, or gave
    /// way to others: nobody is asked about them.
    ///
    /// In a transaction of its own before a decision: a decision on what is gone is
    /// then refused, and the next look shows why.
    func dropMootItems(of id: RequestID) async throws {
        let isReview = try await store.read { try $0.request(id)?.mayHaveMootItems == true }
        guard isReview else { return }
        _ = try await writing(by: .usher) { turn in
            guard let request = try turn.transaction.request(id) else { return }
            _ = try turn.dropMootItems(of: request)
        }
    }
}

extension Turn {
    /// Ids of waiting items whose grant holds no more; linear in the grants of the cloud.
    func mootItems(of request: Request) throws -> [String] {
        guard request.mayHaveMootItems, let cloud = request.cloud else { return [] }
        let live = try snapshot.liveGrants(in: cloud, at: now).filter { $0.holds(at: now) }
        let known = Set(live.map(\.id.text))
        return try request.run.items.filter { item in
            guard item.state == .waiting, !known.contains(item.id) else { return false }
            return try GrantID(item.id).flatMap { try successor(of: $0, among: live) } == nil
        }.map(\.id)
    }

    /// What has come back after a grant that came to its end by itself: a review of the one is one of the other.
    func successor(of id: GrantID, among live: [Grant]) throws -> Grant? {
        guard let former = try snapshot.grant(id), let ended = former.revokedAt, former.hasEnded(at: ended) else {
            return nil
        }
        return live.first { grant in
            grant.person == former.person && grant.cloud == former.cloud
                && former.later.contains { $0.request == grant.request && $0.profile == grant.profile }
        }
    }
}

extension Writing {
    /// - Returns: the request as it then is.
    func dropMootItems(of request: Request) throws -> Request {
        let moot = try mootItems(of: request)
        guard !moot.isEmpty else { return request }
        return try advance(request, on: .moot(items: moot), by: .usher)
    }
}

extension Request {
    fileprivate var mayHaveMootItems: Bool { campaign != nil && run.ended == nil }
}

// MARK: Effects

extension Writing {
    /// What a review says of one grant; its item is the grant.
    func settleReviewed(_ item: String?, isKept: Bool, of request: Request) throws {
        guard let id = item.flatMap(GrantID.init), let reviewed = try transaction.grant(id),
            reviewed.cloud == request.cloud
        else { throw Fault(.unavailable, "The item \(item ?? "") of request \(request.id) is no grant of its cloud.") }
        let live = try transaction.liveGrants(of: reviewed.person, at: now)
        let grant = try successor(of: id, among: live) ?? reviewed
        // What ended a moment ago needs no end, and is not said to go on.
        guard isKept else {
            if try grants.withdraw(grant, in: request) { try settleWatches(over: [grant]) }
            return
        }
        guard grant.holds(at: now) else { return }
        try transaction.audit(
            AuditNote(
                "grant.confirm", organization: request.organization, request: request.id, subject: grant.person.text,
                detail: "\(grant.cloud)=\(grant.profile)"),
            by: .usher, at: now)
    }
}

extension LocalEffect {
    static var ofReviews: [LocalEffect] {
        [
            /// Keeps the grant that the item is.
            LocalEffect("confirm", isOfItem: true) {
                try $0.settleReviewed($1.item, isKept: true, of: $1.request)
            },
            /// Ends the grant that the item is.
            LocalEffect("withdraw", isOfItem: true) {
                try $0.settleReviewed($1.item, isKept: false, of: $1.request)
            },
        ]
    }
}
