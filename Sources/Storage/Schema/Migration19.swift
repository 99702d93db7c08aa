/// What concerns the safety of accounts, apart from the audit trail; it refers to
/// nothing, and is forgotten after a while.
extension Migration {
    static let securityEvents = Migration(number: 19, name: "security events") { _ in
        [
            """
            CREATE TABLE security_event (
                sequence BIGINT NOT NULL PRIMARY KEY CHECK (sequence >= 1),
                kind TEXT NOT NULL,
                minute_ms BIGINT NOT NULL,
                network TEXT NOT NULL,
                who TEXT NOT NULL,
                at_ms BIGINT NOT NULL,
                last_at_ms BIGINT NOT NULL,
                count BIGINT NOT NULL CHECK (count >= 1),
                person_id TEXT,
                pseudonym TEXT,
                actor TEXT,
                address TEXT NOT NULL,
                agent TEXT NOT NULL,
                route TEXT NOT NULL
            )
            """,
            "CREATE UNIQUE INDEX security_event_once ON security_event (minute_ms, kind, network, who)",
            "CREATE INDEX security_event_about ON security_event (person_id, sequence) WHERE person_id IS NOT NULL",
            "CREATE INDEX security_event_of_kind ON security_event (kind, sequence)",
        ]
    }
}
