public import Basics
import Directory
public import Records
import Workflow

/// What an operator does to a running request from outside of its definition, each with a
/// reason that the history and the audit trail keep.
extension Onboarding {
    /// Stops the request's clocks: no timer fires, nobody decides, and what
    /// was ordered before is still carried out.
    ///
    /// Withdrawing stays possible: whoever leaves gives up rights and gains none.
    public func freeze(_ id: RequestID, reason: String, by actor: Actor) async throws -> RequestView {
        try await steer(id, reason, by: actor) { _, _ in (.freeze, nil) }
    }

    /// Lets the request go on; every timer and the due date keep the time that was left of them.
    public func thaw(_ id: RequestID, reason: String, by actor: Actor) async throws -> RequestView {
        try await steer(id, reason, by: actor) { _, _ in (.thaw, nil) }
    }

    /// Moves a pending timer, or the due date; in a state
    /// without one, the timer that leaves the state.
    ///
    /// - Parameter time: an instant with a zone, or a day, which means
    ///   its end in the organization's time zone.
    /// - Parameter timer: as `RequestView.timers` names it.
    public func moveDeadline(
        of id: RequestID, timer: String?, to time: String, reason: String, by actor: Actor
    ) async throws -> RequestView {
        let locality = try await store.read { try $0.request(id)?.locality } ?? .installation
        guard let at = FieldRules.instant(time, in: try timeZone(of: locality)) else {
            throw Fault.invalid("time", "invalid_date", "Write the time as 2027-03-31, or as an instant with a zone.")
        }
        guard at <= world.now().adding(seconds: Self.farthestDeadlineSeconds) else {
            throw Fault.invalid("time", "too_far", "A deadline lies within a year from now.")
        }
        return try await steer(id, reason, by: actor) { request, definition in
            let run = request.run
            let timer = timer ?? definition.deadlineTimer(of: run)
            guard let timer else {
                return (.deadline(timer: nil, at: at), "due \(run.dueAt?.iso8601 ?? "-") -> \(at.iso8601)")
            }
            guard let pending = run.timers.first(where: { $0.id == timer }) else {
                let known = run.timers.map(\.id).joined(separator: ", ")
                throw Fault.invalid(
                    "timer", "unknown_timer",
                    "No timer \(FieldRules.quoted(timer)) is pending. Pending: \(known.isEmpty ? "none" : known).")
            }
            return (.deadline(timer: timer, at: at), "\(timer) \(pending.at.iso8601) -> \(at.iso8601)")
        }
    }

    /// A year and a day: a later one is a slip of the pen, and every run is to end.
    private static var farthestDeadlineSeconds: Int64 { 366 * 86_400 }

    /// - Parameter event: what to do, and what to say of it beside the reason.
    private func steer(
        _ id: RequestID, _ reason: String, by actor: Actor,
        _ event: @escaping @Sendable (Request, Definition) throws -> (Event, String?)
    ) async throws -> RequestView {
        let now = world.now()
        try await reading(by: actor, at: now) { try $0.requireOperator() }
        let reason = try FieldRules.checked(reason)
        let view = try await writing(by: actor, at: now) { turn in
            let request = try turn.request(id)
            try turn.requireSteering(of: request)
            if let ended = request.run.ended { throw fault(.ended(ended)) }
            let definition = try library.definition(of: request.run, in: turn.transaction)
            let (event, words) = try event(request, definition)
            let note = [words, reason].compactMap { $0 }.joined(separator: ": ")
            let mover = Mover(recorded: actor.recorded, note: note)
            let moved = try turn.advance(request, on: event, by: mover)
            try turn.keepInvitation(of: moved)
            return try turn.view(moved, withHistory: false)
        }
        _ = try await performDue(of: id)
        return view
    }
}
