extension Migration {
    /// What a request is about beside a holder and items: see `RequestSubject.text`.
    static let requestSubjects = Migration(number: 2, name: "subjects of requests") { _ in
        [
            "ALTER TABLE request ADD COLUMN subject TEXT CHECK (length(subject) > 0)",
            // Partial, so that it holds what is asked for now, however much was asked for before.
            """
            CREATE INDEX request_open_subject ON request (organization_id, subject)
            WHERE ended IS NULL AND subject IS NOT NULL
            """,
        ]
    }
}
