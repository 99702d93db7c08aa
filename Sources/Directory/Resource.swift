public import Basics

/// An infrastructure or middleware component of the platform, in exactly one service.
public struct Resource: Hashable, Sendable {
    public let id: ResourceID
    public let place: Place
    public let properties: Properties
    public let createdAt: Timestamp

    /// Where it belongs.
    public struct Place: Hashable, Sendable {
        public let organization: OrganizationID
        public let cloud: CloudID
        public let service: ServiceID

        public init(organization: OrganizationID, cloud: CloudID, service: ServiceID) {
            self.organization = organization
            self.cloud = cloud
            self.service = service
        }
    }

    /// What may change about it.
    public struct Properties: Hashable, Sendable {
        public var name: DisplayName
        public var type: TypePath
        public var status: Status
        public var environment: PathWord
        /// Code of an availability zone, as the catalogue spelt it when this was written.
        public var zone: String?
        public var tags: Tags

        public init(
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
    public enum Status: String, Sendable, CaseIterable {
        case active = "ACTIVE"
        /// Being installed or configured: not available yet.
        case preparation = "PREPARATION"
        case inactive = "INACTIVE"
    }

    public init(id: ResourceID, at place: Place, _ properties: Properties, createdAt: Timestamp) {
        self.id = id
        self.place = place
        self.properties = properties
        self.createdAt = createdAt
    }
}

/// The name that the platform, or this product, gave to a resource; unique in the installation.
///
/// 1–64 of letters, digits, `.`, `_`, `:` and `-`, a letter or digit first: whole in a path, a cursor and a file.
public struct ResourceID: Hashable, Comparable, Sendable {
    public let text: String

    public init?(_ input: String) {
        guard (1...64).contains(input.utf8.count), let first = input.utf8.first, first.isAlphanumeric,
            input.utf8.allSatisfy({ $0.isAlphanumeric || [0x2E, 0x5F, 0x3A, 0x2D].contains($0) })
        else { return nil }
        text = input
    }

    /// A new one, which sorts by age among those that this product gave.
    public init(at now: Timestamp, random: (Int) -> [UInt8]) {
        text = Identifier<Self>(at: now, random: random).text
    }

    /// For rows that this product wrote itself.
    public init(trusted text: String) { self.text = text }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension ResourceID: CustomStringConvertible {
    public var description: String { text }
}

/// A word of a path: 1–40 of a–z, 0–9 and inner hyphens, underscores and dots.
///
/// Large letters are taken as small ones: programs write `PRODUCTION` and people `production`.
public struct PathWord: Hashable, Sendable {
    public let text: String

    public init?(_ input: some StringProtocol) {
        let bytes = Array(input.utf8.prefix(41))
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 40, first.isAlphanumeric,
            last.isAlphanumeric, bytes.allSatisfy({ $0.isAlphanumeric || [0x2D, 0x5F, 0x2E].contains($0) })
        else { return nil }
        text = input.lowercased()
    }
}

/// What a resource is: category, type and family as a path, of which the end may be left out:
/// `compute/instance/linux`.
public struct TypePath: Hashable, Sendable {
    /// One to three.
    public let words: [PathWord]

    public init?(_ path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let words = parts.prefix(4).compactMap { PathWord($0) }
        guard (1...3).contains(parts.count), words.count == parts.count else { return nil }
        self.words = words
    }

    public var path: String { Self.path(words) }
    public var category: String { words[0].text }
    /// Without the family.
    public var kind: String { Self.path(words.prefix(2)) }
    public var family: String? { words.count == 3 ? words[2].text : nil }

    private static func path(_ words: some Sequence<PathWord>) -> String { words.map(\.text).joined(separator: "/") }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        (0x61...0x7A).contains(self) || (0x41...0x5A).contains(self) || (0x30...0x39).contains(self)
    }
}
