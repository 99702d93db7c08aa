/// People who look after the service, and hold no other duty.
extension Migration {
    static let operators = Migration(number: 8, name: "operators") { dialect in
        // SQLite cannot change a CHECK: the table is copied under
        // its new definition and takes the old name.
        [
            """
            CREATE TABLE duty_new (
                person_id TEXT NOT NULL REFERENCES person (id),
                duty TEXT NOT NULL CHECK (duty IN ('representative', 'delivery_manager', 'duty_manager', 'operator')),
                organization_id TEXT REFERENCES organization (id),
                CHECK (duty <> 'operator' OR organization_id IS NULL)
            )
            """,
            "INSERT INTO duty_new (person_id, duty, organization_id) SELECT person_id, duty, organization_id FROM duty",
        ] + dialect.replacing("duty", []) + [
            """
            CREATE UNIQUE INDEX duty_towards_organization ON duty (organization_id, duty, person_id)
            WHERE organization_id IS NOT NULL
            """,
            "CREATE UNIQUE INDEX duty_towards_all ON duty (duty, person_id) WHERE organization_id IS NULL",
            "CREATE INDEX duty_of_person ON duty (person_id)",
        ]
    }
}
