/// Links with which a forgotten password is replaced.
extension Migration {
    static let passwordLinks = Migration(number: 17, name: "links for forgotten passwords") { dialect in
        [
            """
            CREATE TABLE password_link (
                person_id TEXT NOT NULL PRIMARY KEY REFERENCES person (id),
                token_hash \(dialect.blob) NOT NULL UNIQUE CHECK (length(token_hash) = 32),
                ordered_at_ms BIGINT NOT NULL
            )
            """
        ]
    }
}
