import Basics
public import Directory
public import Records

/// What another catalogue would change for one profile in one cloud that somebody has.
public struct AccessChange: Sendable {
    public let organization: Slug
    public let cloud: Slug
    public let holder: AccessEntry.Holder
    public let profile: String
    public let changes: [ActionChange]
    /// It would hold at once; else as soon as the account is active and what is needed is enrolled.
    public let isEffective: Bool
}

/// How many would gain and lose, by organization, action and profile.
public struct AccessChangeSummary: Sendable {
    public typealias Counts = [ActionChange.Kind: Int]

    /// At how many profiles in clouds was looked.
    public private(set) var compared = 0
    /// Of how many something would change.
    public private(set) var changed = 0
    public private(set) var organizations: [String: Counts] = [:]
    public private(set) var actions: [String: Counts] = [:]
    public private(set) var profiles: [String: Counts] = [:]

    mutating func count(_ change: AccessChange?) {
        compared += 1
        guard let change else { return }
        changed += 1
        for kind in Set(change.changes.compactMap(\.kind)) {
            organizations[change.organization.text, default: [:]][kind, default: 0] += 1
            profiles[change.profile, default: [:]][kind, default: 0] += 1
        }
        for one in change.changes {
            guard let kind = one.kind else { continue }
            actions[one.action, default: [:]][kind, default: 0] += 1
        }
    }
}

extension Onboarding {
    /// Decides about everybody by this catalogue and by another one, and tells where the two differ.
    ///
    /// - Parameter tell: is given each difference, in the order of organizations and clouds, as it is found.
    /// - Throws: `.forbidden` for anybody but operators.
    public func compare(
        with other: Catalogue, by actor: Actor, tell: (AccessChange) throws -> Void
    ) async throws -> AccessChangeSummary {
        var comparison = CatalogueComparison(now: catalogue, then: other, at: world.now())
        var summary = AccessChangeSummary()
        for place in [AccessQuestion.Place.people(.everywhere), .programs(of: nil)] {
            var mark: ComparedMark?
            repeat {
                let (found, next) = try await reading(by: actor, at: comparison.at) { [mark] turn in
                    try turn.requireOperator()
                    return try turn.compared(place, after: mark)
                }
                for one in found {
                    let change = comparison.change(of: one)
                    summary.count(change)
                    if let change { try tell(change) }
                }
                mark = next
            } while mark != nil
        }
        return summary
    }
}

/// What is compared: a profile that somebody has, and how they stand.
private struct ComparedGrant: Sendable {
    struct Place: Sendable { let organization, cloud: Slug }

    let place: Place
    let holder: AccessEntry.Holder
    let profile: String
    let asker: Asker
}

private enum ComparedMark: Sendable {
    case grant(GrantMark)
    case program(ProgramGrantMark)
}

extension Turn {
    private static var stride: Int { 1_000 }

    /// The next grants that have not ended, and where to go on; nil at the end.
    fileprivate func compared(
        _ place: AccessQuestion.Place, after mark: ComparedMark?
    ) throws -> ([ComparedGrant], next: ComparedMark?) {
        switch place {
        case .people(let scope):
            let after: GrantMark? = if case .grant(let mark)? = mark { mark } else { nil }
            let found = try snapshot.grants(scope, after: after, limit: Self.stride)
            let last = found.count == Self.stride ? found.last.map { ComparedMark.grant(GrantMark($0.grant)) } : nil
            var names = PlaceNames(snapshot: snapshot)
            return (try found.compactMap { try compared($0.inForce(at: now), &names) }, last)
        case .programs(let organization):
            let after: ProgramGrantMark? = if case .program(let mark)? = mark { mark } else { nil }
            let found = try snapshot.programGrants(of: organization, after: after, limit: Self.stride)
            let last = found.count == Self.stride ? found.last.map { ProgramGrantMark($0) } : nil
            var names = PlaceNames(snapshot: snapshot)
            return (try found.compactMap { try compared($0, &names) }, last.map(ComparedMark.program))
        }
    }

    private func compared(_ holder: CloudHolder, _ names: inout PlaceNames) throws -> ComparedGrant? {
        guard let held = Standing.Held(holder.grant), holder.person.state != .closed else { return nil }
        let standing = Standing(
            account: holder.person.state, grant: held, factor: holder.hasFactor ? .active : .none,
            lastVerifiedAt: nil)
        guard let place = try names.place(holder.grant.cloud, of: holder.grant.organization) else { return nil }
        return ComparedGrant(
            place: place, holder: .person(holder.person), profile: held.profile, asker: .person(standing))
    }

