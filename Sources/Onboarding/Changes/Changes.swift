import Basics
import Directory
public import Records

extension Onboarding {
    /// So many entries of the trail are looked at for one page: what others did costs a reader no more than that.
    static var entriesLookedAt: Int { 1_000 }

    /// What happened after a position, for whoever keeps a picture of who may do what.
    ///
    /// The audit trail in other words: each change has its entry there, written in the same transaction and numbered in
    /// the order of commits, so that nothing can appear behind a reader.
    ///
    /// - Parameters:
    ///   - position: of the last event that was read; 0 for all there is; nil for none, to learn where the end is.
    ///   - organization: short name of the only one that matters; nil for all that the reader may hear of.
    /// - Throws: `.forbidden` for whoever is no operator and no application with the scope for it, `.notFound` for an
    ///   organization that such an application does not serve.
    public func changes(
        after position: Int64?, of organization: String?, limit: Int, by actor: Actor
    ) async throws -> ChangePage {
        try await reading(by: actor) { turn in
            let heard = try turn.requireChanges()
            let wanted = try organization.map { slug in
                guard let found = try turn.snapshot.organization(slug: slug), heard?.contains(found.id) != false else {
                    throw Authority.missing("organization", slug)
                }
                return [found.id]
            }
            let end = try turn.snapshot.lastAuditEntry()?.sequence ?? 0
            guard let position else { return ChangePage(events: [], position: end, hasMore: false) }
            return try turn.changes(
                ChangeWish(position: position, organizations: wanted ?? heard, limit: limit), end: end)
        }
    }
}

/// Which changes somebody reads.
struct ChangeWish {
    /// Of the last one that was read.
    var position: Int64
    /// Nil for all, and the provider itself.
    let organizations: [OrganizationID]?
    /// Nil for all.
    var types: Set<String>?
    /// How many at most.
    let limit: Int

    init(position: Int64, organizations: [OrganizationID]?, limit: Int) {
        self.position = position
        self.organizations = organizations
        self.limit = limit
    }
}

extension Turn {
    /// - Parameter end: of the trail.
    func changes(_ wish: ChangeWish, end: Int64) throws -> ChangePage {
        let (most, position, organizations) = (Onboarding.entriesLookedAt, wish.position, wish.organizations)
        let entries =
            if let only = organizations?.first, organizations?.count == 1 {
                try snapshot.auditEntries(of: only.text, after: position, limit: most)
            } else {
                try snapshot.auditEntries(after: position, limit: most)
            }
        let heard = organizations.map { Set($0.map(\.text)) }
        var events: [ChangeEvent] = []
        var subjects: [String: ChangeEvent.Subject] = [:]
        for entry in entries {
            guard let kind = ChangeEvent.Kind(rawValue: entry.action),
                heard?.contains(entry.organization ?? "") != false
            else { continue }
            let message = kind == .messageTold ? entry.detail.flatMap(OrderedMessage.init(text:)) : nil
            guard wish.types?.contains(message?.type ?? kind.rawValue) != false else { continue }
            events.append(try event(entry, kind, message, &subjects))
            if events.count == wish.limit, entry.sequence < end {
                return ChangePage(events: events, position: entry.sequence, hasMore: true)
            }
        }
        // Where fewer were there than were asked for, all that is committed has been seen.
        let isWhole = entries.count < most
        return ChangePage(
            events: events, position: isWhole ? max(end, position) : entries.last?.sequence ?? position,
            hasMore: !isWhole)
    }

    /// - Parameter subjects: what was read for this page already, by the entries' subjects.
    private func event(
        _ entry: AuditEntry, _ kind: ChangeEvent.Kind, _ message: OrderedMessage?,
        _ subjects: inout [String: ChangeEvent.Subject]
    ) throws -> ChangeEvent {
        // What a workflow tells has the key of its effect for a subject.
        let id = (kind == .messageTold ? entry.request : entry.subject) ?? ""
        // Of a factor its own id is told, and of a grant the person's.
        let name = "\(kind.rawValue.prefix { $0 != "." }) \(id)"
        let subject = try subjects[name] ?? self.subject(of: kind, id) ?? .gone(kind.noun, id: id)
        subjects[name] = subject
        return ChangeEvent(
            position: entry.sequence, at: entry.at, kind: kind,
            organization: try entry.organization.flatMap(OrganizationID.init).flatMap(snapshot.organization)?.slug.text,
            request: entry.request, subject: subject, message: message)
    }

    /// How whatever an entry is about stands now; nil for what is not kept any more.
    private func subject(of kind: ChangeEvent.Kind, _ id: String) throws -> ChangeEvent.Subject? {
        switch kind.noun {
        case .organization: try snapshot.organization(slug: id).map { .organization($0) }
        case .cloud:
            try CloudID(id).flatMap(snapshot.cloud).flatMap { cloud in
                try snapshot.organization(cloud.organization).map { .cloud(cloud, of: $0) }
            }
        case .service: try ServiceID(id).flatMap(snapshot.service).flatMap(home).map { .service($0) }
        case .resource: try ResourceID(id).flatMap { try snapshot.home(of: $0) }.map { .resource($0) }
        case .person:
            try person(
                kind.rawValue.hasPrefix("factor.")
                    ? FactorID(id).flatMap { try snapshot.factor($0) }?.person : PersonID(id))
        case .request: try RequestID(id).flatMap(snapshot.request).map { .request(try told($0)) }
        case .program:
            try APIAccountID(id).flatMap { try snapshot.apiAccount($0) }.map { account in
                .program(
                    account,
                    grants: try grants(of: account).map {
                        try held($0.cloud, $0.profile, since: $0.since, until: nil)
                    })
            }
        }
    }

    private func home(of service: Service) throws -> ServiceHome? {
        guard let cloud = try snapshot.cloud(service.cloud),
            let organization = try snapshot.organization(service.organization)
        else { return nil }
        return ServiceHome(organization: organization, cloud: cloud, service: service)
    }

    private func person(_ id: PersonID?) throws -> ChangeEvent.Subject? {
        guard let person = try id.flatMap(snapshot.person) else { return nil }
        return .person(
            person, hasFactor: try snapshot.factor(of: person.id, .active) != nil,
            grants: try snapshot.liveGrants(of: person.id, at: now).filter { !$0.hasEnded(at: now) }.map {
                try held($0.cloud, $0.profile, since: $0.since, until: $0.until, next: $0.later.first)
            })
    }

    private func held(
        _ id: CloudID, _ profile: String, since: Timestamp, until: Timestamp?, next: Grant.Later? = nil
    ) throws -> ChangeEvent.HeldGrant {
        let cloud = try snapshot.cloud(id)
        let organization = try (cloud?.organization).flatMap(snapshot.organization)
        return ChangeEvent.HeldGrant(
            cloud: "\(organization?.slug.text ?? "")/\(cloud?.slug.text ?? "")", profile: profile, since: since,
            until: until, next: next)
    }
}
