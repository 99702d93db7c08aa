extension Migration {
    /// Everything that the main job keeps.
    static let first = Migration(number: 1, name: "accounts, requests, credentials and the audit trail") { dialect in
        directory(dialect) + requests(dialect) + credentials(dialect) + trail(dialect)
    }
}
