/// Files that are submitted without anybody who looks in between.
extension Migration {
    static let unattended = Migration(number: 13, name: "unattended files") { _ in
        [
            """
            ALTER TABLE batch ADD COLUMN submits TEXT NOT NULL DEFAULT 'when_told'
            CHECK (submits IN ('when_told', 'all_good', 'if_all_good', 'never'))
            """
        ]
    }
}
