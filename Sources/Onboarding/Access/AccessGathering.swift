import Basics
import Directory
import Records

/// Walks along the grants that there are and were, and picks those that held at an instant.
///
/// What a page costs is bounded, however much has ended since: it may then hold less than was asked for, and goes on
/// where it stopped.
struct AccessGathering {
    /// At so many grants one page looks at most.
    static let greatestEffort = 10_000
    private static let stride = 500

    private let turn: Reading
    private let question: AccessQuestion
    private var entries: [AccessEntry] = []
    private var effort = 0
    /// What was looked at last, be it in the place before: there the list goes on.
    private var last: AccessMark?
    // What many entries share is read once.
    private var organizations: [OrganizationID: Organization] = [:]
    private var clouds: [CloudID: Cloud] = [:]
    private var approvals: [Because: Approval?] = [:]

    private struct Because: Hashable {
        let request: RequestID
        let cloud: CloudID
    }

    init(turn: Reading, question: AccessQuestion) {
        self.turn = turn
        self.question = question
    }

    /// - Throws: `Fault.Code.invalid` for a cursor that is none of this list.
    mutating func page(_ request: PageRequest) throws -> Page<AccessEntry> {
        var rest = question.extent.places[...]
        if let text = request.after {
            guard let mark = AccessMark(text), let index = rest.firstIndex(where: mark.isIn) else {
                throw Fault.invalid("after", "invalid_cursor", "This cursor is not the next of this list.")
            }
            rest = rest[index...]
            last = mark
        }
        while let place = rest.popFirst() {
            if try gather(place, upTo: request.limit) { return Page(items: entries, next: last?.text) }
        }
        return Page(items: entries, next: nil)
    }

    /// - Returns: whether the page is full, or has cost enough; false at the end of the place.
    private mutating func gather(_ place: AccessQuestion.Place, upTo limit: Int) throws -> Bool {
        var mark = last.flatMap { $0.isIn(place) ? $0 : nil }
        while true {
            let found = try look(place, after: mark)
            for one in found {
                if try fits(one) {
                    // One more than the page holds shows that the list goes on after the one before.
                    guard entries.count < limit else { return true }
                    if let entry = try entry(of: one) { entries.append(entry) }
                }
                (mark, last) = (one.mark, one.mark)
            }
            guard found.count == Self.stride else { return false }
            effort += found.count
            if effort >= Self.greatestEffort { return true }
        }
    }

    private func look(_ place: AccessQuestion.Place, after mark: AccessMark?) throws -> [HeldProfile] {
        switch place {
        case .people(let scope):
            try turn.snapshot.grants(scope, after: mark?.ofGrant, limit: Self.stride).map {
                HeldProfile.person($0.inForce(at: question.at))
            }
        case .programs(let organization):
            try turn.snapshot.programGrants(of: organization, after: mark?.ofProgram, limit: Self.stride)
                .map(HeldProfile.program)
        }
    }

    private func fits(_ held: HeldProfile) throws -> Bool {
        guard held.holds(at: question.at), question.extent.cloud.map({ $0 == held.cloud }) ?? true,
            question.extent.organizations?.contains(held.organization) ?? true
        else { return false }
        let profile = question.catalogue.profile(held.profile)
        if let wanted = question.profile, wanted != profile?.code ?? held.profile { return false }
        guard let action = question.action else { return true }
        return profile?.includes(action.requires) ?? false
    }

    // MARK: Entries

    /// Nil for what is in a cloud that is gone.
    private mutating func entry(of held: HeldProfile) throws -> AccessEntry? {
        guard let organization = try organization(held.organization), let cloud = try cloud(held.cloud) else {
            return nil
        }
        let asker = try asker(of: held)
        return AccessEntry(
            organization: organization, cloud: cloud, holder: held.holder, profile: held.profile, since: held.since,
            until: held.until, next: held.next, endedAt: held.endedAt, account: asker.account, proof: asker.proof,
            approval: try approval(of: held.request, in: held.cloud),
            decision: question.action.map { question.catalogue.decide($0, for: asker.asker, at: question.at) })
    }

    private func asker(of held: HeldProfile) throws -> (asker: Asker, account: AccountState, proof: FactorState) {
        let grant = Standing.Held(profile: held.profile, since: held.since, until: held.until)
        let (snapshot, at) = (turn.snapshot, question.at)
        switch held {
        case .person(let holder):
            let state = try question.isPast ? snapshot.accountState(of: holder.person.id, at: at) : holder.person.state
            let hasFactor = try question.isPast ? snapshot.hadFactor(holder.person.id, at: at) : holder.hasFactor
            let standing = Standing(
                account: state ?? .invited, grant: grant, factor: hasFactor ? .active : .none, lastVerifiedAt: nil)
            return (.person(standing), standing.account, standing.factor)
        case .program(let program):
            let id = program.account.id
            let hasKeys = try question.isPast ? snapshot.hadKeys(id, at: at) : program.account.keys != nil
            let standing = ProgramStanding(isClosed: false, grant: grant, hasKeys: hasKeys)
            return (.program(standing), .active, hasKeys ? .active : .none)
        }
    }

