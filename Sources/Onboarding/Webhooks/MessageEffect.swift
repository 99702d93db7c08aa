import Basics
import Records
import Workflow

/// What a workflow tells receivers of webhooks about a request.
///
/// It is an entry of the trail, written in the transaction that settles its effect: so it is there exactly once, and
/// every webhook is told it in the order of all else, under one id for each, however often either is tried.
extension LocalEffect {
    static var ofWebhooks: [LocalEffect] {
        [LocalEffect(EffectDeclaration.webhook) { try $0.tell($1) }]
    }
}

extension Writing {
    /// Whoever hears of the request's organization is told from now on, also what is stopped, once it is started.
    ///
    /// A request that was withdrawn meanwhile takes nothing back: what is told happened.
    fileprivate func tell(_ ordered: Ordered) throws {
        let (request, order) = (ordered.request, ordered.kept?.order)
        guard let effect = ordered.kept, let name = order?.message, let state = order?.state else {
            throw Fault(.unavailable, "The effect of \(request.id) does not say what to tell.")
        }
        let message = OrderedMessage(name: name, state: state)
        try transaction.audit(
            AuditNote(
                "message.tell", organization: request.organization, request: request.id,
                subject: effect.key, detail: message.text), by: .usher, at: now)
        let note = "\(name): \(try hearing(message.type, of: request).sentence)"
        _ = try advance(request, on: .remark("webhook.told"), by: Mover(recorded: .usher, note: note))
    }

    /// Looks at a page of webhooks and no further: a request waits for this.
    private func hearing(_ type: String, of request: Request) throws -> Hearing {
        let page = try transaction.webhooks(PageRequest(limit: PageRequest.greatestLimit))
        let hearing = page.items.filter { $0.hears(type, of: request.organization) }
        return Hearing(
            count: hearing.count, resting: hearing.count { !$0.progress.state.isTold }, isWhole: page.next == nil)
    }
}

extension Webhook {
    /// - Parameter organization: nil for what is about none.
    func hears(_ type: String, of organization: OrganizationID?) -> Bool {
        (types.isEmpty || types.contains(type))
            && (organizations.isEmpty || organization.map(organizations.contains) ?? false)
    }
}

/// How many webhooks hear of something.
private struct Hearing {
    let count: Int
    /// Of those: stopped, gone or given up.
    let resting: Int
    /// Whether all webhooks were looked at.
    let isWhole: Bool

    var sentence: String {
        let count = isWhole ? "\(count)" : "at least \(count)"
        let many = self.count == 1 && isWhole ? "1 webhook hears" : "\(count) webhooks hear"
        if self.count == 0, isWhole { return "no webhook hears of it, so there was nothing to tell" }
        return "\(many) of it" + (resting == 0 ? "" : ", not started: \(resting)")
    }
}
