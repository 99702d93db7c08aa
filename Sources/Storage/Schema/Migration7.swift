/// Links that were sent anew: which one counts, and when it was asked for.
extension Migration {
    static let renewals = Migration(number: 7, name: "renewed invitations") { _ in
        [
            "ALTER TABLE invitation ADD COLUMN generation BIGINT NOT NULL DEFAULT 0 CHECK (generation >= 0)",
            "ALTER TABLE invitation ADD COLUMN renewed_at_ms BIGINT",
            // Whose request has lapsed: the newest about a person, whatever became of it.
            "CREATE INDEX request_about ON request (holder_id, id)",
        ]
    }
}
