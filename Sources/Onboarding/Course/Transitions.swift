import Basics
import Directory
import Records
import Workflow

/// Who caused a move, and in which words it is kept.
struct Mover {
    let recorded: Party
    var person: PersonID?
    var onBehalfOf: PersonID?
    /// For the history.
    var note: String?
    /// What the person wrote, for the mails that the move causes.
    var comment: String?

    static let usher = Mover(recorded: .usher)

    init(
        recorded: Party, person: PersonID? = nil, onBehalfOf: PersonID? = nil, note: String? = nil,
        comment: String? = nil
    ) {
        self.recorded = recorded
        self.person = person
        self.onBehalfOf = onBehalfOf
        self.note = note
        self.comment = comment
    }

    /// In whose name: the person's, also where an operator acts in their place.
    var principal: Party { person.map { .person($0) } ?? recorded }

    init(_ actor: Actor, _ capacity: Authority.Capacity, note: String? = nil, comment: String? = nil) {
        self.init(
            recorded: actor.recorded, person: actor.person?.id, onBehalfOf: capacity.onBehalfOf, note: note,
            comment: comment)
    }
}

extension Onboarding {
    /// The engine's refusals, in words for the person who asked.
    func fault(_ refusal: Refusal) -> Fault {
        switch refusal {
        case .ended(let ending): Fault(.conflict, "This request has ended already (\(word: ending.rawValue)).")
        case .notOffered: Fault(.conflict, "The request does not offer this now. Look at it again.")
        case .usedUp(let choice, let times): Fault(.conflict, Self.usedUp(choice, times: times))
        case .notAsked: Fault(.forbidden, "Somebody else is asked now.")
        case .notApart(let part, let other):
            Fault(
                .forbidden,
                "Four eyes: the same person cannot be \(part) and \(other) of one request. Somebody else must do it.")
        case .unknownItem(let item): Fault(.notFound, "The request has no item \(item).")
        case .ownItem:
            Fault(
                .forbidden,
                "Four eyes: nobody decides about their own access. Leave it out: a colleague decides about it.")
        case .alreadyDecided(let item):
            Fault(.conflict, "The item \(item) was decided already. Look at the request again.")
        case .needsComment(let choice): Fault.invalid("comment", "required", "Say why: \(choice) needs a text.")
        case .needsUntil: Fault.invalid("until", "required", "Say until when.")
        case .untilTooLate(let latest):
            Fault.invalid("until", "too_late", "The end must not be later than \(latest.iso8601).")
        case .unknownTimer, .timerNotDue, .unknownEffect:
            Fault(.conflict, "This was settled meanwhile.")
        case .frozen(let since):
            Fault(
                .conflict,
                "This request is frozen since \(since.iso8601): until an operator thaws it, it can only be withdrawn.")
        case .notFrozen: Fault(.conflict, "This request is not frozen.")
        case .notInFuture: Fault.invalid("time", "in_the_past", "This time has passed: name a later one.")
        case .noDueDate(let state):
            Fault.invalid("timer", "required", "\(state) shows no due date: say which timer to move.")
        case .dueTooLate(let timer, let at):
            Fault.invalid(
                "time", "too_late",
                "The timer \(timer) moves the request on before that, at \(at.iso8601). Move that timer first.")
        }
    }
}

extension Turn {
    fileprivate func move(
        _ request: Request, expecting: Int64, before: Run?, event: Event, _ step: Step,
        following definition: Definition, by mover: Mover
    ) throws -> Transition {
        let asks = try step.run.asked.flatMap { name in
            let part = definition.part(name)
            let audiences = try part.map { try asked(for: PartSource($0), in: request) } ?? []
            return audiences.map {
                InboxEntry(request: request.id, part: name, audience: $0, dueAt: step.run.runningDueAt)
            }
        }
        let kept = try calendars.used(by: request.locality).kept
        // Said when somebody is asked, not at each reminder.
        let asksAnew = before?.state != step.run.state || before?.asked != step.run.asked
        let isVacant = try asksAnew && awaited(request).isVacant
        let notices = isVacant ? try vacancyNotices(of: request) : []
        var move = Transition(
            request: request.id, expecting: expecting, before: before, after: step.run,
            history: HistoryEntry(
                at: now, event: event, name: step.event, by: mover.recorded, onBehalfOf: mover.onBehalfOf,
                from: step.from, to: step.to, note: mover.note, calendar: kept.hash),
            asks: asks,
            effects: try step.orders.filter { !$0.now }.flatMap {
                try effects(from: $0, of: request, on: event, following: definition, by: mover)
            } + notices,
            cancelled: step.cancelled.map { EffectKey(.request(request.id), $0).text }, calendar: kept)
        move.isVacant = isVacant
        return move
    }
}

