extension Migration {
    /// Calendars and time zones of organizations, and every
    /// calendar that was counted by, for the replay.
    static let calendars = Migration(number: 5, name: "calendars") { dialect in
        [
            "ALTER TABLE organization ADD COLUMN calendar TEXT CHECK (length(calendar) BETWEEN 1 AND 64)",
            "ALTER TABLE organization ADD COLUMN time_zone TEXT CHECK (length(time_zone) BETWEEN 1 AND 64)",
            """
            CREATE TABLE calendar (
                hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
                time_zone TEXT NOT NULL,
                clock_changes TEXT NOT NULL,
                source TEXT NOT NULL,
                kept_at_ms BIGINT NOT NULL
            )
            """,
        ] + dialect.appendOnly("calendar", "EXISTS (SELECT 1 FROM calendar WHERE hash = NEW.hash)") + [
            // NULL in entries from before: they were made by the calendar of the installation.
            "ALTER TABLE history ADD COLUMN calendar TEXT REFERENCES calendar (hash)"
        ]
    }
}
