public import Basics
public import Directory
public import Foundation
public import Records

/// Whose access somebody wants to see, as they typed it.
public struct AccessWish: Sendable {
    /// By slug.
    public let organization: String
    /// `ORG/CLOUD`, both by slug.
    public let cloud: String
    /// An address.
    public let person: String
    public let profile: String
    public let action: String
    /// A day, which means its end, or an instant; empty for the present.
    public let at: String

    public static let fields = ["organization", "cloud", "person", "profile", "action", "at"]

    /// - Parameter value: of each field; nil for what was left out.
    public init(_ value: (_ field: String) -> String?) {
        organization = value("organization") ?? ""
        cloud = value("cloud") ?? ""
        person = value("person") ?? ""
        profile = value("profile") ?? ""
        action = value("action") ?? ""
        at = value("at") ?? ""
    }
}

/// Who had what in which cloud at one instant, and because of which approval.
public struct AccessList: Sendable {
    public let page: Page<AccessEntry>
    /// Of which instant it tells.
    public let at: Timestamp
    /// In which the days of the organization, or of the installation, end.
    public let timeZone: TimeZone
}

/// One profile in one cloud, as it was held at an instant.
public struct AccessEntry: Sendable {
    public let organization: Organization
    public let cloud: Cloud
    public let holder: Holder
    /// As the grant has it.
    public let profile: String
    public let since: Timestamp
    /// When it was to end by itself; nil: never.
    public let until: Timestamp?
    /// What was to hold then.
    public let next: Grant.Later?
    /// When it ended otherwise, whether then or since; nil: not yet.
    public let endedAt: Timestamp?
    /// How the account stood then.
    public let account: AccountState
    /// Whether the person had a factor then, the program keys.
    public let proof: FactorState
    public let approval: Approval?
    /// On the action that was asked about, by the matrix of then; a code is taken for as old as can be.
    public let decision: Decision?

    public enum Holder: Sendable {
        case person(Person)
        case program(APIAccount)
    }
}

extension Onboarding {
    /// Who could do what, at an instant that has been.
    ///
    /// Whoever has a duty towards an organization sees it, operators see all of them, and everybody what they have
    /// themselves. A page may hold fewer entries than were asked for and still have a next one.
    /// - Throws: `.notFound` for an organization or cloud that is not the actor's to see; `.invalid` for an instant
    ///   that is none or has not been, and for an unknown profile.
    public func accessList(_ wish: AccessWish, _ page: PageRequest, by actor: Actor) async throws -> AccessList {
        try await reading(by: actor) { turn in
            let question = try turn.read(wish)
            var gathering = AccessGathering(turn: turn, question: question)
            return AccessList(
                page: try gathering.page(page), at: question.at, timeZone: question.timeZone)
        }
    }
}

/// A wish, understood.
struct AccessQuestion: Sendable {
    let extent: Extent
    let at: Timestamp
    let isPast: Bool
    /// A profile's code.
    let profile: String?
    let action: Action?
    /// That of the instant.
    let catalogue: Catalogue
    let timeZone: TimeZone

    /// Where to look, and what counts of what is there.
    struct Extent: Sendable {
        /// One after the other.
        var places: [Place] = []
        /// Nil: all of them.
        var organizations: Set<OrganizationID>?
        var cloud: CloudID?
    }

    enum Place: Hashable, Sendable {
        case people(GrantScope)
        /// Of one organization, or of all.
        case programs(of: OrganizationID?)
    }
}

extension AccessQuestion.Place {
    static func person(_ person: Person) -> Self { .people(.person(person.id)) }
}

extension Turn {
    func read(_ wish: AccessWish) throws -> AccessQuestion {
        let person = wish.person.isEmpty ? nil : try EmailAddress(wish.person, field: "person")
        let (extent, organization) = try extent(of: wish, person)
        let zone = try timeZone(of: organization?.locality ?? .installation)
        let at = try instant(wish.at, in: zone)
        let then = try catalogue(at: at)
        return AccessQuestion(
            extent: extent, at: at, isPast: at < now,
            profile: try wish.profile.isEmpty ? nil : profile(wish.profile, of: then),
            action: try wish.action.isEmpty ? nil : usher.action(wish.action, of: then), catalogue: then,
            timeZone: zone)
    }

