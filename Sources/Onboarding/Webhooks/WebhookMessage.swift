import Basics
import Directory
import Foundation
import OpenSSL
import Records

/// The key by which one generation of a webhook signs: derived from the installation's keys, and kept nowhere.
struct WebhookKey {
    private let bytes: [UInt8]
    private let signing: Webhook.Signing

    init(of webhook: Webhook, generation: Int64, _ keys: KeyRing) throws {
        signing = webhook.signing
        bytes = try keys.derived("webhook/1|\(signing.rawValue)|\(webhook.id)|\(generation)")
    }

    /// What verifies it: for HMAC the secret itself, `whsec_…`; for Ed25519 the public key, `whpk_…`.
    var verifier: String {
        get throws {
            switch signing {
            case .hmac: "whsec_\(Data(bytes).base64EncodedString())"
            case .ed25519: "whpk_\(Data(try pair.publicKey).base64EncodedString())"
            }
        }
    }

    /// `v1,…` or `v1a,…`.
    func signature(of content: String) throws -> String {
        let message = Array(content.utf8)
        switch signing {
        case .hmac:
            return "v1,\(Data(try HMAC.code(for: message, key: Secret(bytes), hash: .sha256)).base64EncodedString())"
        case .ed25519: return "v1a,\(Data(try pair.sign(message)).base64EncodedString())"
        }
    }

    private var pair: SigningKey { get throws { try SigningKey(seed: Secret(bytes)) } }
}

/// What a receiver is told once: the same id however often it is tried.
struct WebhookMessage {
    let id: String
    let type: String
    let at: Timestamp
    let data: JSON

    init(_ event: ChangeEvent, to webhook: Webhook) {
        id = "msg_\(webhook.id)_\(event.position)"
        (type, at, data) = (event.type, event.at, event.json)
    }

    /// Nothing happened: whether it arrives is to be seen.
    init(testOf webhook: Webhook, at now: Timestamp) {
        id = "msg_\(webhook.id)_test_\(now.milliseconds)"
        (type, at, data) = ("webhook.test", now, ["webhook": .string(webhook.name.text)])
    }

    /// For so long the key before signs, too.
    static let overlapSeconds: Int64 = 86_400

    /// - Parameter now: of this try.
    func call(to webhook: Webhook, _ keys: KeyRing, at now: Timestamp) throws -> WebhookCall {
        let document: JSON = ["type": .string(type), "timestamp": .string(at.iso8601), "data": data]
        let body = document.compact
        let content = "\(id).\(now.seconds).\(body)"
        var generations = [webhook.generation]
        if let rotated = webhook.rotatedAt, now < rotated.adding(seconds: Self.overlapSeconds) {
            generations.append(webhook.generation - 1)
        }
        let signatures = try generations.map {
            try WebhookKey(of: webhook, generation: $0, keys).signature(of: content)
        }
        return WebhookCall(
            address: webhook.address,
            headers: [
                ("Content-Type", "application/json"), ("webhook-id", id), ("webhook-timestamp", "\(now.seconds)"),
                ("webhook-signature", signatures.joined(separator: " ")),
            ], body: body)
    }
}
