import Basics
import Directory
public import Records

/// A webhook as an operator describes it, not judged yet.
public struct WebhookDraft: Sendable {
    public var name: String
    public var address: String
    public var signing: Webhook.Signing
    /// Short names; empty for everybody's changes.
    public var organizations: [String]
    /// Of changes, as the feed names them; empty for all.
    public var types: [String]

    public init(
        name: String, address: String, signing: Webhook.Signing = .hmac, organizations: [String] = [],
        types: [String] = []
    ) {
        self.name = name
        self.address = address
        self.signing = signing
        self.organizations = organizations
        self.types = types
    }
}

/// What becomes otherwise of a webhook; what is nil stays.
public struct WebhookChange: Sendable {
    public var address: String?
    public var organizations: [String]?
    public var types: [String]?

    public init(address: String? = nil, organizations: [String]? = nil, types: [String]? = nil) {
        self.address = address
        self.organizations = organizations
        self.types = types
    }
}

extension WebhookDraft {
    /// Nil where its address cannot be used, for which there is a fault then.
    ///
    /// - Parameter caller: says where a name leads now; a later call looks again.
    static func judged(
        _ address: String, by caller: any WebhookCaller, _ faults: inout [Fault.Field]
    ) async -> WebhookAddress? {
        do throws(WebhookAddress.Refusal) {
            let address = try WebhookAddress(address, allowsPlain: caller.allowsPrivateAddresses)
            guard let refusal = await caller.refusal(of: address.host) else { return address }
            faults.append(.init("address", "forbidden_address", refusal))
        } catch { faults.append(.init("address", "invalid_address", error.sentence)) }
        return nil
    }

    /// - Parameter library: whose definitions declare what workflows tell.
    static func judged(types: [String], _ library: DefinitionLibrary, _ faults: inout [Fault.Field]) -> [String] {
        let known = ChangeEvent.types(library)
        for (index, type) in types.enumerated() where !known.contains(type) {
            let all = known.joined(separator: ", ")
            faults.append(
                .init("types[\(index)]", "unknown", "\(FieldRules.quoted(type)) is no type of a change: \(all)."))
        }
        return known.filter(types.contains)
    }
}

extension Turn {
    func organizations(named slugs: [String], _ faults: inout [Fault.Field]) throws -> [OrganizationID] {
        var found: [OrganizationID] = []
        for slug in slugs {
            guard let id = try snapshot.organization(slug: slug)?.id else {
                faults.append(
                    .init("organizations", "unknown", "There is no organization \(FieldRules.quoted(slug))."))
                continue
            }
            if !found.contains(id) { found.append(id) }
        }
        return found
    }
}
