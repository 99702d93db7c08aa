/// What operators look at, found without reading everything.
extension Migration {
    static let operation = Migration(number: 9, name: "indexes for operation") { _ in
        [
            "CREATE INDEX request_by_state ON request (workflow, workflow_version, state, ended)",
            "CREATE INDEX attempts_locked ON attempts (person_id) WHERE locked = 1",
            // Entries come in the order of time, so this grows at its end only.
            "CREATE INDEX audit_by_time ON audit (at_ms, sequence)",
            "CREATE INDEX audit_about ON audit (subject, sequence) WHERE subject IS NOT NULL",
        ]
    }
}
