import Basics
public import Directory
public import Records
import Workflow

/// Somebody with what they may do, for lists and pages.
public struct PersonProfile: Sendable {
    public let person: Person
    public let organization: Organization?
    public let duties: [(duty: Duty, organization: Organization?)]
    /// Temporary ones are listed beyond their end, until they are replaced or taken back.
    public let grants: [(cloud: Cloud, organization: Organization, grant: Grant, hasEnded: Bool)]
    public let hasFactor: Bool
    /// Who had the address before, as far as the reader may see them; oldest first.
    public var former: [Person] = []
}

extension Onboarding {
    /// A new customer with its first cloud, its representative and its
    /// delivery manager; the people are invited.
    ///
    /// An operator by duty asks for the two only: an organization in which nobody may do
    /// anything yet is harmless, both sides of its requests in one pair of hands are not.
    ///
    /// - Parameter manager: nil takes the provider's first delivery manager,
    ///   who serves every organization already.
    public func addOrganization(
        name: String, slug: String?, representative: String, representativeName: String?, manager: String?,
        language: String, kind: Organization.Kind = .client, locality: Locality = .installation, by actor: Actor
    ) async throws -> Organization {
        let now = world.now()
        try await reading(by: actor, at: now) { try $0.requireOperation() }
        var faults: [Fault.Field] = []
        let checkedName = FieldRules.name(name, &faults)
        let checkedSlug = FieldRules.slug(slug, from: name, &faults)
        let checkedLanguage = FieldRules.language(language, of: settings.languages, &faults)
        let checkedRepresentative = FieldRules.email(representative, field: "representative", &faults)
        let checkedManager = manager.flatMap { FieldRules.email($0, field: "manager", &faults) }
        faults += calendars.faults(in: locality)
        guard faults.isEmpty, let checkedName, let checkedSlug, let checkedLanguage, let checkedRepresentative
        else { throw Fault.invalid(faults) }
        let organization = Organization(
            id: OrganizationID(at: now, random: world.random), slug: checkedSlug, name: checkedName, kind: kind,
            locality: locality, createdAt: now)
        let cloud = Cloud(
            id: CloudID(at: now, random: world.random), organization: organization.id, slug: Self.firstCloud.slug,
            name: Self.firstCloud.name, createdAt: now)
        try await writing(by: actor, at: now) { turn in
            try turn.add(organization)
            try turn.add(cloud)
            let first = try turn.transaction.holders(of: .deliveryManager, organization: nil).first
            guard checkedManager != nil || first != nil else {
                throw Fault.invalid(
                    "manager", "required", "There is no delivery manager yet: name one with --manager EMAIL.")
            }
            try turn.appoint(
                Appointment(
                    checkedRepresentative, representativeName,
                    DutyHolding(.representative, organization: organization.id), checkedLanguage))
            let managing = DutyHolding(.deliveryManager, organization: organization.id)
            // Whoever manages every organization gains nothing by it.
            if let first, checkedManager == nil || checkedManager?.key == first.email.key {
                try turn.give(managing, to: first.id)
            } else if let checkedManager {
                try turn.appoint(Appointment(checkedManager, nil, managing, checkedLanguage))
            }
        }
        _ = try await performDue()
        return organization
    }

    /// Says by which calendar an organization works, in which time zone, and of which kind it is.
    ///
    /// Nil leaves each; an empty calendar or zone is the installation's.
    /// Times are for what is scheduled from now on; instants that are stored stay.
    ///
    /// - Throws: `.conflict` for a client that has resources in zones reserved for the provider's own group.
    public func setOrganization(
        _ slug: String, calendar: String?, timeZone: String?, kind: Organization.Kind? = nil, by actor: Actor
    ) async throws -> Organization {
        try await writing(by: actor) { turn in
            try turn.requireOperation()
            let organization = try turn.organization(slug: slug)
            var locality = organization.locality
            if let calendar { locality.calendar = calendar.isEmpty ? nil : calendar }
            if let timeZone { locality.timeZone = timeZone.isEmpty ? nil : timeZone }
            let faults = self.calendars.faults(in: locality)
            guard faults.isEmpty else { throw Fault.invalid(faults) }
            if calendar != nil || timeZone != nil { try turn.set(locality, of: organization) }
            if let kind, kind != organization.kind {
                if kind == .client { try turn.requireNoReservedZone(of: organization) }
                try turn.resources.set(kind, of: organization)
            }
            return organization.with(kind ?? organization.kind, locality)
        }
    }

    /// The cloud that every new organization has.
    private static var firstCloud: (slug: Slug, name: DisplayName) {
        guard let slug = try? Slug("default"), let name = try? DisplayName("Default") else {  // Constants; both hold.
            preconditionFailure("the first cloud's names are well-formed")
        }
        return (slug, name)
    }

    public func addCloud(
        organization slug: String, name: String, cloudSlug: String?, by actor: Actor
    ) async throws -> Cloud {
        let now = world.now()
        try await reading(by: actor, at: now) { try $0.requireOperation() }
        var faults: [Fault.Field] = []
        let checkedName = FieldRules.name(name, &faults)
        let checkedSlug = FieldRules.slug(cloudSlug, from: name, &faults)
        guard let checkedName, let checkedSlug else { throw Fault.invalid(faults) }
        return try await writing(by: actor, at: now) { turn in
            let organization = try turn.organization(slug: slug)
            if let like = try turn.snapshot.cloud(named: checkedName, of: organization.id), like.slug != checkedSlug {
                throw Fault.invalid([like.nameIsTaken])
            }
            let cloud = Cloud(
                id: CloudID(at: now, random: world.random), organization: organization.id, slug: checkedSlug,
                name: checkedName, createdAt: now)
            try turn.add(cloud)
            return cloud
        }
    }

    public func organizations(_ page: PageRequest, by actor: Actor) async throws -> Page<Organization> {
        try await reading(by: actor) { turn in
            try turn.requireStanding()
            let all = try turn.snapshot.organizations(page)
            guard !actor.isOwner else { return all }
            // What is not theirs is left out rather than refused: a
            // list tells nobody what it does not hold.
            let visible = all.items.filter {
                (try? turn.requireRead(of: $0)) != nil
            }
            return Page(items: visible, next: all.next)
        }
    }

    public func organization(
        _ slug: String, by actor: Actor
    ) async throws -> (organization: Organization, clouds: [Cloud], representatives: [Person], managers: [Person]) {
        try await reading(by: actor) { turn in
            let organization = try turn.organization(slug: slug)
            try turn.requireRead(of: organization)
            return (
                organization, try turn.snapshot.clouds(of: organization.id),
                try turn.snapshot.holders(of: .representative, organization: organization.id),
                try turn.snapshot.holders(of: .deliveryManager, organization: organization.id)
            )
        }
    }
}
