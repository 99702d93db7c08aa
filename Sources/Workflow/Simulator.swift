public import Basics

/// A run that is played by hand, with a clock that is pushed forward.
///
/// A value without input or output: whoever keeps a copy can go back to it. People
/// are made up, one for each part (`person-approver`), so that four eyes hold.
/// Whatever throws leaves everything as it was.
public struct Simulator: Sendable {
    /// Why nothing happened.
    public enum Refusal: Error, Hashable, Sendable {
        /// The engine would not move, for its own reason.
        case engine(Workflow.Refusal)
        /// No timer runs that could be waited for.
        case noTimer
        /// No pending or parked effect has this key.
        case noEffect(String)
        /// A definition whose timers chase each other: nobody waits for the end of that.
        case endless(events: Int)
    }

    /// One event, when it happened, and what it did.
    public struct Moment: Sendable {
        public let at: Timestamp
        public let event: Event
        public let step: Step
    }

    /// Monday 2026-01-05, 09:00 UTC.
    public static let usualStart = Timestamp(milliseconds: 1_767_603_600_000)
    /// More than any definition needs that passes its check.
    private static let patience = 20_000

    public let definition: Definition
    public let calendar: BusinessCalendar
    public private(set) var now: Timestamp
    public private(set) var run: Run
    /// Everything that happened, the start first.
    public private(set) var moments: [Moment]
    /// How effects of an item end; those that are not named are done.
    public var outcomes: [String: Event.EffectOutcome] = [:]
    /// Effects stay pending until `settle` says how they end, instead of ending at once.
    public var holdsEffects = false

    /// Begins a run.
    ///
    /// - Parameter flags: those that are true.
    public init(
        _ definition: Definition, items: [Run.Item], flags: [String] = [], until: Timestamp? = nil,
        holdsEffects: Bool = false,
        at start: Timestamp = Simulator.usualStart, calendar: BusinessCalendar = .everyDay
    ) throws(Refusal) {
        let known = definition.parts.filter { $0.name == "requester" || $0.source.hasPrefix("request.") }
        let players = Dictionary(known.map { ($0.name, [Self.person(playing: $0.name)]) }) { first, _ in first }
        let event = Event.Start(
            items: items, players: players, flags: Dictionary(flags.map { ($0, true) }) { first, _ in first },
            until: until)
        let step: Step
        do { step = try definition.start(event, at: start, calendar: calendar) } catch { throw .engine(error) }
        self.definition = definition
        self.calendar = calendar
        self.holdsEffects = holdsEffects
        now = start
        run = step.run
        moments = [Moment(at: start, event: .start(event), step: step)]
        try settleAll()
    }

    public static func person(playing part: String) -> String { "person-\(part)" }

    /// The states entered so far, each where it follows another;
    /// those that were passed through included.
    public var path: [String] {
        moments.flatMap(\.path).reduce(into: []) { path, state in
            if path.last != state { path.append(state) }
        }
    }

    // MARK: What can happen

    /// Any event, now; effects that it orders end at once unless they are held.
    public mutating func apply(_ event: Event) throws(Refusal) {
        var next = self
        try next.step(event)
        try next.settleAll()
        self = next
    }

    /// - Parameters:
    ///   - name: as events name it; decisions on items are `decide`.
    ///   - part: who chooses; nil is the first whom the state asks, else who may choose it anywhere.
    ///   - facts: those that are true.
    public mutating func choose(
        _ name: String, part: String? = nil, decisions: [String: Event.Decision] = [:],
        facts: Set<String> = CheckVocabulary.outcomes, comment: String? = "Because."
    ) throws(Refusal) {
        if let ended = run.ended { throw .engine(.ended(ended)) }
        guard let part = part ?? definition.partsOffered(name, in: run).first?.name else {
            if let times = definition.timesUsedUp(name, in: run) { throw .engine(.usedUp(choice: name, times: times)) }
            throw .engine(.notOffered(choice: name, state: run.state))
        }
        let told = Dictionary(CheckVocabulary.facts.union(facts).map { ($0, facts.contains($0)) }) { first, _ in first }
        try apply(
            .choice(
                Event.Choice(
                    name, part: part, by: Self.person(playing: part), decisions: decisions, facts: told,
                    comment: comment)))
    }

    /// Pushes the clock forward and fires what falls due on the way, in order, as a worker would.
    public mutating func wait(_ delay: Delay) throws(Refusal) {
        try wait(until: delay.added(to: now, calendar: calendar))
    }

    public mutating func wait(until end: Timestamp) throws(Refusal) {
        var next = self
        while let due = next.nextTimer, due.at <= end {
            guard next.moments.count - moments.count < Self.patience else { throw .endless(events: Self.patience) }
            try next.fire(due)
        }
        next.now = max(now, end)
        self = next
    }

    /// Pushes the clock to the next timer and fires it.
    public mutating func waitForTimer() throws(Refusal) {
        guard let due = nextTimer else { throw .noTimer }
        var next = self
        try next.fire(due)
        self = next
    }

    /// The timer that fires next: the earliest, of those at one instant the first by name.
    public var nextTimer: Run.Timer? { run.timers.min { ($0.at, $0.id) < ($1.at, $1.id) } }

    /// The effects that have not ended, in the order in which they were ordered.
    public var openEffects: [Run.LedgerEntry] { run.ledger.filter(\.isOpen) }

    /// Says how a pending or parked effect ends.
    public mutating func settle(_ key: String, as outcome: Event.EffectOutcome) throws(Refusal) {
        guard openEffects.contains(where: { $0.key == key }) else { throw .noEffect(key) }
        try apply(.effect(key: key, outcome: outcome))
    }

    // MARK: One step

    private mutating func fire(_ timer: Run.Timer) throws(Refusal) {
        now = max(now, timer.at)
        try step(.timer(id: timer.id))
        try settleAll()
    }

    private mutating func settleAll() throws(Refusal) {
        let before = moments.count
        while !holdsEffects, let entry = run.ledger.first(where: { $0.state == .pending }) {
            guard moments.count - before < Self.patience else { throw .endless(events: Self.patience) }
            let outcome = entry.item.flatMap { run.ended == nil ? outcomes[$0] : nil } ?? .done
            try step(.effect(key: entry.key, outcome: outcome))
        }
    }

    private mutating func step(_ event: Event) throws(Refusal) {
        do {
            let step = try definition.step(run, on: event, at: now, calendar: calendar)
            run = step.run
            moments.append(Moment(at: now, event: event, step: step))
        } catch { throw .engine(error) }
    }
}

extension Simulator.Moment {
    /// The states from before to after, those that were passed through included.
    public var path: [String] {
        let entered = step.passages.compactMap(\.to)
        return [step.from ?? step.passages.first?.from ?? step.to] + entered
    }
}

extension Simulator.Refusal {
    /// For whoever plays with a definition.
    public var sentence: Sentence {
        switch self {
        case .engine(let refusal): refusal.sentence
        case .noTimer: "No timer runs: nothing happens by itself."
        case .noEffect(let key): "No effect \(key) is open."
        case .endless(let events): "More than \(events) events in a row: usher workflow check says why."
        }
    }
}
