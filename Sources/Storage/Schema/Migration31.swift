/// What a workflow tells receivers of webhooks.
extension Migration {
    static let messages = Migration(number: 31, name: "messages of workflows", expands: true) { _ in
        ["ALTER TABLE effect ADD COLUMN message TEXT"]
    }
}
