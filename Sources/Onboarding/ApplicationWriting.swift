import Basics
import Records

/// The verbs of `Writing` about applications and the keys that sign tokens, each with its entry of the audit trail.
struct ApplicationWriting {
    private let turn: Writing
    private let records: any Transaction

    init(_ turn: Writing, _ records: any Transaction) {
        self.turn = turn
        self.records = records
    }

    func add(_ application: Application, with secret: ApplicationSecret?) throws {
        try records.insert(application)
        if let secret { try records.insert(secret) }
        // The trail holds what it was given in full: what it may ask for, and where answers go.
        try record("application.add", application.id.text, application.registration.json.compact)
    }

    func set(_ application: Application) throws {
        try records.update(application)
        try record("application.set", application.id.text, application.registration.json.compact)
    }

    /// - Parameter end: of the secret before.
    func rotate(_ application: Application, to secret: ApplicationSecret, endingOlderAt end: Timestamp) throws {
        try records.endNewestApplicationSecret(of: application.id, at: end)
        try records.insert(secret)
        try record("application.rotate", application.id.text, "until \(end.iso8601)")
    }

    func remove(_ application: Application, _ reason: String) throws {
        guard try records.removeApplication(application.id, at: turn.now) else { return }
        try record("application.remove", application.id.text, reason)
    }

    func add(_ key: TokenKey) throws {
        try records.insert(key)
        try record("token_key.add", key.id, "\(key.algorithm.rawValue) signs from \(key.signsFrom.iso8601)")
    }

    private func record(_ action: String, _ subject: String, _ detail: String) throws {
        try records.audit(
            AuditNote(action, organization: nil, subject: subject, detail: detail), by: turn.actor.recorded,
            at: turn.now)
    }
}
