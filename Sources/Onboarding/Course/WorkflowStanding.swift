public import Basics
import Records
public import Workflow

/// A definition, and whether requests begin by it.
public struct WorkflowStanding: Sendable {
    public let definition: Definition
    /// Of `usher workflow check`.
    public let findings: [Finding]
    /// The highest version that requests ever followed here; nil
    /// where there were none, or nobody looked.
    public let knownVersion: Int?

    public init(definition: Definition, findings: [Finding], knownVersion: Int?) {
        self.definition = definition
        self.findings = findings
        self.knownVersion = knownVersion
    }

    /// Those that something in the product begins; one of another name can be
    /// proven, drawn and played, and begins never.
    public static let startable: Set = [
        "access-reduction", "access-request", "access-review", "account-closure", "account-request", "additional-cloud",
        "address-change",
        "api-account",
        "appointment", "factor-unlock", "grant-end", "mfa-reset", "nomination", "profile-change", "program-owner",
        "representative-change", "suspension",
    ]

    public var isStartable: Bool { Self.startable.contains(definition.name) }

    /// The version whose file is gone: a lower one has taken its place.
    public var missingVersion: Int? { knownVersion.flatMap { $0 > definition.version ? $0 : nil } }

    /// Why no request begins by it; nil if one may.
    public var hindrance: Sentence? {
        let name = definition.name
        if let missing = missingVersion {
            return "Requests followed version \(missing) of the workflow \(name), and its file is gone: version "
                + "\(definition.version) would take its place. Nothing new begins until it is restored."
        }
        guard let first = findings.first else { return nil }
        return "Nothing new begins by the workflow \(name) until its findings are mended (usher workflow check): "
            + "\(findings.count), the first \(first)"
    }

    public var json: JSON {
        definition.json.with("startable", .bool(isStartable)).with("ready", .bool(isStartable && hindrance == nil))
            .with("findings", .integer(Int64(findings.count)))
            .with("missingVersion", JSON(missingVersion.map { Int64($0) }))
    }
}

extension Onboarding {
    /// Every definition that new requests follow, by name, and what keeps them from beginning.
    public func workflowStandings() async throws -> [WorkflowStanding] {
        let known = try await store.read { try $0.newestDefinitions() }
        return library.current.values.sorted { $0.name < $1.name }.map {
            WorkflowStanding(definition: $0, findings: library.findings(of: $0), knownVersion: known[$0.name])
        }
    }

    /// Workflows by which requests that have not ended go on, and of which no file is left at all.
    public func vanishedWorkflows() async throws -> [String] {
        try await store.read { try $0.newestDefinitions() }.keys.filter { library.current[$0] == nil }.sorted()
    }
}