    private func compared(_ program: ProgramGrant, _ names: inout PlaceNames) throws -> ComparedGrant? {
        guard program.account.closedAt == nil else { return nil }
        let grant = program.grant
        let standing = ProgramStanding(
            isClosed: false, grant: Standing.Held(profile: grant.profile, since: grant.since, until: nil),
            hasKeys: program.account.keys != nil)
        guard let place = try names.place(grant.cloud, of: program.account.organization) else { return nil }
        return ComparedGrant(
            place: place, holder: .program(program.account), profile: grant.profile, asker: .program(standing))
    }
}

/// Short names of organizations and clouds, each read once for a page.
private struct PlaceNames {
    let snapshot: any Snapshot
    private var known: [CloudID: ComparedGrant.Place] = [:]

    init(snapshot: any Snapshot) { self.snapshot = snapshot }

    mutating func place(_ cloud: CloudID, of organization: OrganizationID) throws -> ComparedGrant.Place? {
        if let place = known[cloud] { return place }
        guard let owner = try snapshot.organization(organization), let found = try snapshot.cloud(cloud) else {
            return nil
        }
        let place = ComparedGrant.Place(organization: owner.slug, cloud: found.slug)
        known[cloud] = place
        return place
    }
}

extension ProgramGrantMark {
    fileprivate init(_ program: ProgramGrant) {
        self.init(account: program.account.id, cloud: program.grant.cloud)
    }
}

/// Two catalogues; what they say of everybody who stands alike is asked once.
private struct CatalogueComparison {
    let now, then: Catalogue
    let at: Timestamp
    private var known: [Asker: (changes: [ActionChange], isEffective: Bool)] = [:]

    init(now: Catalogue, then: Catalogue, at: Timestamp) {
        (self.now, self.then, self.at) = (now, then, at)
    }

    mutating func change(of grant: ComparedGrant) -> AccessChange? {
        let alike = alike(grant.asker)
        let found = known[alike] ?? compare(alike)
        known[alike] = found
        guard !found.changes.isEmpty else { return nil }
        return AccessChange(
            organization: grant.place.organization, cloud: grant.place.cloud, holder: grant.holder,
            profile: grant.profile,
            changes: found.changes, isEffective: found.isEffective)
    }

    private func compare(_ asker: Asker) -> (changes: [ActionChange], isEffective: Bool) {
        let changes = now.changes(under: then, for: asker, at: at)
        if !changes.isEmpty { return (changes, true) }
        // What is not felt today, since the account or the proof is missing, would be on the day on which it is there.
        return (now.changes(under: then, for: asker.complete(at: at), at: at), false)
    }

    /// The same with no more of the grant's times than whether it holds, so that all of one profile are one question.
    private func alike(_ asker: Asker) -> Asker {
        func timeless(_ held: Standing.Held?) -> Standing.Held? {
            held.map { held in
                if held.since > at { return held.beginning(at: at.adding(milliseconds: 1)) }
                let hasEnded = held.until.map { $0 <= at } ?? false
                return Standing.Held(profile: held.profile, since: at, until: hasEnded ? at : nil)
            }
        }
        switch asker {
        case .person(let standing):
            return .person(
                Standing(
                    account: standing.account, grant: timeless(standing.grant), factor: standing.factor,
                    lastVerifiedAt: standing.lastVerifiedAt))
        case .program(let program):
            return .program(
                ProgramStanding(
                    isClosed: program.isClosed, grant: timeless(program.grant), hasKeys: program.hasKeys))
        }
    }
}

extension Standing.Held {
    fileprivate func beginning(at instant: Timestamp) -> Self { Self(profile: profile, since: instant, until: nil) }
}

extension Asker {
    /// With a profile that has begun, an account that is active, and all that can be proven.
    fileprivate func complete(at now: Timestamp) -> Asker {
        func begun(_ held: Standing.Held?) -> Standing.Held? {
            held.map { $0.since > now ? $0.beginning(at: now) : $0 }
        }
        switch self {
        case .person(let standing):
            return .person(
                Standing(account: .active, grant: begun(standing.grant), factor: .active, lastVerifiedAt: nil))
        case .program(let program):
            return .program(ProgramStanding(isClosed: false, grant: begun(program.grant), hasKeys: true))
        }
    }
}
