/// What the provider offers and who may do it: roles, profiles, the privilege matrix and the topology.
///
/// Read from three YAML files and checked as a whole, so that a catalogue that
/// exists has no dangling name. Another provider replaces the files; no code
/// knows a role, a profile or an action by name.
public struct Catalogue: Sendable {
    /// The version of the privilege matrix; each decision names it.
    public let matrixVersion: Int
    /// The version of `profiles.yaml`.
    public let profilesVersion: Int
    /// How old a verified code may be when an action needs one, in seconds.
    public let mfaMaxAgeSeconds: Int64
    public let roles: [Role]
    /// From the lowest to the highest, as in the file.
    public let profiles: [Profile]
    /// The privilege matrix in the order of the file; actions of one feature are neighbours.
    public let actions: [Action]
    public let topology: Topology
    /// What it was read from.
    public let sources: [Part: Source]

    private let profilesByCode: [String: Profile]
    private let actionsByLabel: [String: Action]

    /// What has a file, and a version, of its own.
    public enum Part: String, Sendable, CaseIterable {
        case profiles, matrix, topology
    }

    /// One YAML text, and the name by which findings point at it.
    public struct Source: Hashable, Sendable {
        public let file: String
        public let text: String

        public init(_ text: String, file: String) {
            self.text = text
            self.file = file
        }
    }

    /// Reads and checks the three files together.
    ///
    /// - Throws: `CatalogueDefects` with every finding of all three, in the order of the files.
    public init(profiles: Source, matrix: Source, topology: Source) throws(CatalogueDefects) {
        let people = ProfilesFile(profiles)
        let law = MatrixFile(matrix, profilesByCode: people.byCode)
        let places = TopologyFile(topology)
        let findings = people.findings + law.findings + places.findings
        guard findings.isEmpty else { throw CatalogueDefects(findings: findings) }
        profilesVersion = people.version
        roles = people.roles
        self.profiles = people.profiles
        profilesByCode = people.byCode
        matrixVersion = law.version
        mfaMaxAgeSeconds = law.mfaMaxAgeSeconds
        actions = law.actions
        actionsByLabel = Dictionary(law.actions.map { ($0.label, $0) }) { first, _ in first }
        self.topology = Topology(version: places.version, regions: places.regions)
        sources = [.profiles: profiles, .matrix: matrix, .topology: topology]
    }

    /// - Throws: as the other; for a part that is missing, too.
    public init(_ sources: [Part: Source]) throws(CatalogueDefects) {
        func source(_ part: Part) -> Source { sources[part] ?? Source("", file: "catalogue/\(part.rawValue).yaml") }
        try self.init(profiles: source(.profiles), matrix: source(.matrix), topology: source(.topology))
    }

    public func version(of part: Part) -> Int {
        switch part {
        case .profiles: profilesVersion
        case .matrix: matrixVersion
        case .topology: topology.version
        }
    }

    /// Whether a part says the same, however it is written, and whatever its version is.
    public func says(_ part: Part, as other: Catalogue) -> Bool {
        switch part {
        case .profiles: roles == other.roles && profiles == other.profiles
        case .matrix: actions == other.actions && mfaMaxAgeSeconds == other.mfaMaxAgeSeconds
        case .topology: topology.regions == other.topology.regions
        }
    }

    /// - Parameter code: A profile's code or one of its aliases, in any case: `ope`, `MNT`.
    public func profile(_ code: String) -> Profile? { profilesByCode[code.uppercased()] }

    /// - Parameter label: Exactly as in the matrix; labels are machine-readable and have one spelling.
    public func action(_ label: String) -> Action? { actionsByLabel[label] }

    /// The label that was probably meant, if one is near enough to be worth saying.
    public func nearestAction(to label: String) -> String? {
        Suggestion.nearest(to: label, among: actions.map(\.label))
    }
}

/// Why a catalogue was refused: every finding of every file.
public struct CatalogueDefects: Error, Equatable, CustomStringConvertible {
    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        public let file: String
        /// From 1.
        public let line: Int
        /// From 1, in Unicode scalars.
        public let column: Int
        /// What is wrong and what to do, in one sentence.
        public let message: String

        /// `catalogue/matrix.yaml:12:5: …`, which editors follow.
        public var description: String { "\(file):\(line):\(column): \(message)" }
    }

    /// Never empty.
    public let findings: [Finding]

    /// One finding a line.
    public var description: String { findings.map(\.description).joined(separator: "\n") }
}
