public import Basics
public import Records
public import Workflow

extension Onboarding {
    /// The definition that a request follows, in the version that it follows, with its way so far.
    ///
    /// - Throws: `.notFound` for a request that is not there, or
    ///   not the actor's to see: the same answer.
    public func picture(of id: RequestID, by actor: Actor) async throws -> (definition: Definition, trail: Trail) {
        try await reading(by: actor) { turn in
            guard let request = try turn.snapshot.request(id),
                try turn.mayRead(request)
            else { throw Authority.missing("request", id.text) }
            let definition = try self.library.definition(of: request.run, in: turn.snapshot)
            return (definition, try turn.trail(of: try turn.snapshot.history(of: id), in: definition))
        }
    }

    fileprivate func step(
        _ run: Run?, _ entry: HistoryEntry, _ definition: Definition, _ calendar: BusinessCalendar
    ) -> Step? {
        do throws(Refusal) {
            guard let run else {
                guard case .start(let start) = entry.event else { return nil }
                return try definition.start(start, at: entry.at, calendar: calendar)
            }
            let step = try definition.step(run, on: entry.event, at: entry.at, calendar: calendar)
            return step.to == entry.to ? step : nil
        } catch { return nil }
    }
}

extension Turn {
    /// A history that the definition does not follow to its end, since it began under another
    /// version, is told by its states alone from there on.
    fileprivate func trail(of history: [HistoryEntry], in definition: Definition) throws -> Trail {
        var trail = Trail()
        var run: Run?
        var isFollowed = true
        for entry in history {
            let calendar = try calendars.calendar(of: entry, in: snapshot)
            if isFollowed, let step = usher.step(run, entry, definition, calendar) {
                run = step.run
                trail.follow(step, in: definition)
            } else {
                isFollowed = false
                trail.follow(from: entry.from, to: entry.to)
            }
        }
        return trail
    }
}