    /// Where somebody may look, and in which organization's zone days are meant.
    private func extent(
        of wish: AccessWish, _ email: EmailAddress?
    ) throws -> (AccessQuestion.Extent, Organization?) {
        let path = wish.cloud.isEmpty ? nil : try CloudPath(wish.cloud)
        let slug = wish.organization.isEmpty ? path?.organization : wish.organization
        guard let slug else { return (try extentEverywhere(email), nil) }
        guard path == nil || path?.organization == slug else {
            throw Fault.invalid("cloud", "elsewhere", "This cloud is of another organization than the one you named.")
        }
        let organization: Organization
        do {
            organization = try self.organization(slug: slug)
            try requireRead(of: organization)
        } catch let fault as Fault where fault.code == .notFound {
            // Whoever named a cloud does not learn which of the two is missing.
            throw path.map { Authority.missing("cloud", $0.text) } ?? fault
        }
        let cloud = try path.map { path in
            guard let cloud = try snapshot.cloud(slug: path.cloud, of: organization.id) else {
                throw Authority.missing("cloud", path.text)
            }
            return cloud.id
        }
        let scope = cloud.map { GrantScope.cloud($0, of: organization.id) } ?? .organization(organization.id)
        let places = try email.map(holders) ?? [.people(scope), .programs(of: organization.id)]
        return (.init(places: places, organizations: [organization.id], cloud: cloud), organization)
    }

    private func extentEverywhere(_ email: EmailAddress?) throws -> AccessQuestion.Extent {
        try requireStanding()
        // What is one's own, wherever it is; not what somebody else had by the same address before.
        if let person = actor.person, email?.key == person.email.key { return .init(places: [.person(person)]) }
        guard let organizations = try readableOrganizations(by: .people) else {
            return .init(places: try email.map(holders) ?? [.people(.everywhere), .programs(of: nil)])
        }
        if organizations.isEmpty, email == nil, let person = actor.person { return .init(places: [.person(person)]) }
        guard !organizations.isEmpty else {
            throw Fault(.forbidden, "Only who answers for an organization sees what others may do there.")
        }
        let places: [AccessQuestion.Place] = organizations.flatMap {
            [.people(.organization($0)), .programs(of: $0)]
        }
        return .init(places: try email.map(holders) ?? places, organizations: Set(organizations))
    }

    /// Everybody who has the address or had it: what was done by it then is meant, too.
    private func holders(_ email: EmailAddress) throws -> [AccessQuestion.Place] {
        let people = try snapshot.formerPeople(emailKey: email.key) + [snapshot.person(emailKey: email.key)]
        return people.compactMap(\.self).map(AccessQuestion.Place.person)
    }

    /// - Throws: `Fault.Code.invalid` for what is no instant, or has not been.
    private func instant(_ text: String, in zone: TimeZone) throws -> Timestamp {
        guard !text.isEmpty else { return now }
        guard let moment = Moment(text), let end = moment.end(in: zone) else {
            throw Fault.invalid(
                "at", "invalid_date", "Write a day as 2027-03-31, or an instant as 2027-03-31T12:00:00Z.")
        }
        // A day is as it was at its end; today as it is now.
        let isDay = if case .day = moment { true } else { false }
        let instant = isDay ? end.adding(milliseconds: -1) : end
        if isDay, let beginning = moment.beginning(in: zone), beginning <= now { return min(instant, now) }
        guard instant <= now else {
            throw Fault.invalid(
                "at", "in_the_future", "Nobody knows yet who will have access then: name an instant that has been.")
        }
        return instant
    }

    /// The code of a profile of then, or of now.
    private func profile(_ text: String, of then: Catalogue) throws -> String {
        guard let profile = then.profile(text) ?? catalogue.profile(text) else {
            throw Fault.invalid("profile", "unknown_profile", "There is no profile \(FieldRules.quoted(text)).")
        }
        return profile.code
    }
}
