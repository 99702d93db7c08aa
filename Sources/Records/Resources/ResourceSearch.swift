package import Basics
package import Directory

/// Which resources are looked for.
package struct ResourceSearch: Sendable {
    /// How many entries of an index a page reads at most.
    ///
    /// So a page ends the list if one of the tags, the names or the places has no more than that.
    package static let greatestWork = 5_000
    package static let greatestTags = 10

    /// Where resources are looked for, one place after the other.
    package enum Place: Hashable, Sendable {
        /// For whoever may see every organization.
        case everywhere
        case organization(OrganizationID)
        case cloud(CloudID, of: OrganizationID)
        case service(ServiceID, of: OrganizationID)

        /// What names it in a cursor.
        package var key: String {
            switch self {
            case .everywhere: "all"
            case .organization(let id): id.text
            case .cloud(let id, _): id.text
            case .service(let id, _): id.text
            }
        }
    }

    /// Texts of which a property must be one, or none.
    package struct Choice: Hashable, Sendable {
        /// Empty for any.
        package var included: [String] = []
        package var excluded: [String] = []

        package init(included: [String] = [], excluded: [String] = []) {
            self.included = included
            self.excluded = excluded
        }

        package var isFree: Bool { included.isEmpty && excluded.isEmpty }
    }

    /// A tag that a resource must have, or must not.
    package struct TagWish: Hashable, Sendable {
        package let tag: Tag
        package let isWanted: Bool

        package init(_ tag: Tag, isWanted: Bool = true) {
            self.tag = tag
            self.isWanted = isWanted
        }
    }

    package var places: [Place]
    package var names = Choice()
    /// Paths, or beginnings of them.
    package var types = Choice()
    package var families = Choice()
    package var statuses = Choice()
    package var environments = Choice()
    package var zones = Choice()
    /// Ids, as of the next one.
    package var clouds = Choice()
    package var services = Choice()
    /// All of them hold.
    package var tags: [TagWish] = []

    package init(in places: [Place]) { self.places = places }
}
