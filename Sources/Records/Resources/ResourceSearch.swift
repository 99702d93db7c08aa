public import Basics
public import Directory

/// Which resources are looked for.
public struct ResourceSearch: Sendable {
    /// How many entries of an index a page reads at most.
    ///
    /// So a page ends the list if one of the tags, the names or the places has no more than that.
    public static let greatestWork = 5_000
    public static let greatestTags = 10

    /// Where resources are looked for, one place after the other.
    public enum Place: Hashable, Sendable {
        /// For whoever may see every organization.
        case everywhere
        case organization(OrganizationID)
        case cloud(CloudID, of: OrganizationID)
        case service(ServiceID, of: OrganizationID)

        /// What names it in a cursor.
        public var key: String {
            switch self {
            case .everywhere: "all"
            case .organization(let id): id.text
            case .cloud(let id, _): id.text
            case .service(let id, _): id.text
            }
        }
    }

    /// Texts of which a property must be one, or none.
    public struct Choice: Hashable, Sendable {
        /// Empty for any.
        public var included: [String] = []
        public var excluded: [String] = []

        public init(included: [String] = [], excluded: [String] = []) {
            self.included = included
            self.excluded = excluded
        }

        public var isFree: Bool { included.isEmpty && excluded.isEmpty }
    }

    /// A tag that a resource must have, or must not.
    public struct TagWish: Hashable, Sendable {
        public let tag: Tag
        public let isWanted: Bool

        public init(_ tag: Tag, isWanted: Bool = true) {
            self.tag = tag
            self.isWanted = isWanted
        }
    }

    public var places: [Place]
    public var names = Choice()
    /// Paths, or beginnings of them.
    public var types = Choice()
    public var families = Choice()
    public var statuses = Choice()
    public var environments = Choice()
    public var zones = Choice()
    /// Ids, as of the next one.
    public var clouds = Choice()
    public var services = Choice()
    /// All of them hold.
    public var tags: [TagWish] = []

    public init(in places: [Place]) { self.places = places }
}
