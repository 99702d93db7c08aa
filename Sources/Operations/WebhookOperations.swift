import Basics
import Onboarding
import Records

/// `/webhooks`: who is told what changes.
extension APIOperation {
    static let webhooks = [
        listWebhooks, addWebhook, showWebhook, changeWebhook, rotateWebhookSecret, replayWebhook, stopWebhook,
        startWebhook, testWebhook, removeWebhook,
    ]

    public static var listWebhooks: APIOperation {
        .list("/webhooks") { call in
            .list(try await call.onboarding.webhooks(call.query.page(), by: call.actor), \.json)
        }
    }

    /// The secret, where it signs by one, is in this answer and in no other.
    public static var addWebhook: APIOperation {
        APIOperation(.post, "/webhooks") { input in
            WebhookDraft(
                name: input.text("name"), address: input.text("address"),
                signing: input.optionalChoice("signing", Webhook.Signing.self) ?? .hmac,
                organizations: input.texts("organizations"), types: input.texts("types"))
        } run: { call, draft in
            let (view, secret) = try await call.onboarding.addWebhook(draft, by: call.actor)
            return .created(view.json(with: secret), at: "/webhooks/\(view.webhook.id)")
        }
    }

    public static var showWebhook: APIOperation {
        APIOperation(.get, "/webhooks/{name}") { call in
            .document(try await call.onboarding.webhook(call["name"], by: call.actor).json)
        }
    }

    /// What is left out stays.
    public static var changeWebhook: APIOperation {
        APIOperation(.patch, "/webhooks/{name}") { input in
            WebhookChange(
                address: input.optionalText("address"), organizations: input.optionalTexts("organizations"),
                types: input.optionalTexts("types"))
        } run: { call, change in
            .document(try await call.onboarding.changeWebhook(call["name"], change, by: call.actor).json)
        }
    }

    public static var rotateWebhookSecret: APIOperation {
        APIOperation(.post, "/webhooks/{name}/secrets") { call in
            let (view, secret) = try await call.onboarding.rotateWebhook(call["name"], by: call.actor)
            return .document(view.json(with: secret), status: 201)
        }
    }

    public static var replayWebhook: APIOperation {
        APIOperation(.post, "/webhooks/{name}/replay") {
            $0.text("from")
        } run: { call, from in
            guard let position = Int64(from), position >= 0 else {
                throw Fault.invalid("from", "invalid_cursor", "This is not the position of any change.")
            }
            return .document(
                try await call.onboarding.replayWebhook(call["name"], from: position, by: call.actor).json)
        }
    }

    public static var stopWebhook: APIOperation {
        APIOperation(.post, "/webhooks/{name}/stop") { call in
            .document(try await call.onboarding.stopWebhook(call["name"], by: call.actor).json)
        }
    }

    public static var startWebhook: APIOperation {
        APIOperation(.post, "/webhooks/{name}/start") { call in
            .document(try await call.onboarding.startWebhook(call["name"], by: call.actor).json)
        }
    }

    public static var testWebhook: APIOperation {
        APIOperation(.post, "/webhooks/{name}/test") { call in
            .document(try await call.onboarding.testWebhook(call["name"], by: call.actor).json)
        }
    }

    public static var removeWebhook: APIOperation {
        APIOperation(.post, "/webhooks/{name}/removal") {
            $0.text("reason")
        } run: { call, reason in
            .document(try await call.onboarding.removeWebhook(call["name"], reason: reason, by: call.actor).json)
        }
    }
}
