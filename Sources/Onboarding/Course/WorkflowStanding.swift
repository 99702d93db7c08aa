package import Basics
import Records
package import Workflow

/// A definition, and whether requests begin by it.
package struct WorkflowStanding: Sendable {
    package let definition: Definition
    /// Of `usher workflow check`.
    package let findings: [Finding]
    /// The highest version that requests ever followed here; nil
    /// where there were none, or nobody looked.
    package let knownVersion: Int?

    package init(definition: Definition, findings: [Finding], knownVersion: Int?) {
        self.definition = definition
        self.findings = findings
        self.knownVersion = knownVersion
    }

    /// Those that something in the product begins; one of another name can be
    /// proven, drawn and played, and begins never.
    package static let startable: Set = [
        "access-reduction", "access-request", "access-review", "account-closure", "account-request", "additional-cloud",
        "address-change",
        "api-account",
        "appointment", "factor-unlock", "grant-end", "mfa-reset", "nomination", "profile-change", "program-owner",
        "representative-change", "suspension",
    ]

    package var isStartable: Bool { Self.startable.contains(definition.name) }

    /// The version whose file is gone: a lower one has taken its place.
    package var missingVersion: Int? { knownVersion.flatMap { $0 > definition.version ? $0 : nil } }

    /// Why no request begins by it; nil if one may.
    package var hindrance: Sentence? {
        let name = definition.name
        if let missing = missingVersion {
            return "Requests followed version \(missing) of the workflow \(name), and its file is gone: version "
                + "\(definition.version) would take its place. Nothing new begins until it is restored."
        }
        guard let first = findings.first else { return nil }
        return "Nothing new begins by the workflow \(name) until its findings are mended (usher workflow check): "
            + "\(findings.count), the first \(first)"
    }

    package var json: JSON {
        definition.json.with("startable", .bool(isStartable)).with("ready", .bool(isStartable && hindrance == nil))
            .with("findings", .integer(Int64(findings.count)))
            .with("missingVersion", JSON(missingVersion.map { Int64($0) }))
    }
}

extension Onboarding {
    /// Every definition that new requests follow, by name, and what keeps them from beginning.
    package func workflowStandings() async throws -> [WorkflowStanding] {
        let known = try await store.read { try $0.newestDefinitions() }
        return library.current.values.sorted { $0.name < $1.name }.map {
            WorkflowStanding(definition: $0, findings: library.findings(of: $0), knownVersion: known[$0.name])
        }
    }

    /// Workflows by which requests that have not ended go on, and of which no file is left at all.
    package func vanishedWorkflows() async throws -> [String] {
        try await store.read { try $0.newestDefinitions() }.keys.filter { library.current[$0] == nil }.sorted()
    }
}
