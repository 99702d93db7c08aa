/// A chain of the audit trail for each organization and one for the installation, in place of one for all.
///
/// What exists stays as it is: where it ends is noted, and what follows hangs in its last entry.
extension Migration {
    static let auditChains = Migration(number: 26, name: "audit chains") { _ in
        [
            // The end of the installation's chain, however much organizations did since.
            "CREATE INDEX audit_of_installation ON audit (sequence) WHERE organization IS NULL",
            """
            INSERT INTO note (name, value)
            SELECT 'audit.link', CAST(sequence AS TEXT) FROM audit ORDER BY sequence DESC LIMIT 1
            """,
        ]
    }
}
