public import Basics

/// Webhooks, as they are kept: no secret is.
public protocol WebhookSnapshot {
    func webhook(_ id: WebhookID) throws -> Webhook?
    func webhook(named name: String) throws -> Webhook?
    /// Oldest first.
    func webhooks(_ page: PageRequest) throws -> Page<Webhook>
    /// Those of a state, whoever waits longest first.
    func webhooks(in state: Webhook.State, limit: Int) throws -> [Webhook]
    /// Those of a state whose time has come, that nobody holds and that are not at the end of the trail; who waits
    /// longest comes first.
    func dueWebhooks(_ state: Webhook.State, at now: Timestamp, before end: Int64, limit: Int) throws -> [Webhook]
    /// - Parameter limit: so far they are counted.
    func webhookCounts(upTo limit: Int) throws -> WebhookCounts
}

/// What whoever tells a webhook writes of it: nothing that anybody decides.
public protocol WebhookWorkTransaction {
    /// - Parameter end: until then nobody else takes it.
    /// - Returns: it, in a new term; nil if somebody else took it meanwhile.
    func claim(_ webhook: Webhook, until end: Timestamp) throws -> Webhook?
    /// - Parameter end: nil gives it back.
    /// - Returns: false if somebody else took it meanwhile, and nothing was written.
    func keep(_ progress: Webhook.Progress, of webhook: Webhook, heldUntil end: Timestamp?) throws -> Bool
}

public protocol WebhookTransaction {
    /// - Throws: `Fault.Code.conflict` if the name is taken.
    func insert(_ webhook: Webhook) throws
    /// All but its name and how it signs; whoever tells it at this moment has no say in it any more.
    func update(_ webhook: Webhook) throws
    /// - Returns: false if somebody else took it meanwhile, and nothing was written.
    func stop(_ webhook: Webhook, _ progress: Webhook.Progress) throws -> Bool
    func remove(_ webhook: WebhookID) throws
}