extension Writing {
    /// Begins a request: its first step, with everything that the
    /// step orders, in the caller's transaction.
    func begin(_ draft: RequestDraft, with start: Event.Start, by mover: Mover) throws -> Request {
        let definition = try library.ready(draft.workflow, in: transaction)
        try transaction.register(
            name: definition.name, version: definition.version, source: definition.source, at: now)
        // Only where it is read, so that the histories of other workflows stay as they are.
        let start =
            definition.readsUntil
            ? Event.Start(items: start.items, players: start.players, flags: start.flags, until: draft.until) : start
        let step: Step
        let locality = try draft.organization.flatMap { try transaction.organization($0) }?.locality ?? .installation
        let used = try calendars.used(by: locality)
        do { step = try definition.start(start, at: now, calendar: used.calendar) } catch { throw usher.fault(error) }
        let request = draft.request(
            id: draft.id ?? RequestID(at: now, random: world.random), run: step.run, locality: locality, at: now)
        let move = try move(
            request, expecting: 0, before: nil, event: .start(start), step, following: definition, by: mover)
        try transaction.insert(request, move)
        try audit(move, of: request, by: mover)
        try performNow(step, of: request, by: mover)
        try settleIfEnded(request)
        return request
    }

    /// Moves a request by one event: the only way in which a run ever changes.
    ///
    /// - Parameter issue: performs the effect `issue`, whose secret the caller has to show.
    /// - Throws: `Fault` with the engine's refusal in plain words; nothing has changed then.
    func advance(
        _ request: Request, on event: Event, by mover: Mover,
        issue: () throws -> Void = { throw Fault(.conflict, "Open the enrolment to get a new secret.") }
    ) throws -> Request {
        let definition = try library.definition(of: request.run, in: transaction)
        let used = try calendars.used(by: request.locality)
        let step: Step
        do {
            step = try definition.step(request.run, on: event, at: now, calendar: used.calendar)
        } catch { throw usher.fault(error) }
        // Versions from before limits without `else`: what they end by is not what anybody chose.
        if case .choice(let choice) = event,
            let times = definition.timesBeforeSurprise(choice.name, step, before: request.run)
        {
            throw usher.fault(.usedUp(choice: choice.name, times: times))
        }
        return try commit(step, of: request, on: event, following: definition, by: mover, issue: issue)
    }

    /// Keeps a step with everything that it orders, guarded by the version
    /// of the request that it was computed from.
    func commit(
        _ step: Step, of request: Request, on event: Event, following definition: Definition, by mover: Mover,
        issue: () throws -> Void = { throw Fault(.conflict, "Open the enrolment to get a new secret.") }
    ) throws -> Request {
        let moved = request.moved(to: step.run)
        let move = try move(
            moved, expecting: request.version, before: request.run, event: event, step, following: definition, by: mover
        )
        try transaction.record(move)
        try audit(move, of: moved, by: mover)
        try performNow(step, of: moved, by: mover, issue: issue)
        // What happens after the end has been settled with it.
        if request.run.ended == nil { try settleIfEnded(moved) }
        return moved
    }

    private func audit(_ move: Transition, of request: Request, by mover: Mover) throws {
        let items = move.told.map { "\($0.id)=\($0.profile):\($0.state.rawValue)" }.joined(separator: " ")
        // What an operator does from outside of the definition is answered for by its reason alone.
        let reason = move.history.event.isSteering ? move.history.note.map { "; \($0)" } ?? "" : ""
        try transaction.audit(
            AuditNote(
                "request.\(move.history.name)", organization: request.organization, request: request.id,
                subject: request.holder?.text ?? request.cloud?.text,
                detail: "\(move.history.from ?? "start") -> \(move.history.to); \(items)\(reason)"),
            by: mover.recorded, onBehalfOf: mover.onBehalfOf, at: now)
        if move.isVacant { try record(vacancyOf: request) }
    }

    /// When a run has ended its links open nothing any more, and a
    /// person whom it never made active is none.
    private func settleIfEnded(_ request: Request) throws {
        guard request.run.ended != nil else { return }
        try transaction.endInvitations(of: request.id)
        try watchEnd(of: request)
        guard let holder = try request.holder.flatMap({ try transaction.person($0) }), holder.state == .invited,
            try transaction.openAccountRequests(about: holder.id).isEmpty
        else { return }
        try minding(audiences(concerning: holder.id)) {
            try close(holder.id, in: request, by: .usher)
        }
    }
}

extension Transition {
    /// The items that an audit entry names: all of a request's few, and
    /// of a review's hundreds those that changed.
    fileprivate var told: [Run.Item] {
        guard let before, after.items.count == before.items.count, after.items.contains(where: { $0.about != nil })
        else { return after.items }
        return zip(before.items, after.items).filter { $0 != $1 }.map(\.1)
    }
}

/// A request before it has a run.
struct RequestDraft {
    let workflow: String
    let organization: OrganizationID?
    let holder: PersonID?
    var cloud: CloudID?
    var campaign: CampaignID?
    let requester: Party
    let reason: String
    var until: Timestamp?
    var idempotencyKey: String?
    var subject: RequestSubject?
    var batch: BatchID?
    /// Nil for a new one.
    var id: RequestID?

    func request(id: RequestID, run: Run, locality: Locality, at now: Timestamp) -> Request {
        Request(
            id: id, organization: organization, holder: holder, cloud: cloud, campaign: campaign, requester: requester,
            reason: reason, until: until, idempotencyKey: idempotencyKey, createdAt: now, run: run, version: 1,
            subject: subject, locality: locality, batch: batch)
    }
}
