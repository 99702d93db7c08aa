import Basics
import Directory
import Records

/// The verbs of `Writing` about services and resources, each with its entry of the audit trail.
///
/// A turn of its own, for a program may change these and nothing else.
struct ResourceWriting: Turn {
    private let turn: Writing
    private let records: any Transaction

    init(_ turn: Writing, _ records: any Transaction) {
        self.turn = turn
        self.records = records
    }

    var usher: Onboarding { turn.usher }
    var actor: Actor { turn.actor }
    var now: Timestamp { turn.now }
    var snapshot: any Snapshot { records }

    /// What zones are open to it.
    func set(_ kind: Organization.Kind, of organization: Organization) throws {
        try records.setKind(kind, of: organization.id)
        try record(
            "organization.kind", organization.id, organization.slug.text,
            "\(organization.kind.rawValue) -> \(kind.rawValue)")
    }

    func add(_ service: Service) throws {
        try records.insert(service)
        try record("service.add", service.organization, service.id.text, service.slug.text)
    }

    func add(_ resource: Resource) throws {
        try records.insert(resource)
        try record("resource.add", resource, resource.told)
    }

    /// - Returns: false where nothing is different, and nothing was written.
    @discardableResult
    func change(_ former: Resource, to resource: Resource) throws -> Bool {
        guard former != resource else { return false }
        try records.update(former, to: resource)
        // What is different, as it is now: what it was stands in the entries before.
        try record("resource.set", resource, resource.changes(from: former))
        return true
    }

    func remove(_ resource: Resource) throws {
        try records.remove(resource)
        try record("resource.remove", resource, resource.told)
    }

    private func record(_ action: String, _ resource: Resource, _ detail: JSON) throws {
        try record(action, resource.place.organization, resource.id.text, detail.compact)
    }

    private func record(
        _ action: String, _ organization: OrganizationID, _ subject: String, _ detail: String
    ) throws {
        try records.audit(
            AuditNote(action, organization: organization, subject: subject, detail: detail), by: actor.recorded,
            at: now)
    }
}

extension Resource {
    /// All that an entry of the trail says of it.
    fileprivate var told: JSON {
        [
            "service": .string(place.service.text), "name": .string(properties.name.text),
            "type": .string(properties.type.path), "status": .string(properties.status.rawValue),
            "environment": .string(properties.environment.text), "zone": JSON(properties.zone),
            "tags": JSON.texts(properties.tags.values),
        ]
    }

    /// The members that are different, as they are now; of tags those, and `null` for what is gone.
    fileprivate func changes(from former: Resource) -> JSON {
        let before = former.told.members
        var changed = told.members.filter { $0.key != "tags" && before[$0.key] != $0.value }
        let (old, new) = (former.properties.tags.values, properties.tags.values)
        let tags = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
        if !tags.isEmpty {
            changed["tags"] = .object(JSON.Members(tags.map { ($0, JSON(new[$0])) }) { $1 })
        }
        return .object(changed)
    }
}
