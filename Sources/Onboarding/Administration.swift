import Basics
package import Directory
import Workflow

/// Somebody with what they may do, for lists and pages.
package struct PersonProfile: Sendable {
    package let person: Person
    package let organization: Organization?
    package let duties: [(duty: Duty, organization: Organization?)]
    /// Temporary ones are listed beyond their end, until they are replaced or taken back.
    package let grants: [(cloud: Cloud, organization: Organization, grant: Grant, hasEnded: Bool)]
    package let hasFactor: Bool
}

extension Onboarding {
    /// A new customer with its first cloud, its representative and its delivery manager; the people are invited.
    ///
    /// - Parameter manager: nil takes the provider's first delivery manager.
    package func addOrganization(
        name: String, slug: String?, representative: String, representativeName: String?, manager: String?,
        language: String, locality: Locality = .installation, by actor: Actor
    ) async throws -> Organization {
        let now = world.now()
        try await store.read { try Authority.requireOperation(actor, at: now, in: $0) }
        var faults: [Fault.Field] = []
        let checkedName = FieldRules.name(name, &faults)
        let checkedSlug = FieldRules.slug(slug ?? Slug(from: name)?.text ?? "", &faults)
        let checkedLanguage = FieldRules.language(language, &faults)
        let checkedRepresentative = FieldRules.email(representative, field: "representative", &faults)
        let checkedManager = manager.flatMap { FieldRules.email($0, field: "manager", &faults) }
        faults += calendars.faults(in: locality)
        guard faults.isEmpty, let checkedName, let checkedSlug, let checkedLanguage, let checkedRepresentative
        else { throw Fault.invalid(faults) }
        let organization = Organization(
            id: OrganizationID(at: now, random: world.random), slug: checkedSlug, name: checkedName, locality: locality,
            createdAt: now)
        let cloud = Cloud(
            id: CloudID(at: now, random: world.random), organization: organization.id, slug: Self.firstCloud.slug,
            name: Self.firstCloud.name, createdAt: now)
        try await store.write { transaction in
            try transaction.insert(organization)
            try transaction.insert(cloud)
            try transaction.audit(
                AuditNote("organization.add", organization: organization.id, subject: checkedSlug.text),
                by: actor.recorded, at: now)
            try appoint(
                checkedRepresentative, representativeName, .representative, towards: organization.id,
                home: organization.id, checkedLanguage, by: actor, at: now, in: transaction)
            if let checkedManager {
                try appoint(
                    checkedManager, nil, .deliveryManager, towards: organization.id, home: nil, checkedLanguage,
                    by: actor, at: now, in: transaction)
            } else if let first = try transaction.holders(of: .deliveryManager, organization: nil).first {
                try transaction.assign(DutyHolding(.deliveryManager, organization: organization.id), to: first.id)
                try transaction.audit(
                    AuditNote(
                        "duty.assign", organization: organization.id, subject: first.id.text,
                        detail: Duty.deliveryManager.rawValue), by: actor.recorded, at: now)
            } else {
                throw Fault.invalid(
                    "manager", "required", "There is no delivery manager yet: name one with --manager EMAIL.")
            }
        }
        _ = try await runDue()
        return organization
    }

    /// Says by which calendar an organization works, and in which time zone; nil leaves it, an empty text is the
    /// installation's.
    ///
    /// For what is scheduled from now on; instants that are stored stay.
    package func setOrganization(
        _ slug: String, calendar: String?, timeZone: String?, by actor: Actor
    ) async throws -> Organization {
        let now = world.now()
        try await store.read { try Authority.requireOperation(actor, at: now, in: $0) }
        return try await store.write { transaction in
            guard let organization = try transaction.organization(slug: slug) else {
                throw Authority.missing("organization", slug)
            }
            var locality = organization.locality
            if let calendar { locality.calendar = calendar.isEmpty ? nil : calendar }
            if let timeZone { locality.timeZone = timeZone.isEmpty ? nil : timeZone }
            let faults = self.calendars.faults(in: locality)
            guard faults.isEmpty else { throw Fault.invalid(faults) }
            try transaction.setLocality(locality, of: organization.id)
            try transaction.audit(
                AuditNote(
                    "organization.set", organization: organization.id, subject: slug,
                    detail: "calendar=\(locality.calendar ?? "") time-zone=\(locality.timeZone ?? "")"),
                by: actor.recorded, at: now)
            return Organization(
                id: organization.id, slug: organization.slug, name: organization.name, locality: locality,
                createdAt: organization.createdAt)
        }
    }

