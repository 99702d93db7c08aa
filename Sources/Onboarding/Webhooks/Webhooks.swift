import Basics
import Directory
public import Records

/// What may be told of a webhook.
public struct WebhookView: Sendable {
    public let webhook: Webhook
    /// Short names; empty for everybody's changes.
    public let organizations: [String]
    /// By which a receiver knows our signature, where everybody may know it: `whpk_…`; nil for HMAC.
    public let publicKey: String?
}

/// What became of a message that tells nothing.
public struct WebhookTrial: Sendable {
    public let isTaken: Bool
    /// Why it was not.
    public let error: String?
}

extension Onboarding {
    /// A new webhook, which is told what changes from now on.
    ///
    /// - Returns: its secret, too, where it has one; it is shown this once.
    /// - Throws: `.invalid` with every fault; `.conflict` for a name that another has.
    public func addWebhook(_ draft: WebhookDraft, by actor: Actor) async throws -> (WebhookView, secret: String?) {
        try await reading(by: actor) { try $0.requireOperation() }
        var faults: [Fault.Field] = []
        let name = FieldRules.name(draft.name, &faults)
        let types = WebhookDraft.judged(types: draft.types, library, &faults)
        let address = await WebhookDraft.judged(draft.address, by: caller, &faults)
        let (found, now) = (faults, world.now())
        let id = WebhookID(at: now, random: world.random)
        return try await writing(by: actor, at: now) { turn in
            try turn.requireOperation()
            var faults = found
            let organizations = try turn.organizations(named: draft.organizations, &faults)
            guard let name, let address, faults.isEmpty else { throw Fault.invalid(faults) }
            let end = try turn.snapshot.lastAuditEntry()?.sequence ?? 0
            let webhook = Webhook(
                id: id, name: name, address: address.text, signing: draft.signing, organizations: organizations,
                types: types, progress: Webhook.Progress(position: end, dueAt: now), createdAt: now)
            try turn.webhooks.add(webhook)
            return (try turn.view(webhook), try turn.secret(of: webhook))
        }
    }

