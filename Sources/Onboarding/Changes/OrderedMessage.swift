import Basics
import Directory
import Records
import Workflow

/// A message that a workflow told, as its entry of the trail keeps it.
public struct OrderedMessage: Hashable, Sendable {
    /// As its definition declares it.
    public let name: String
    /// Where the request was.
    public let state: String

    init(name: String, state: String) {
        self.name = name
        self.state = state
    }

    /// What receivers know it by: no other change can have such a type.
    var type: String { Self.type(of: name) }

    static func type(of name: String) -> String { "workflow.\(name)" }

    /// Neither has a blank.
    var text: String { "\(name) \(state)" }

    /// Nil for what `text` never gives.
    init?(text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words.allSatisfy({ !$0.isEmpty }) else { return nil }
        (name, state) = (String(words[0]), String(words[1]))
    }
}

/// A request as receivers are told of it: who and what it is about, and nothing that people wrote to each other.
public struct ToldRequest: Sendable {
    public struct Item: Sendable {
        /// `ORG/CLOUD`; nil for one of another organization.
        let cloud: String?
        let profile: String
        let state: Run.Item.State
        /// Id of whom the item is about, where each is about somebody else.
        let person: String?
    }

    let request: Request
    /// Whom it is about; nil where that is nobody of its organization.
    let person: Person?
    /// What it is about as a whole.
    let cloud: String?
    /// The first of them.
    let items: [Item]
}

extension ChangeEvent {
    /// All types that there may be by the definitions of an installation.
    static func types(_ library: DefinitionLibrary) -> [String] {
        Kind.allCases.filter { $0 != .messageTold }.map(\.rawValue)
            + Set(library.current.values.flatMap(\.messages.keys)).sorted().map(OrderedMessage.type)
    }
}

extension Turn {
    /// So many items of a request are told: a review has one for each grant of a cloud.
    private static var greatestItems: Int { 100 }

    func told(_ request: Request) throws -> ToldRequest {
        let home = request.organization
        func place(_ id: CloudID?) throws -> String? {
            guard let cloud = try id.flatMap(snapshot.cloud), cloud.organization == home,
                let organization = try snapshot.organization(cloud.organization)
            else { return nil }
            return "\(organization.slug)/\(cloud.slug)"
        }
        let whole = try place(request.cloud)
        let items = try request.run.items.prefix(Self.greatestItems).map { item in
            let cloud = try item.about == nil ? place(CloudID(item.id)) : whole
            return ToldRequest.Item(cloud: cloud, profile: item.profile, state: item.state, person: item.about)
        }
        let holder = try request.holder.flatMap(snapshot.person)
        return ToldRequest(
            request: request, person: holder?.organization == home ? holder : nil, cloud: whole, items: items)
    }
}
