import Basics
import Directory
public import Records

/// What became of a resource that somebody described.
public enum ResourceOutcome: String, Sendable {
    case added, changed, unchanged
}

extension Onboarding {
    /// - Parameter id: nil for one that is made here.
    /// - Throws: `.conflict` for an id that is taken.
    public func addResource(
        _ wish: ResourceWish, id: String?, by actor: Actor
    ) async throws -> ResourceHome {
        try await registering(by: actor) { turn in
            let home = try turn.service(at: wish.service ?? "")
            let id = try id.map(ResourceID.init(checking:)) ?? ResourceID(at: turn.now, random: world.random)
            return try turn.add(wish, as: id, in: home)
        }
    }

    /// What is told is all that there is about it; one that is not there yet is added.
    ///
    /// By this the platform keeps the registry current: the same again changes nothing, and is not recorded.
    ///
    /// - Parameter sight: is asked whether it is still what the caller saw; nil is what is not there yet.
    public func putResource(
        _ id: String, _ wish: ResourceWish, by actor: Actor,
        sight: @escaping @Sendable (ResourceHome?) throws -> Void = { _ in }
    ) async throws -> (resource: ResourceHome, outcome: ResourceOutcome) {
        var wish = wish
        wish.replacesTags = true
        return try await registering(by: actor) { [wish] turn in
            try turn.put(wish, as: ResourceID(checking: id), sight: sight) { _ in nil }
        }
    }

    /// What is nil stays.
    ///
    /// - Parameter sight: is asked whether it is still what the caller saw.
    public func changeResource(
        _ id: String, _ wish: ResourceWish, by actor: Actor,
        sight: @escaping @Sendable (ResourceHome) throws -> Void = { _ in }
    ) async throws -> ResourceHome {
        try await registering(by: actor) { turn in
            let found = try turn.resource(id)
            try sight(found)
            return try turn.change(found, wish, over: found.resource.properties).resource
        }
    }

    /// For good: what stays, for a while or for ever, is made INACTIVE instead.
    ///
    /// - Parameter sight: is asked whether it is still what the caller saw.
    public func removeResource(
        _ id: String, by actor: Actor, sight: @escaping @Sendable (ResourceHome) throws -> Void = { _ in }
    ) async throws {
        try await registering(by: actor) { turn in
            let found = try turn.resource(id)
            try sight(found)
            try turn.remove(found.resource)
        }
    }

    public func resource(_ id: String, by actor: Actor) async throws -> ResourceHome {
        try await reading(by: actor) { try $0.resource(id) }
    }

    public func resources(
        _ filter: ResourceFilter, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<ResourceHome> {
        try await reading(by: actor) { turn in
            try turn.requireStanding()
            let found = try turn.snapshot.resources(try turn.search(filter), page)
            return try found.map { resource in
                guard let home = try turn.snapshot.home(of: resource) else {
                    throw Authority.missing("resource", resource.id.text)
                }
                return home
            }
        }
    }
}

extension ResourceWriting {
    func add(_ wish: ResourceWish, as id: ResourceID, in home: ServiceHome) throws -> ResourceHome {
        let properties = try wish.judged(over: nil, in: home.organization, catalogue.topology)
        let resource = Resource(id: id, at: home.service.place, properties, createdAt: now)
        try add(resource)
        return ResourceHome(resource: resource, home: home)
    }

    /// What has this id by now, if anything.
    ///
    /// - Throws: `.conflict` where it is another organization's: that it is taken is all that is told of it.
    private func former(_ id: ResourceID) throws -> ResourceHome? {
        guard let former = try snapshot.home(of: id) else { return nil }
        guard try mayRead(former.home.organization, by: .resources) else {
            let sentence: Sentence = "There is a resource with the id \(id.text) already."
            throw Fault(.conflict, sentence, faults: [.init("id", "taken", sentence)])
        }
        return former
    }

    /// - Parameter keeping: of one that is there, what holds where nothing is said.
    func put(
        _ wish: ResourceWish, as id: ResourceID, sight: (ResourceHome?) throws -> Void = { _ in },
        keeping: (Resource) -> Resource.Properties?
    ) throws -> (resource: ResourceHome, outcome: ResourceOutcome) {
        let home = try service(at: wish.service ?? "")
        let former = try former(id)
        try sight(former)
        guard let former else { return (try add(wish, as: id, in: home), .added) }
        return try change(former, wish, over: keeping(former.resource))
    }

    /// From one service to another of the same organization, too; not to another organization's, whose grants
    /// would then decide about it.
    func change(
        _ former: ResourceHome, _ wish: ResourceWish, over kept: Resource.Properties?
    ) throws -> (resource: ResourceHome, outcome: ResourceOutcome) {
        let home = try wish.service.map { try service(at: $0) } ?? former.home
        guard home.organization.id == former.home.organization.id else {
            throw Fault.invalid(
                "service", "other_organization",
                "The resource \(former.resource.id.text) belongs to \(former.home.organization.slug): remove it there, "
                    + "and add it here.")
        }
        let properties = try wish.judged(over: kept, in: home.organization, catalogue.topology)
        let resource = Resource(
            id: former.resource.id, at: home.service.place, properties, createdAt: former.resource.createdAt)
        let isChanged = try change(former.resource, to: resource)
        return (ResourceHome(resource: resource, home: home), isChanged ? .changed : .unchanged)
    }
}

extension ResourceID {
    /// Below `/resources`, where files are sent.
    private static let batches = "batches"

    /// - Throws: `Fault.Code.invalid`.
    init(checking text: String) throws {
        guard text != Self.batches else {
            throw Fault.invalid(
                "id", "invalid_id", "\(FieldRules.quoted(text)) is the address of files: choose another id.")
        }
        guard let id = ResourceID(text) else {
            throw Fault.invalid(
                "id", "invalid_id",
                "\(FieldRules.quoted(text)) is no id of a resource: 1 to 64 letters, digits and . _ : -, a letter or "
                    + "digit first.")
        }
        self = id
    }
}