    /// The cloud that every new organization has.
    private static var firstCloud: (slug: Slug, name: DisplayName) {
        guard let slug = try? Slug("default"), let name = try? DisplayName("Default") else {  // Constants; both hold.
            preconditionFailure("the first cloud's names are well-formed")
        }
        return (slug, name)
    }

    package func addCloud(
        organization slug: String, name: String, cloudSlug: String?, by actor: Actor
    ) async throws -> Cloud {
        let now = world.now()
        try await store.read { try Authority.requireOperation(actor, at: now, in: $0) }
        var faults: [Fault.Field] = []
        let checkedName = FieldRules.name(name, &faults)
        let checkedSlug = FieldRules.slug(cloudSlug ?? Slug(from: name)?.text ?? "", &faults)
        guard let checkedName, let checkedSlug else { throw Fault.invalid(faults) }
        return try await store.write { transaction in
            guard let organization = try transaction.organization(slug: slug) else {
                throw Authority.missing("organization", slug)
            }
            let cloud = Cloud(
                id: CloudID(at: now, random: world.random), organization: organization.id, slug: checkedSlug,
                name: checkedName, createdAt: now)
            try transaction.insert(cloud)
            try transaction.audit(
                AuditNote("cloud.add", organization: organization.id, subject: cloud.id.text), by: actor.recorded,
                at: now)
            return cloud
        }
    }

    package func organizations(_ page: PageRequest, by actor: Actor) async throws -> Page<Organization> {
        let now = world.now()
        return try await store.read { snapshot in
            try Authority.requireStanding(actor, in: snapshot)
            let all = try snapshot.organizations(page)
            guard actor.person != nil else { return all }
            // What is not theirs is left out rather than refused: a list tells nobody what it does not hold.
            let visible = all.items.filter {
                (try? Authority.requireRead(of: $0, actor, at: now, in: snapshot)) != nil
            }
            return Page(items: visible, next: all.next)
        }
    }

    package func organization(
        _ slug: String, by actor: Actor
    ) async throws -> (organization: Organization, clouds: [Cloud], representatives: [Person], managers: [Person]) {
        let now = world.now()
        return try await store.read { snapshot in
            guard let organization = try snapshot.organization(slug: slug) else {
                throw Authority.missing("organization", slug)
            }
            try Authority.requireRead(of: organization, actor, at: now, in: snapshot)
            return (
                organization, try snapshot.clouds(of: organization.id),
                try snapshot.holders(of: .representative, organization: organization.id),
                try snapshot.holders(of: .deliveryManager, organization: organization.id)
            )
        }
    }
}

// MARK: Appointments

extension Onboarding {
    /// The first service delivery manager, who is the deputy as well until others are appointed.
    package func appointFirstManager(
        email: String, name: String?, language: String, by actor: Actor
    ) async throws -> Person {
        let person = try await appoint(
            email: email, name: name, .deliveryManager, organization: nil, language: language, by: actor)
        let now = world.now()
        try await store.write { transaction in
            try transaction.assign(DutyHolding(.dutyManager, organization: nil), to: person.id)
            try transaction.audit(
                AuditNote("duty.assign", subject: person.id.text, detail: Duty.dutyManager.rawValue),
                by: actor.recorded, at: now)
        }
        return person
    }

