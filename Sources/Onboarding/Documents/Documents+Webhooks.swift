public import Basics
import Directory
import Records

// The JSON documents about webhooks.

extension WebhookView {
    public var json: JSON {
        let progress = webhook.progress
        return [
            "id": .string(webhook.id.text), "name": .string(webhook.name.text), "address": .string(webhook.address),
            "signing": .string(webhook.signing.rawValue), "publicKey": JSON(publicKey),
            "organizations": .strings(organizations), "types": .strings(webhook.types),
            "state": .string(progress.state.rawValue), "position": .string(String(progress.position)),
            "toldAt": JSON(progress.toldAt), "tries": .integer(progress.tries),
            "failingSince": JSON(progress.failingSince), "error": JSON(progress.error),
            "nextTryAt": JSON(progress.state == .failing ? progress.dueAt : nil),
            "rotatedAt": JSON(webhook.rotatedAt), "createdAt": .string(webhook.createdAt.iso8601),
        ]
    }

    /// - Parameter secret: shown this once; nil where there is none that has to be kept.
    public func json(with secret: String?) -> JSON { json.with("secret", JSON(secret)) }
}

extension WebhookTrial {
    public var json: JSON { ["taken": .bool(isTaken), "error": JSON(error)] }
}