    private mutating func organization(_ id: OrganizationID) throws -> Organization? {
        if let known = organizations[id] { return known }
        organizations[id] = try turn.snapshot.organization(id)
        return organizations[id]
    }

    private mutating func cloud(_ id: CloudID) throws -> Cloud? {
        if let known = clouds[id] { return known }
        clouds[id] = try turn.snapshot.cloud(id)
        return clouds[id]
    }

    private mutating func approval(of request: RequestID, in cloud: CloudID) throws -> Approval? {
        let because = Because(request: request, cloud: cloud)
        if let known = approvals[because] { return known }
        let found = try turn.approval(of: request, in: cloud)
        approvals[because] = .some(found)
        return found
    }
}

/// A profile that a person or a program has or had in a cloud.
private enum HeldProfile {
    case person(CloudHolder)
    case program(ProgramGrant)

    var holder: AccessEntry.Holder {
        switch self {
        case .person(let holder): .person(holder.person)
        case .program(let program): .program(program.account)
        }
    }

    var organization: OrganizationID {
        switch self {
        case .person(let holder): holder.grant.organization
        case .program(let program): program.account.organization
        }
    }

    var cloud: CloudID {
        switch self {
        case .person(let holder): holder.grant.cloud
        case .program(let program): program.grant.cloud
        }
    }

    var profile: String {
        switch self {
        case .person(let holder): holder.grant.profile
        case .program(let program): program.grant.profile
        }
    }

    var since: Timestamp {
        switch self {
        case .person(let holder): holder.grant.since
        case .program(let program): program.grant.since
        }
    }

    var next: Grant.Later? { if case .person(let holder) = self { holder.grant.later.first } else { nil } }

    var until: Timestamp? { if case .person(let holder) = self { holder.grant.until } else { nil } }

    var endedAt: Timestamp? {
        switch self {
        case .person(let holder): holder.grant.revokedAt
        case .program(let program): program.account.closedAt
        }
    }

    var request: RequestID {
        switch self {
        case .person(let holder): holder.grant.request
        case .program(let program): program.account.request
        }
    }

    var mark: AccessMark {
        switch self {
        case .person(let holder): .grant(GrantMark(holder.grant))
        case .program(let program):
            .program(
                ProgramGrantMark(account: program.account.id, cloud: program.grant.cloud),
                of: program.account.organization)
        }
    }

    func holds(at instant: Timestamp) -> Bool {
        since <= instant && endedAt.map { $0 > instant } != false && until.map { $0 > instant } != false
    }
}

/// Where a list of access goes on; only this file writes and reads its text.
private enum AccessMark {
    case grant(GrantMark)
    case program(ProgramGrantMark, of: OrganizationID)

    var ofGrant: GrantMark? { if case .grant(let mark) = self { mark } else { nil } }
    var ofProgram: ProgramGrantMark? { if case .program(let mark, _) = self { mark } else { nil } }

    var text: String {
        switch self {
        case .grant(let mark): "g.\(mark.organization).\(mark.cloud).\(mark.person).\(mark.grant)"
        case .program(let mark, let organization): "p.\(organization).\(mark.account).\(mark.cloud)"
        }
    }

    init?(_ text: String) {
        let words = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        switch (words.first, words.count) {
        case ("g", 5):
            guard let organization = OrganizationID(words[1]), let cloud = CloudID(words[2]),
                let person = PersonID(words[3]), let grant = GrantID(words[4])
            else { return nil }
            self = .grant(GrantMark(organization: organization, cloud: cloud, person: person, grant: grant))
        case ("p", 4):
            guard let organization = OrganizationID(words[1]), let account = APIAccountID(words[2]),
                let cloud = CloudID(words[3])
            else { return nil }
            self = .program(ProgramGrantMark(account: account, cloud: cloud), of: organization)
        default: return nil
        }
    }

    func isIn(_ place: AccessQuestion.Place) -> Bool {
        switch (self, place) {
        case (.grant, .people(.everywhere)): true
        case (.grant(let mark), .people(.organization(let organization))): mark.organization == organization
        case (.grant(let mark), .people(.cloud(let cloud, _))): mark.cloud == cloud
        case (.grant(let mark), .people(.person(let person))): mark.person == person
        case (.program, .programs(of: nil)): true
        case (.program(_, let own), .programs(of: let organization?)): own == organization
        default: false
        }
    }
}
