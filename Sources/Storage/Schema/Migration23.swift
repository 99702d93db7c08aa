/// People in any language: which there are is for the installation to say, not for its database.
extension Migration {
    static let anyLanguage = Migration(number: 23, name: "any language") { _ in
        // A CHECK cannot be changed, but goes with its column.
        [
            """
            ALTER TABLE person ADD COLUMN tongue TEXT NOT NULL DEFAULT 'en' CHECK (length(tongue) BETWEEN 2 AND 6)
            """,
            "UPDATE person SET tongue = language",
            "ALTER TABLE person DROP COLUMN language",
            "ALTER TABLE person RENAME COLUMN tongue TO language",
        ]
    }
}
