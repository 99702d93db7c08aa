public import Basics
import Directory
public import Onboarding
public import Records
import Workflow

/// Account requests as `submit` makes them, by the engine and through the store, without their mails: what would take
/// hours by way of use cases.
public struct RequestFactory: Sendable {
    private let organization: OrganizationID
    private let requester: PersonID
    private let items: [Run.Item]
    private let definition: Definition
    private let calendar: BusinessCalendar
    private let random: @Sendable (Int) -> [UInt8]

    /// Every cloud of the organization is asked for.
    ///
    /// - Parameters:
    ///   - slug: of the organization.
    ///   - email: of whoever asks.
    /// - Throws: `Fault.Code.notFound`.
    public init(organization slug: String, requester email: String, in onboarding: Onboarding) async throws {
        guard let definition = onboarding.library.current["account-request"] else { throw Fault(.notFound, "workflow") }
        let now = onboarding.world.now()
        let (organization, requester, clouds) = try await onboarding.store.write { transaction in
            guard let organization = try transaction.organization(slug: slug),
                let requester = try transaction.person(emailKey: email)
            else { throw Fault(.notFound, "\(slug)") }
            try transaction.register(
                name: definition.name, version: definition.version, source: definition.source, at: now)
            return (organization.id, requester.id, try transaction.clouds(of: organization.id))
        }
        self.organization = organization
        self.requester = requester
        self.definition = definition
        items = clouds.map { Run.Item(id: $0.id.text, profile: "OPE", needsMFA: true) }
        calendar = onboarding.calendar
        random = onboarding.world.random
    }

    /// One that waits for its approval.
    ///
    /// - Parameters:
    ///   - entered: when it was submitted.
    ///   - ordered: the instant that its id begins with, by which lists are ordered.
    ///   - isFrozen: whether an operator has frozen it at once.
    public func insert(
        for holder: PersonID, at entered: Timestamp, ordered: Timestamp, isFrozen: Bool = false,
        in transaction: any Transaction
    ) throws {
        let begin = Event.Start(items: items, players: ["requester": [requester.text], "holder": [holder.text]])
        var step = try definition.start(begin, at: entered, calendar: calendar)
        if isFrozen { step = try definition.step(step.run, on: .freeze, at: entered, calendar: calendar) }
        let request = Request(
            id: RequestID(at: ordered, random: random), organization: organization, holder: holder,
            requester: .person(requester), reason: "Joins the release team", until: nil, idempotencyKey: nil,
            createdAt: entered, run: step.run, version: 1)
        let history = HistoryEntry(
            at: entered, event: .start(begin), name: "start", by: .person(requester), onBehalfOf: nil, from: nil,
            to: step.to, note: nil)
        let ask = InboxEntry(
            request: request.id, part: "approver", audience: Audience(text: "delivery_manager:\(organization)"),
            dueAt: step.run.dueAt)
        try transaction.insert(
            request,
            Transition(
                request: request.id, expecting: 0, before: nil, after: step.run, history: history, asks: [ask],
                effects: [], cancelled: []))
    }
}
