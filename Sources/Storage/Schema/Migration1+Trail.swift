/// The audit trail, and notes.
extension Migration {
    static func trail(_ dialect: Dialect) -> [SQL] {
        auditTables(dialect)
            + (["audit", "audit_head"] as [SQL]).flatMap { table in
                dialect.appendOnly(table, "NEW.sequence <= (SELECT COALESCE(MAX(sequence), 0) FROM \(table))")
            }
    }

    private static func auditTables(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE audit (
                sequence BIGINT NOT NULL PRIMARY KEY CHECK (sequence >= 1),
                at_ms BIGINT NOT NULL,
                actor TEXT NOT NULL,
                on_behalf_of TEXT,
                action TEXT NOT NULL,
                organization TEXT,
                request TEXT,
                subject TEXT,
                detail TEXT,
                previous_hash \(dialect.blob) NOT NULL CHECK (length(previous_hash) = 32),
                hash \(dialect.blob) NOT NULL CHECK (length(hash) = 32)
            )\(dialect.clustered)
            """,
            """
            CREATE TABLE audit_head (
                sequence BIGINT NOT NULL PRIMARY KEY REFERENCES audit (sequence),
                hash \(dialect.blob) NOT NULL CHECK (length(hash) = 32),
                at_ms BIGINT NOT NULL,
                signature \(dialect.blob) NOT NULL CHECK (length(signature) = 64)
            )\(dialect.clustered)
            """,
            "CREATE TABLE note (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
        ]
    }
}
