import Basics
public import Records
import Workflow

extension Effect {
    /// Which effect, and why an operator decided about it, for
    /// the history; the request is known there.
    fileprivate func told(_ reason: String) -> String {
        "\(request == nil ? key : EffectKey(key)?.name ?? key): \(reason)"
    }
}

/// What an operator does with an effect that was parked.
extension Onboarding {
    public func effects(
        _ state: Effect.State?, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<Effect> {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            return try turn.snapshot.effects(state, page)
        }
    }

    /// - Throws: `.notFound` for a key that no effect has.
    public func effect(_ key: String, by actor: Actor) async throws -> Effect {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            guard let effect = try turn.snapshot.effect(key: key) else { throw Authority.missing("effect", key) }
            return effect
        }
    }

    /// Puts a parked effect back among the due ones.
    public func retryEffect(_ key: String, reason: String, by actor: Actor) async throws {
        try await settleParked(key, reason, by: actor, "effect.retry") { turn, effect, request in
            try turn.retry(effect, reason, of: request)
        }
    }

    /// Effects that are settled with one commit.
    private static var chunk: Int { 100 }

    /// Puts every parked effect back among the due ones.
    ///
    /// - Parameter error: only those whose error contains this text; nil or empty for all.
    /// - Returns: how many there were.
    public func retryEffects(error: String?, reason: String, by actor: Actor) async throws -> Int {
        let error = error.flatMap { $0.isEmpty ? nil : $0 }
        return try await settleAll(
            ParkedFilter(error: error), reason, by: actor, "effect.retry"
        ) { turn, effect, request, reason in
            try turn.retry(effect, reason, of: request)
        }
    }

    /// Gives up every parked effect of requests that have ended.
    ///
    /// - Returns: how many there were.
    public func dropEndedEffects(reason: String, by actor: Actor) async throws -> Int {
        try await settleAll(
            ParkedFilter(isEnded: true), reason, by: actor, "effect.drop"
        ) { turn, effect, request, reason in
            try turn.giveUp(effect, reason, of: request)
        }
    }

    private func settleAll(
        _ filter: ParkedFilter, _ reason: String, by actor: Actor, _ action: String,
        _ body: @escaping @Sendable (Writing, Effect, Request?, String) throws -> Void
    ) async throws -> Int {
        let now = world.now()
        try await reading(by: actor, at: now) { try $0.requireOperator() }
        let reason = try FieldRules.checked(reason)
        var (count, filter) = (0, filter)
        while true {
            let current = filter
            let keys = try await writing(by: actor, at: now) { turn -> [String] in
                try turn.requireOperation()
                let found = try turn.transaction.parkedEffects(current, limit: Self.chunk)
                for effect in found {
                    try turn.transaction.audit(
                        AuditNote(action, request: effect.request, subject: effect.key, detail: reason),
                        by: actor.recorded, at: now)
                    let request = try effect.request.flatMap { try turn.transaction.request($0) }
                    try body(turn, effect, request, reason)
                }
                return found.map(\.key)
            }
            count += keys.count
            guard keys.count == Self.chunk, let last = keys.last else { return count }
            // What fails again while this goes on is not met twice.
            filter.after = last
        }
    }

    /// Gives a parked effect up; the request goes on without it.
    public func dropEffect(_ key: String, reason: String, by actor: Actor) async throws {
        try await settleParked(key, reason, by: actor, "effect.drop") { turn, effect, request in
            try turn.giveUp(effect, reason, of: request)
        }
    }

    private func settleParked(
        _ key: String, _ reason: String, by actor: Actor, _ action: String,
        _ body: @escaping @Sendable (Writing, Effect, Request?) throws -> Void
    ) async throws {
        let now = world.now()
        try await reading(by: actor, at: now) { try $0.requireOperator() }
        let reason = try FieldRules.checked(reason)
        try await writing(by: actor, at: now) { turn in
            try turn.requireOperation()
            guard let effect = try turn.transaction.effect(key: key) else { throw Authority.missing("effect", key) }
            guard effect.state == .parked else {
                throw Fault(.conflict, "The effect \(key) is \(word: effect.state.rawValue), not parked.")
            }
            try turn.transaction.audit(
                AuditNote(action, request: effect.request, subject: key, detail: reason), by: actor.recorded, at: now)
            try body(turn, effect, try effect.request.flatMap { try turn.transaction.request($0) })
        }
    }
}

extension Writing {
    fileprivate func retry(_ effect: Effect, _ reason: String, of request: Request?) throws {
        try transaction.postpone(effect.key, until: now, tries: 0, error: nil)
        // Whoever retries a mail has reason to believe that the server is back.
        if effect.isMail, let outage = try transaction.mailOutage() {
            try transaction.setMailOutage(outage.asking(at: now))
        }
        guard let request else { return }
        let mover = Mover(recorded: actor.recorded, note: effect.told(reason))
        _ = try advance(request, on: .remark("effect.retry"), by: mover)
    }

    /// Settles a due or parked effect as dropped, and tells the run; where it
    /// does not wait for the effect, its history.
    func giveUp(_ effect: Effect, _ reason: String, of request: Request?) throws {
        // Only what is due can be settled, so that no two workers settle one effect.
        if effect.state == .parked { try transaction.postpone(effect.key, until: now, tries: effect.tries, error: nil) }
        guard try transaction.settle(effect.key, as: .dropped, at: now, note: reason), let request else { return }
        let mover = Mover(recorded: actor.recorded, note: effect.told(reason))
        if try report(effect, .dropped, to: request, by: mover) { return }
        _ = try advance(request, on: .remark("effect.drop"), by: mover)
    }
}
