/// Receivers that are told what changes; of their secrets nothing is kept.
extension Migration {
    static let webhooks = Migration(number: 30, name: "webhooks", expands: true) { _ in
        [
            """
            CREATE TABLE webhook (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                name TEXT NOT NULL,
                address TEXT NOT NULL CHECK (length(address) BETWEEN 1 AND 500),
                signing TEXT NOT NULL CHECK (signing IN ('hmac', 'ed25519')),
                organizations TEXT NOT NULL,
                types TEXT NOT NULL,
                generation BIGINT NOT NULL CHECK (generation >= 1),
                rotated_at_ms BIGINT,
                position BIGINT NOT NULL CHECK (position >= 0),
                state TEXT NOT NULL CHECK (state IN ('well', 'failing', 'gone', 'given_up', 'stopped')),
                tries BIGINT NOT NULL CHECK (tries >= 0),
                due_at_ms BIGINT NOT NULL,
                failing_since_ms BIGINT,
                error TEXT,
                told_at_ms BIGINT,
                term BIGINT NOT NULL CHECK (term >= 0),
                held_until_ms BIGINT NOT NULL,
                created_at_ms BIGINT NOT NULL,
                CHECK (state <> 'failing' OR failing_since_ms IS NOT NULL),
                CHECK ((generation = 1) = (rotated_at_ms IS NULL))
            )
            """,
            "CREATE UNIQUE INDEX webhook_name ON webhook (name)",
            "CREATE INDEX webhook_due ON webhook (state, due_at_ms)",
        ]
    }
}
