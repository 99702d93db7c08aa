import Basics
import Directory
import Records

/// The verbs of `Writing` about webhooks, each with its entry of the audit trail.
struct WebhookWriting {
    private let turn: Writing
    private let records: any Transaction

    init(_ turn: Writing, _ records: any Transaction) {
        self.turn = turn
        self.records = records
    }

    func add(_ webhook: Webhook) throws {
        try records.insert(webhook)
        try record("webhook.add", webhook, webhook.told)
    }

    /// - Parameter action: `webhook.set`, `webhook.rotate`, `webhook.replay`, `webhook.start`, `webhook.stop`.
    func set(_ webhook: Webhook, _ action: String, _ detail: String) throws {
        try records.update(webhook)
        try record(action, webhook, detail)
    }

    /// It is told nothing any more, since it said so or took nothing for days.
    ///
    /// - Returns: false if somebody else tells it meanwhile.
    func stop(_ webhook: Webhook, _ progress: Webhook.Progress) throws -> Bool {
        guard try records.stop(webhook, progress) else { return false }
        try record("webhook.stop", webhook, "\(progress.state.rawValue): \(progress.error ?? "")")
        return true
    }

    func remove(_ webhook: Webhook, _ reason: String) throws {
        try records.remove(webhook.id)
        try record("webhook.remove", webhook, reason)
    }

    private func record(_ action: String, _ webhook: Webhook, _ detail: String) throws {
        try records.audit(
            AuditNote(action, organization: nil, subject: webhook.id.text, detail: detail), by: turn.actor.recorded,
            at: turn.now)
    }
}

extension Webhook {
    /// What the trail holds of it in full.
    var told: String {
        let document: JSON = [
            "name": .string(name.text), "address": .string(address), "signing": .string(signing.rawValue),
            "organizations": .strings(organizations.map(\.text)), "types": .strings(types),
        ]
        return document.compact
    }
}