    public func webhooks(_ page: PageRequest, by actor: Actor) async throws -> Page<WebhookView> {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            return try turn.snapshot.webhooks(page).map { try turn.view($0) }
        }
    }

    /// - Parameter name: or its id.
    public func webhook(_ name: String, by actor: Actor) async throws -> WebhookView {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            return try turn.view(turn.webhook(name))
        }
    }

    /// Another address, or something else that it is told; how far it is stays.
    public func changeWebhook(_ name: String, _ change: WebhookChange, by actor: Actor) async throws -> WebhookView {
        try await reading(by: actor) { try $0.requireOperation() }
        var faults: [Fault.Field] = []
        let types = change.types.map { WebhookDraft.judged(types: $0, library, &faults) }
        var address: WebhookAddress?
        if let wish = change.address { address = await WebhookDraft.judged(wish, by: caller, &faults) }
        let (found, judged) = (faults, address)
        return try await writing(by: actor) { turn in
            try turn.requireOperation()
            var (webhook, faults) = (try turn.webhook(name), found)
            if let slugs = change.organizations {
                webhook.organizations = try turn.organizations(named: slugs, &faults)
            }
            guard faults.isEmpty else { throw Fault.invalid(faults) }
            webhook.address = judged?.text ?? webhook.address
            webhook.types = types ?? webhook.types
            if webhook.progress.state.isTold { webhook.progress.dueAt = turn.now }
            try turn.webhooks.set(webhook, "webhook.set", webhook.told)
            return try turn.view(turn.webhook(webhook.id.text))
        }
    }

    /// Another secret; for a day messages are signed by the one before, too.
    ///
    /// - Returns: its new secret, where it has one; it is shown this once.
    public func rotateWebhook(_ name: String, by actor: Actor) async throws -> (WebhookView, secret: String?) {
        try await writing(by: actor) { turn in
            try turn.requireOperation()
            var webhook = try turn.webhook(name)
            webhook.generation += 1
            webhook.rotatedAt = turn.now
            try turn.webhooks.set(webhook, "webhook.rotate", "generation \(webhook.generation)")
            return (try turn.view(turn.webhook(webhook.id.text)), try turn.secret(of: webhook))
        }
    }

    /// Told from a position on, again or for the first time: the same messages under the same ids.
    ///
    /// - Parameter position: of the last change that it need not hear.
    /// - Throws: `.invalid` for a position that the trail has not come to.
    public func replayWebhook(_ name: String, from position: Int64, by actor: Actor) async throws -> WebhookView {
        try await steerWebhook(name, "webhook.replay", by: actor) { webhook, turn in
            let end = try turn.snapshot.lastAuditEntry()?.sequence ?? 0
            guard (0...end).contains(position) else {
                throw Fault.invalid("from", "out_of_range", "The position of a change is 0 to \(end) now.")
            }
            let former = webhook.progress
            webhook.progress = Webhook.Progress(
                position: position, state: former.state.isTold ? .well : former.state, dueAt: turn.now,
                failingSince: former.state.isTold ? nil : former.failingSince,
                error: former.state.isTold ? nil : former.error, toldAt: former.toldAt)
            return "from \(position), was at \(former.position)"
        }
    }

    /// Told nothing from now on; what changes meanwhile it is told when it is started again.
    public func stopWebhook(_ name: String, by actor: Actor) async throws -> WebhookView {
        try await steerWebhook(name, "webhook.stop", by: actor) { webhook, _ in
            webhook.progress.state = .stopped
            return "stopped"
        }
    }

    /// Told again, at once, all that it has not taken; also one that is gone or was given up, or that waits
    /// for its next try.
    public func startWebhook(_ name: String, by actor: Actor) async throws -> WebhookView {
        try await steerWebhook(name, "webhook.start", by: actor) { webhook, turn in
            let former = webhook.progress
            webhook.progress = Webhook.Progress(
                position: former.position, dueAt: turn.now, error: former.error, toldAt: former.toldAt)
            return "from \(former.position), was \(former.state.rawValue)"
        }
    }

    private func steerWebhook(
        _ name: String, _ action: String, by actor: Actor,
        _ body: @escaping @Sendable (inout Webhook, Writing) throws -> String
    ) async throws -> WebhookView {
        try await writing(by: actor) { turn in
            try turn.requireOperation()
            var webhook = try turn.webhook(name)
            let detail = try body(&webhook, turn)
            try turn.webhooks.set(webhook, action, detail)
            return try turn.view(turn.webhook(webhook.id.text))
        }
    }

    /// A message that tells nothing, now, whatever the state: to see whether it arrives.
    public func testWebhook(_ name: String, by actor: Actor) async throws -> WebhookTrial {
        let webhook = try await reading(by: actor) { turn in
            try turn.requireOperation()
            return try turn.webhook(name)
        }
        let now = world.now()
        let answer = await caller.call(try WebhookMessage(testOf: webhook, at: now).call(to: webhook, keys, at: now))
        return WebhookTrial(isTaken: answer.isTaken, error: answer.isTaken ? nil : answer.failure)
    }

    /// For good: it is told nothing any more, and its secret is none.
    @discardableResult
    public func removeWebhook(_ name: String, reason: String, by actor: Actor) async throws -> WebhookView {
        let reason = try FieldRules.checked(reason)
        return try await writing(by: actor) { turn in
            try turn.requireOperation()
            let webhook = try turn.webhook(name)
            try turn.webhooks.remove(webhook, reason)
            return try turn.view(webhook)
        }
    }
}

extension Turn {
    /// - Parameter name: or its id.
    fileprivate func webhook(_ name: String) throws -> Webhook {
        let found = try WebhookID(name).flatMap { try snapshot.webhook($0) } ?? snapshot.webhook(named: name)
        guard let found else { throw Authority.missing("webhook", name) }
        return found
    }

    fileprivate func view(_ webhook: Webhook) throws -> WebhookView {
        WebhookView(
            webhook: webhook,
            organizations: try webhook.organizations.map { try snapshot.organization($0)?.slug.text ?? $0.text },
            publicKey: webhook.signing == .ed25519 ? try verifier(of: webhook) : nil)
    }

    /// Nil where there is none that has to be kept.
    fileprivate func secret(of webhook: Webhook) throws -> String? {
        webhook.signing == .hmac ? try verifier(of: webhook) : nil
    }

    private func verifier(of webhook: Webhook) throws -> String {
        try WebhookKey(of: webhook, generation: webhook.generation, keys).verifier
    }
}
