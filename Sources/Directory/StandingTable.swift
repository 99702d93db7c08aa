public import Basics

/// How people stand in clouds, in memory: what `Catalogue.decide` has to know of everybody, in a few flat arrays.
///
/// People, clouds and actions have numbers here, from 0 on; a question by numbers allocates nothing. It decides by
/// the same rule as the catalogue, and knows nothing of time: that comes with the question.
public struct StandingTable: Sendable {
    /// What of somebody decides.
    public struct Person: Sendable {
        public let id: PersonID
        /// Nil: staff of the provider.
        public let organization: OrganizationID?
        /// `EmailAddress.key`, under which nobody else is.
        public let addressKey: String
        public let account: AccountState
        public let factor: FactorState
        /// When a code was last accepted.
        public let lastVerifiedAt: Timestamp?

        public init(
            id: PersonID, organization: OrganizationID?, addressKey: String, account: AccountState,
            factor: FactorState, lastVerifiedAt: Timestamp?
        ) {
            self.id = id
            self.organization = organization
            self.addressKey = addressKey
            self.account = account
            self.factor = factor
            self.lastVerifiedAt = lastVerifiedAt
        }
    }

    /// A grant that was not revoked, or what comes after a temporary one.
    public struct Held: Sendable {
        public let person: PersonID
        public let cloud: CloudID
        public let grant: Standing.Held

        public init(person: PersonID, cloud: CloudID, grant: Standing.Held) {
            self.person = person
            self.cloud = cloud
            self.grant = grant
        }
    }

    /// A cloud, and the name by which it is asked about.
    public struct Place: Sendable {
        public let id: CloudID
        public let organization: OrganizationID
        /// `ORG/CLOUD`, both by slug.
        public let path: String

        public init(id: CloudID, organization: OrganizationID, path: String) {
            self.id = id
            self.organization = organization
            self.path = path
        }
    }

    /// What of a verified code counts.
    public enum Proof: Sendable {
        /// What Usher saw last.
        case seen
        /// The same, but no later than this.
        case seenUntil(Timestamp)
        /// What whoever asks saw, at this instant.
        case told(Timestamp)
    }

    /// What decides of most people, who have two grants at most, lies together: to reach for it takes longer than to
    /// decide.
    struct PersonRow {
        /// 0 for staff of the provider.
        var organization: UInt32
        /// Where in `grants` those begin that are not `near`.
        var first: UInt32
        /// How many grants there are.
        var count: UInt16
        var account: AccountState
        var factor: FactorState
        var lastVerifiedAt: PackedInstant
        /// The first of the grants; whatever is there where there are fewer.
        var near: (GrantRow, GrantRow)

        /// How many are `near` at most.
        static var nearCount: Int { 2 }
        /// How many are in `grants`.
        var farCount: Int { max(0, Int(count) - Self.nearCount) }
    }

    struct GrantRow {
        var cloud: UInt32
        var since: PackedInstant
        var until: PackedInstant
        var profile: UInt16
        /// Whether what the next row says holds in the same cloud once this has ended.
        var isFollowed = false
    }

    struct CloudRow {
        var organization: UInt32
        let id: OrganizationID
    }

    /// What the catalogue says of a profile that somebody holds.
    struct ProfileRow {
        /// As it is shown.
        let code: String
        let isKnown: Bool
    }

    let catalogue: Catalogue
    var people: [PersonRow] = []
    /// Beyond those that are near to their people; those of one person are neighbours, by cloud and time.
    var grants: [GrantRow] = []
    /// Of `grants`: those that are nobody's any more.
    var waste = 0
    public internal(set) var grantCount = 0
    var clouds: [CloudRow] = []

    var peopleByID = NameTable()
    var peopleByAddress = NameTable()
    /// Which entry of `peopleByAddress` is each person's.
    var addressEntries: [UInt32] = []
    var cloudsByID = NameTable()
    var cloudsByPath = NameTable()
    var organizations = NameTable()
    var organizationCount: UInt32 = 0
    /// The clouds of those resources that were asked about.
    var homes: [ResourceID: UInt32] = [:]

    var profiles: [ProfileRow] = []
    var profilesByCode: [String: UInt16] = [:]
    /// For each profile, a bit for each action that it is enough for.
    var covered: [UInt64] = []
    /// A bit for each action that needs a fresh code.
    let gated: [UInt64]
    let required: [String]
    private let actionsByLabel: [String: Int]

    public init(_ catalogue: Catalogue) {
        self.catalogue = catalogue
        required = catalogue.actions.map(\.requires.code)
        gated = Self.bits(catalogue.actions) { $0.needsMFA }
        actionsByLabel = Dictionary(catalogue.actions.enumerated().map { ($1.label, $0) }) { first, _ in first }
    }

