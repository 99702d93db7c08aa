import Basics
import Directory
import Records

/// Which resources somebody asks for, in the words of the query: `a,b` is either, `!c` is not that.
public struct ResourceFilter: Sendable {
    /// `ORG/CLOUD`.
    public var clouds: String?
    /// `ORG/CLOUD/SERVICE`.
    public var services: String?
    public var names: String?
    /// Types, or their beginnings: `compute`, `compute/instance`.
    public var types: String?
    /// The last words of types.
    public var families: String?
    public var statuses: String?
    public var environments: String?
    /// Availability zones.
    public var zones: String?
    /// `key:value`; all of them hold.
    public var tags: String?

    public init() {}

    static let greatestCount = 20

    /// The parts of one parameter, each with whether it is excluded.
    ///
    /// - Throws: `Fault.Code.invalid` for an empty one, and for too many.
    fileprivate static func parts(
        _ text: String?, _ field: String, greatest: Int = greatestCount
    ) throws -> [(text: String, isExcluded: Bool)] {
        guard let text else { return [] }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let isExcluded = part.hasPrefix("!")
            return (text: String(isExcluded ? part.dropFirst() : part), isExcluded: isExcluded)
        }
        guard parts.allSatisfy({ !$0.text.isEmpty }) else {
            throw Fault.invalid(field, "malformed", "Write \(field) as a,b,!c: with commas, and ! before what is not.")
        }
        guard parts.count <= greatest else {
            throw Fault.invalid(field, "too_many", "There are \(greatest) \(field) at most.")
        }
        return parts
    }

    /// - Parameter read: what a part means; nil where a fault says why it means nothing.
    fileprivate static func choice(
        _ text: String?, _ field: String, _ read: (String, inout [Fault.Field]) throws -> String?
    ) throws -> ResourceSearch.Choice {
        var faults: [Fault.Field] = []
        var choice = ResourceSearch.Choice()
        for part in try parts(text, field) {
            guard let word = try read(part.text, &faults) else { continue }
            if part.isExcluded {
                choice.excluded.append(word)
            } else if !choice.included.contains(word) {
                choice.included.append(word)
            }
        }
        guard faults.isEmpty else { throw Fault.invalid(faults) }
        return choice
    }
}

extension Turn {
    /// What a filter means for the actor: nothing that is not theirs to read.
    ///
    /// - Throws: `.invalid` for words that mean nothing, `.notFound` for a place that is not there.
    func search(_ filter: ResourceFilter) throws -> ResourceSearch {
        var search = ResourceSearch(in: [])
        var places: [ResourceSearch.Place] = []
        search.clouds = try ResourceFilter.choice(filter.clouds, "clouds") { path, _ in
            let found = try resourceCloud(at: path)
            return found.cloud.id.text
        }
        search.services = try ResourceFilter.choice(filter.services, "services") { path, _ in
            try service(at: path).service.id.text
        }
        for id in search.services.included.compactMap(ServiceID.init) {
            guard let service = try snapshot.service(id) else { continue }
            places.append(.service(id, of: service.organization))
        }
        if search.services.included.isEmpty {
            for id in search.clouds.included.compactMap(CloudID.init) {
                guard let cloud = try snapshot.cloud(id) else { continue }
                places.append(.cloud(id, of: cloud.organization))
            }
            // The place says it already.
            search.clouds.included = places.isEmpty ? search.clouds.included : []
        } else {
            search.services.included = []
        }
        if places.isEmpty {
            places = try readableOrganizations(by: .resources)?.map { .organization($0) } ?? [.everywhere]
        }
        search.places = places
        try judge(filter, &search)
        return search
    }

    private func judge(_ filter: ResourceFilter, _ search: inout ResourceSearch) throws {
        search.names = try ResourceFilter.choice(filter.names, "names") { text, faults in
            FieldRules.name(text, field: "names", &faults)?.text
        }
        search.types = try ResourceFilter.choice(filter.types, "types") {
            ResourceFields.type($0, field: "types", &$1)?.path
        }
        search.families = try ResourceFilter.choice(filter.families, "families") { text, faults in
            guard let word = PathWord(text) else {
                faults.append(
                    .init("families", "invalid_family", "\(FieldRules.quoted(text)) is no family, such as linux."))
                return nil
            }
            return word.text
        }
        search.statuses = try ResourceFilter.choice(filter.statuses, "statuses") {
            ResourceFields.status($0, field: "statuses", &$1)?.rawValue
        }
        search.environments = try ResourceFilter.choice(filter.environments, "environments") {
            ResourceFields.environment($0, field: "environments", &$1)?.text
        }
        search.zones = try ResourceFilter.choice(filter.zones, "az") {
            ResourceFields.zone($0, catalogue.topology, field: "az", &$1)?.code
        }
        search.tags = try tagWishes(filter.tags)
        let wanted = Set(search.tags.filter(\.isWanted).map(\.tag))
        // No resource has two values under one key.
        if Set(wanted.map(\.key)).count < wanted.count { search.places = [] }
    }

    private func tagWishes(_ text: String?) throws -> [ResourceSearch.TagWish] {
        var faults: [Fault.Field] = []
        var wishes: [ResourceSearch.TagWish] = []
        for part in try ResourceFilter.parts(text, "tags", greatest: ResourceSearch.greatestTags) {
            let pair = part.text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else {
                faults.append(.init("tags", "malformed", "Write tags as key:value,key:value."))
                continue
            }
            guard let tag = ResourceFields.tag(String(pair[0]), String(pair[1]), field: "tags", &faults) else {
                continue
            }
            let wish = ResourceSearch.TagWish(tag, isWanted: !part.isExcluded)
            if !wishes.contains(wish) { wishes.append(wish) }
        }
        guard faults.isEmpty else { throw Fault.invalid(faults) }
        return wishes
    }
}
