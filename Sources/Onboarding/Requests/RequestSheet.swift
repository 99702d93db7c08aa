public import Basics
public import Directory
public import Foundation
public import Records
public import Workflow

/// A request with what a page shows beside it: names in place of addresses and
/// short names, and what the reader may do.
public struct RequestSheet: Sendable {
    public let view: RequestView
    public let ended: Run.Ending?
    /// Nil for what is asked among the provider's own staff.
    public let organization: Organization?
    /// Names of the clouds in it, by short name.
    public let clouds: [String: String]
    /// Names of whom it is about and for whom it waits, by address.
    public let people: [String: String]
    public let requester: Party
    /// Oldest first, where the view has it, with what each decided.
    public let history: [(entry: HistoryEntry, decided: [DecidedItem])]
    /// Names of those who asked for it, and who did what stands in the history.
    public let names: [PersonID: String]
    /// Whom it is about; nil where it is about a whole cloud.
    public let holder: PersonID?
    public let offers: Set<RequestOffer>
    /// In which the organization's days begin and end.
    public let timeZone: TimeZone
}

/// What somebody may do about a request at this moment.
public enum RequestOffer: String, Sendable, CaseIterable {
    /// To approve or refuse it, or some of it.
    case decide
    case question, answer, cancel
    /// To send the invitation again.
    case invite
    /// To open the account of a program, whose secret is shown then.
    case collect
    /// What an operator does from outside of the workflow.
    case freeze, thaw, deadline
}

extension Onboarding {
    /// - Throws: `.notFound` for a request that is not there, or
    ///   not the actor's to see: the same answer.
    public func requestSheet(_ id: RequestID, by actor: Actor) async throws -> RequestSheet {
        try await reading(by: actor) { turn in
            guard let request = try turn.snapshot.request(id),
                try turn.mayRead(request)
            else { throw Authority.missing("request", id.text) }
            var view = try turn.view(request, withHistory: true)
            view.undeliverable = try turn.undelivered(of: request)
            return try turn.sheet(request, view, offers: try turn.offers(on: request))
        }
    }

    /// As `requests` lists them, without what the actor may do about each.
    public func requestSheets(
        organization: String?, mine: Bool = false, overdue: Bool = false, isOpen: Bool = false, _ page: PageRequest,
        by actor: Actor
    ) async throws -> Page<RequestSheet> {
        try await sheets(
            try await requests(
                organization: organization, mine: mine, state: nil, overdue: overdue, isOpen: isOpen, page, by: actor))
    }

    /// What waits for the actor, oldest due first.
    public func inboxSheets(_ page: PageRequest, by actor: Actor) async throws -> Page<RequestSheet> {
        try await sheets(try await inbox(page, by: actor))
    }

    /// What the actor was allowed to see a moment ago, with names.
    private func sheets(_ page: Page<RequestView>) async throws -> Page<RequestSheet> {
        try await reading(by: .usher) { turn in
            Page(
                items: try page.items.compactMap { view in
                    try RequestID(view.id).flatMap { try turn.snapshot.request($0) }
                        .map { try turn.sheet($0, view, offers: []) }
                },
                next: page.next)
        }
    }

    /// Whether a check passes, by a fresh code if need be; an outage is none of its answers.
    static func isAllowed(_ check: () throws -> Void) throws -> Bool {
        do { try check() } catch let fault as Fault where fault.code != .unavailable {
            return fault.code == .unauthenticated
        }
        return true
    }
}

extension Turn {
    func sheet(_ request: Request, _ view: RequestView, offers: Set<RequestOffer>) throws -> RequestSheet {
        let slugs = Set(view.items.map(\.cloud) + [view.cloud].compactMap { $0 })
        let clouds = try request.organization.map { organization in
            try slugs.compactMap { try snapshot.cloud(slug: $0, of: organization) }
        }
        let history = view.history == nil ? [] : try snapshot.history(of: request.id)
        let parties = [request.requester.person] + history.flatMap { [$0.by.person, $0.onBehalfOf] }
        return RequestSheet(
            view: view, ended: request.run.ended,
            organization: try request.organization.flatMap { try snapshot.organization($0) },
            clouds: Dictionary((clouds ?? []).map { ($0.slug.text, $0.label) }) { first, _ in first },
            people: try names(in: request, view), requester: request.requester,
            history: try history.map { ($0, try decided($0.event.decisions, on: request)) },
            names: try Dictionary(uniqueKeysWithValues: people(parties).map { ($0.id, $0.name.text) }),
            holder: request.holder, offers: offers, timeZone: try timeZone(of: request.locality))
    }

    private func people(_ ids: [PersonID?]) throws -> [Person] {
        try Set(ids.compactMap { $0 }).compactMap { try snapshot.person($0) }
    }

    /// Of the very people that the request names: an address may have gone to somebody else since.
    private func names(in request: Request, _ view: RequestView) throws -> [String: String] {
        var names: [String: String] = [:]
        for email in view.waitingFor.flatMap({ $0.people + $0.standIns.flatMap { [$0.email, $0.absent] } }) {
            // What waits waits for the living.
            guard let key = (try? EmailAddress(email))?.key else { continue }
            names[email] = try snapshot.living(emailKey: key)?.name.text
        }
        let ids = [request.holder, request.replaced] + request.run.items.map { $0.about.flatMap { PersonID($0) } }
        for person in try people(ids) { names[person.email.text] = person.name.text }
        return names
    }

    fileprivate func offers(on request: Request) throws -> Set<RequestOffer> {
        guard request.run.ended == nil else { return [] }
        let definition = try library.definition(of: request.run, in: snapshot)
        let isFrozen = request.run.frozenAt != nil
        let offered = try RequestOffer.allCases.filter { offer in
            switch offer {
            case .decide, .question, .answer, .cancel:
                // What a frozen request lets nobody do is not offered.
                guard let intent = offer.intent, !isFrozen || offer == .cancel else { return false }
                return try Onboarding.isAllowed {
                    _ = try choice(intent, in: request, definition)
                }
            case .invite:
                guard try !isFrozen && invites(request) else { return false }
                return try Onboarding.isAllowed {
                    _ = try requireInvitation(to: request)
                }
            case .collect:
                guard !isFrozen && request.holder == actor.person?.id else { return false }
                return !definition.partsOffered("collect", in: request.run).isEmpty
            case .freeze, .thaw, .deadline:
                guard offer == .thaw ? isFrozen : !isFrozen else { return false }
                guard offer != .deadline || !request.run.timers.isEmpty else { return false }
                return try Onboarding.isAllowed {
                    try requireSteering(of: request)
                }
            }
        }
        return Set(offered)
    }

    private func invites(_ request: Request) throws -> Bool {
        guard let person = try request.holder.flatMap({ try snapshot.person($0) }), person.mayEnrol else {
            return false
        }
        return try invitationEnd(of: request) != nil
    }
}

extension RequestOffer {
    fileprivate var intent: Onboarding.Intent? {
        switch self {
        case .decide: .approval
        case .question: .question
        case .answer: .answer
        case .cancel: .cancellation
        case .invite, .collect, .freeze, .thaw, .deadline: nil
        }
    }
}
