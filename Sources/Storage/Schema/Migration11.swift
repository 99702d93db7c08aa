/// The file with which requests were submitted together, also where nobody looked at it before.
extension Migration {
    static let requestBatches = Migration(number: 11, name: "files of each request") { _ in
        [
            "ALTER TABLE request ADD COLUMN batch_id TEXT CHECK (length(batch_id) = 26)",
            "CREATE INDEX request_of_batch ON request (batch_id, id) WHERE batch_id IS NOT NULL",
        ]
    }
}
