/// Mails that wait for a server, are void when their state is left, or come back.
extension Migration {
    static let deliveries = Migration(number: 21, name: "deliveries") { _ in
        [
            "ALTER TABLE effect ADD COLUMN needed_in TEXT CHECK (length(needed_in) > 0)",
            "ALTER TABLE effect ADD COLUMN failing_since_ms BIGINT",
            "ALTER TABLE effect ADD COLUMN cause TEXT CHECK (length(cause) > 0)",
            // What is done at once must not be looked for among
            // ten thousand mails that wait for a server.
            "CREATE INDEX effect_mail_due ON effect (due_at_ms, key) WHERE state = 'due' AND kind = 'mail'",
            "CREATE INDEX effect_local_due ON effect (due_at_ms, key) WHERE state = 'due' AND kind <> 'mail'",
            // A report about a mail names its reader.
            "CREATE INDEX effect_of_reader ON effect (recipient_id, ordered_at_ms) WHERE kind = 'mail'",
            "CREATE INDEX effect_to_address ON effect (address) WHERE address IS NOT NULL",
        ]
    }
}
