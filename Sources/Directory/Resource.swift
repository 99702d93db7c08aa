package import Basics

/// An infrastructure or middleware component of the platform, in exactly one service.
package struct Resource: Hashable, Sendable {
    package let id: ResourceID
    package let place: Place
    package let properties: Properties
    package let createdAt: Timestamp

    /// Where it belongs.
    package struct Place: Hashable, Sendable {
        package let organization: OrganizationID
        package let cloud: CloudID
        package let service: ServiceID

        package init(organization: OrganizationID, cloud: CloudID, service: ServiceID) {
            self.organization = organization
            self.cloud = cloud
            self.service = service
        }
    }

    /// What may change about it.
    package struct Properties: Hashable, Sendable {
        package var name: DisplayName
        package var type: TypePath
        package var status: Status
        package var environment: PathWord
        /// Code of an availability zone, as the catalogue spelt it when this was written.
        package var zone: String?
        package var tags: Tags

        package init(
            name: DisplayName, type: TypePath, status: Status, environment: PathWord, zone: String? = nil,
            tags: Tags = Tags()
        ) {
            self.name = name
            self.type = type
            self.status = status
            self.environment = environment
            self.zone = zone
            self.tags = tags
        }
    }

    /// Raw values are the codes that the platform's own API uses.
    package enum Status: String, Sendable, CaseIterable {
        case active = "ACTIVE"
        /// Being installed or configured: not available yet.
        case preparation = "PREPARATION"
        case inactive = "INACTIVE"
    }

    package init(id: ResourceID, at place: Place, _ properties: Properties, createdAt: Timestamp) {
        self.id = id
        self.place = place
        self.properties = properties
        self.createdAt = createdAt
    }
}

/// The name that the platform, or this product, gave to a resource; unique in the installation.
///
/// 1–64 of letters, digits, `.`, `_`, `:` and `-`, a letter or digit first: whole in a path, a cursor and a file.
package struct ResourceID: Hashable, Comparable, Sendable {
    package let text: String

    package init?(_ input: String) {
        guard (1...64).contains(input.utf8.count), let first = input.utf8.first, first.isAlphanumeric,
            input.utf8.allSatisfy({ $0.isAlphanumeric || [0x2E, 0x5F, 0x3A, 0x2D].contains($0) })
        else { return nil }
        text = input
    }

    /// A new one, which sorts by age among those that this product gave.
    package init(at now: Timestamp, random: (Int) -> [UInt8]) {
        text = Identifier<Self>(at: now, random: random).text
    }

    /// For rows that this product wrote itself.
    package init(trusted text: String) { self.text = text }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension ResourceID: CustomStringConvertible {
    package var description: String { text }
}

/// A word of a path: 1–40 of a–z, 0–9 and inner hyphens, underscores and dots.
///
/// Large letters are taken as small ones: programs write `PRODUCTION` and people `production`.
package struct PathWord: Hashable, Sendable {
    package let text: String

    package init?(_ input: some StringProtocol) {
        let bytes = Array(input.utf8.prefix(41))
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 40, first.isAlphanumeric,
            last.isAlphanumeric, bytes.allSatisfy({ $0.isAlphanumeric || [0x2D, 0x5F, 0x2E].contains($0) })
        else { return nil }
        text = input.lowercased()
    }
}

/// What a resource is: category, type and family as a path, of which the end may be left out:
/// `compute/instance/linux`.
package struct TypePath: Hashable, Sendable {
    /// One to three.
    package let words: [PathWord]

    package init?(_ path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let words = parts.prefix(4).compactMap { PathWord($0) }
        guard (1...3).contains(parts.count), words.count == parts.count else { return nil }
        self.words = words
    }

    package var path: String { Self.path(words) }
    package var category: String { words[0].text }
    /// Without the family.
    package var kind: String { Self.path(words.prefix(2)) }
    package var family: String? { words.count == 3 ? words[2].text : nil }

    private static func path(_ words: some Sequence<PathWord>) -> String { words.map(\.text).joined(separator: "/") }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        (0x61...0x7A).contains(self) || (0x41...0x5A).contains(self) || (0x30...0x39).contains(self)
    }
}
