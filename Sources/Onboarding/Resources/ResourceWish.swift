public import Basics
import Directory
import Records

/// A resource as somebody describes it, not judged yet; what is nil stays as it is, or is missing.
public struct ResourceWish: Sendable {
    /// `ORG/CLOUD/SERVICE`.
    public var service: String?
    public var name: String?
    public var type: String?
    public var status: String?
    public var environment: String?
    /// Empty for none.
    public var zone: String?
    /// By key; `null` takes one away.
    public var tags: JSON.Members?
    /// Whether the tags that are not said are to be gone.
    public var replacesTags = false

    public init() {}
}

/// Each rule with its fault: what a resource may be.
extension ResourceWish {
    /// - Parameter former: what holds where nothing is said; nil for nothing.
    /// - Throws: `Fault.Code.invalid` with every fault.
    func judged(
        over former: Resource.Properties?, in organization: Organization, _ topology: Topology
    ) throws -> Resource.Properties {
        var faults: [Fault.Field] = []
        let name = name.map { FieldRules.name($0, &faults) } ?? former?.name
        if self.name == nil, name == nil { faults.append(Self.missing("name", "Say the name.")) }
        let type = judgedType(&faults) ?? former?.type
        let environment = judgedEnvironment(&faults) ?? former?.environment
        if type == nil, self.type == nil {
            faults.append(Self.missing("type", "Say the type, such as compute/instance."))
        }
        if environment == nil, self.environment == nil {
            faults.append(Self.missing("environment", "Say the environment, such as production."))
        }
        let status = judgedStatus(&faults) ?? former?.status ?? .active
        let zone = zone == nil ? former?.zone : judgedZone(in: organization, topology, &faults)
        let tags = judgedTags(over: replacesTags ? Tags() : former?.tags ?? Tags(), &faults)
        guard faults.isEmpty, let name, let type, let environment else { throw Fault.invalid(faults) }
        return Resource.Properties(
            name: name, type: type, status: status, environment: environment, zone: zone, tags: tags)
    }

    private static func missing(_ field: String, _ sentence: Sentence) -> Fault.Field {
        .init(field, "required", sentence)
    }

    private func judgedType(_ faults: inout [Fault.Field]) -> TypePath? {
        guard let type else { return nil }
        return ResourceFields.type(type, &faults)
    }

    private func judgedEnvironment(_ faults: inout [Fault.Field]) -> PathWord? {
        guard let environment else { return nil }
        return ResourceFields.environment(environment, &faults)
    }

    private func judgedStatus(_ faults: inout [Fault.Field]) -> Resource.Status? {
        guard let status else { return nil }
        return ResourceFields.status(status, &faults)
    }

    /// Resources of clients stand in zones for clients.
    private func judgedZone(
        in organization: Organization, _ topology: Topology, _ faults: inout [Fault.Field]
    ) -> String? {
        guard let code = zone, !code.isEmpty else { return nil }
        guard let zone = ResourceFields.zone(code, topology, &faults) else { return nil }
        guard zone.tenancy == .reserved, organization.kind == .client else { return zone.code }
        let open = topology.zones.filter { $0.tenancy == .client }.map(\.code).joined(separator: ", ")
        faults.append(
            .init(
                "zone", "reserved_zone",
                "The zone \(zone.code) is reserved for the provider's own group, and \(organization.slug) is a client: "
                    + "choose one of \(open)."))
        return nil
    }

    private func judgedTags(over former: Tags, _ faults: inout [Fault.Field]) -> Tags {
        var result = former
        for (key, value) in (tags ?? [:]).sorted(by: { $0.key < $1.key }) {
            switch value {
            case .null: result.remove(key)
            case .string(let text):
                if let tag = ResourceFields.tag(key, text, field: "tags.\(FieldRules.quoted(key))", &faults) {
                    result.set(tag)
                }
            default:
                let field = "tags.\(FieldRules.quoted(key))"
                faults.append(.init(field, "wrong_type", "The value of a tag must be text, or null to take it away."))
            }
        }
        if result.count > Tags.greatestCount {
            faults.append(
                .init("tags", "too_many", "A resource has \(Tags.greatestCount) tags at most, not \(result.count)."))
        }
        return result
    }
}

/// What the words about resources must be, wherever somebody writes them.
enum ResourceFields {
    static func type(_ text: String, field: String = "type", _ faults: inout [Fault.Field]) -> TypePath? {
        if let type = TypePath(text) { return type }
        faults.append(
            .init(
                field, "invalid_type",
                "\(FieldRules.quoted(text)) is no type: write category, type and family with slashes, of a-z, 0-9 and "
                    + "hyphens, such as compute/instance/linux; the end may be left out."))
        return nil
    }

    static func environment(
        _ text: String, field: String = "environment", _ faults: inout [Fault.Field]
    ) -> PathWord? {
        if let environment = PathWord(text) { return environment }
        faults.append(
            .init(
                field, "invalid_environment",
                "\(FieldRules.quoted(text)) is no environment: write one word of a-z, 0-9 and hyphens, such as "
                    + "production."))
        return nil
    }

    static func status(_ text: String, field: String = "status", _ faults: inout [Fault.Field]) -> Resource.Status? {
        if let status = Resource.Status(rawValue: text.uppercased()) { return status }
        let known = Resource.Status.allCases.map(\.rawValue).joined(separator: ", ")
        faults.append(
            .init(field, "unknown_status", "There is no status \(FieldRules.quoted(text)); choose one of \(known)."))
        return nil
    }

    static func zone(
        _ text: String, _ topology: Topology, field: String = "zone", _ faults: inout [Fault.Field]
    ) -> Topology.Zone? {
        if let zone = topology.zone(text) { return zone }
        let known = topology.zones.map(\.code).joined(separator: ", ")
        faults.append(
            .init(field, "unknown_zone", "There is no zone \(FieldRules.quoted(text)); choose one of \(known)."))
        return nil
    }

    static func tag(_ key: String, _ value: String, field: String, _ faults: inout [Fault.Field]) -> Tag? {
        do throws(Tag.Refusal) { return try Tag(key, value) } catch {
            let sentence: Sentence =
                switch error {
                case .key:
                    "\(FieldRules.quoted(key)) is no key of a tag: 1 to 64 letters, digits and . _ - /, a letter or "
                        + "digit first."
                case .value:
                    "\(FieldRules.quoted(value)) is no value of a tag: 1 to 200 visible characters, a letter or digit "
                        + "among them and no comma."
                }
            faults.append(.init(field, error == .key ? "invalid_key" : "invalid_value", sentence))
            return nil
        }
    }
}