    static func bits(_ actions: [Action], _ isSet: (Action) -> Bool) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: (actions.count + 63) / 64)
        for (number, action) in actions.enumerated() where isSet(action) { words[number / 64] |= 1 << (number % 64) }
        return words
    }
}

// MARK: - Questions

extension StandingTable {
    public func action(_ label: String) -> Int? { actionsByLabel[label] }
    public func person(_ id: PersonID) -> Int? { peopleByID.number(of: id.text) }
    public func person(addressKey: String) -> Int? { peopleByAddress.number(of: addressKey) }
    public func holds(_ cloud: CloudID) -> Bool { cloudsByID.number(of: cloud.text) != nil }
    /// - Parameter path: `ORG/CLOUD`.
    public func cloud(path: String) -> Int? { cloudsByPath.number(of: path) }
    /// - Returns: nil for a resource that is not known here, be it that there is none.
    public func cloud(of resource: ResourceID) -> Int? { homes[resource].map(Int.init) }
    public func organization(ofCloud cloud: Int) -> OrganizationID { clouds[cloud].id }
    /// When a code of theirs was last accepted, as far as the table knows.
    public func proof(of person: PersonID) -> Timestamp? { self.person(person).flatMap { people[$0].verified(.seen) } }
    public func account(of person: Int) -> AccountState { people[person].account }

    /// As `Catalogue.decide`, of what the table holds.
    public func decide(
        _ action: Int, by person: Int, in cloud: Int, at now: Timestamp, proof: Proof = .seen
    ) -> Decision {
        let row = people[person]
        let grant = grant(of: row, in: UInt32(cloud), at: now)
        let isStranger = Standing.isStranger(
            hasGrant: grant != nil, isOfOrganization: row.organization == clouds[cloud].organization)
        let (word, bit) = (action >> 6, UInt64(1) << UInt64(action & 63))
        let facts = DecidingFacts(
            account: isStranger ? .active : row.account,
            grant: grant.map { grant in
                let reach: DecidingFacts.Reach =
                    !profiles[Int(grant.profile)].isKnown
                    ? .unknown : covered[Int(grant.profile) * gated.count + word] & bit != 0 ? .enough : .tooLow
                // Every grant is put here with its beginning; one without would never begin.
                return DecidingFacts.Held(
                    since: grant.since.timestamp ?? .init(milliseconds: .max), until: grant.until.timestamp,
                    reach: reach)
            },
            needsMFA: gated[word] & bit != 0, factor: isStranger ? .none : row.factor,
            lastVerifiedAt: row.verified(proof), mfaMaxAgeSeconds: catalogue.mfaMaxAgeSeconds)
        let reason = facts.reason(at: now)
        return Decision(
            verdict: reason.verdict, reason: reason, profile: grant.map { profiles[Int($0.profile)].code },
            requires: required[action], matrixVersion: catalogue.matrixVersion)
    }

    private func grant(of person: PersonRow, in cloud: UInt32, at now: Timestamp) -> GrantRow? {
        guard var place = place(of: person, in: cloud) else { return nil }
        var row = row(place, of: person)
        while row.isFollowed, let end = row.until.timestamp, end <= now {
            place += 1
            row = self.row(place, of: person)
        }
        return row
    }

    /// Of the rows of a person, by number, the first in a cloud.
    private func place(of person: PersonRow, in cloud: UInt32) -> Int? {
        if person.count > 0, person.near.0.cloud == cloud { return 0 }
        if person.count > 1, person.near.1.cloud == cloud { return 1 }
        var (low, high) = (PersonRow.nearCount, PersonRow.nearCount + person.farCount)
        // A few are passed through sooner than halved.
        while high - low > 8 {
            let middle = (low + high) / 2
            if row(middle, of: person).cloud < cloud { low = middle } else { high = middle + 1 }
        }
        while low < high {
            if row(low, of: person).cloud == cloud { return low }
            low += 1
        }
        return nil
    }

    private func row(_ place: Int, of person: PersonRow) -> GrantRow {
        switch place {
        case 0: person.near.0
        case 1: person.near.1
        default: grants[Int(person.first) + place - PersonRow.nearCount]
        }
    }
}

extension StandingTable.PersonRow {
    fileprivate func verified(_ proof: StandingTable.Proof) -> Timestamp? {
        if case .told(let instant) = proof { return instant }
        guard factor == .active, let seen = lastVerifiedAt.timestamp else { return nil }
        if case .seenUntil(let limit) = proof { return min(seen, limit) }
        return seen
    }
}