    /// Gives somebody a duty; who is new is invited.
    ///
    /// - Parameter organization: by slug; nil is a duty towards the whole provider.
    package func appoint(
        email: String, name: String?, _ duty: Duty, organization slug: String?, language: String, by actor: Actor
    ) async throws -> Person {
        let now = world.now()
        try await store.read { try Authority.requireAppointment(to: duty, by: actor, at: now, in: $0) }
        var faults: [Fault.Field] = []
        let checkedEmail = FieldRules.email(email, &faults)
        let checkedLanguage = FieldRules.language(language, &faults)
        if duty == .representative, slug == nil {
            faults.append(.init("organization", "required", "Say of which organization, with --org."))
        }
        if duty == .dutyManager, slug != nil {
            faults.append(
                .init("organization", "unexpected", "A duty manager serves every organization: leave out --org."))
        }
        if duty == .operator, slug != nil {
            faults.append(
                .init("organization", "unexpected", "An operator looks after the whole service: leave out --org."))
        }
        guard faults.isEmpty, let checkedEmail, let checkedLanguage else { throw Fault.invalid(faults) }
        let person = try await store.write { transaction -> Person in
            let organization = try slug.map { slug in
                guard let organization = try transaction.organization(slug: slug) else {
                    throw Authority.missing("organization", slug)
                }
                return organization
            }
            return try appoint(
                checkedEmail, name, duty, towards: organization?.id,
                home: duty == .representative ? organization?.id : nil, checkedLanguage, by: actor, at: now,
                in: transaction)
        }
        _ = try await runDue()
        return person
    }

    /// Somebody whose invitation lapsed, or who left and is back, is invited anew.
    private func reopened(_ known: Person, at now: Timestamp, in transaction: any Transaction) throws -> Person {
        guard known.state == .closed else { return known }
        try transaction.setState(.invited, of: known.id, at: now)
        guard let person = try transaction.person(known.id) else {
            throw Authority.missing("person", known.email.text)
        }
        return person
    }

    /// - Parameter home: the organization to which the person belongs; nil for the provider's staff.
    @discardableResult
    private func appoint(
        _ email: EmailAddress, _ name: String?, _ duty: Duty, towards organization: OrganizationID?,
        home: OrganizationID?, _ language: Language, by actor: Actor, at now: Timestamp,
        in transaction: any Transaction
    ) throws -> Person {
        let person: Person
        if let known = try transaction.person(emailKey: email.key) {
            guard known.organization == home else {
                throw Fault.invalid("email", "unavailable", "\(email) belongs to another organization.")
            }
            person = try reopened(known, at: now, in: transaction)
        } else {
            var faults: [Fault.Field] = []
            // An address is a better greeting than none, and the person's own name can be given later.
            let checkedName = FieldRules.name(name ?? String(email.text.prefix { $0 != "@" }), &faults)
            guard let checkedName else { throw Fault.invalid(faults) }
            person = Person(
                id: PersonID(at: now, random: world.random), organization: home, email: email, name: checkedName,
                language: language, state: .invited, createdAt: now)
            try transaction.insert(person)
        }
        try Authority.requireApart(duty, from: transaction.duties(of: person.id))
        try transaction.assign(DutyHolding(duty, organization: organization), to: person.id)
        try transaction.audit(
            AuditNote("duty.assign", organization: organization, subject: person.id.text, detail: duty.rawValue),
            by: actor.recorded, at: now)
        guard person.state == .invited, try transaction.openAccountRequests(about: person.id).isEmpty
        else { return person }
        let draft = RequestDraft(
            workflow: "appointment", organization: home, holder: person.id, requester: actor.recorded,
            reason: "Appointed as \(duty.rawValue.replacing("_", with: " ")).")
        let start = Event.Start(items: [], players: ["requester": [actor.recorded], "holder": [person.id.text]])
        _ = try begin(draft, with: start, by: Mover(recorded: actor.recorded), at: now, in: transaction)
        return person
    }
}
