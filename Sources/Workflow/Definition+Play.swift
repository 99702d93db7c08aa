import Basics

extension Definition {
    /// Plays `scenario` with made-up people from Monday 2026-01-05, 09:00 UTC.
    ///
    /// Effects succeed unless the scenario says otherwise.
    ///
    /// - Returns: what went otherwise than it says; nil if nothing did.
    func play(_ scenario: Scenario, calendar: BusinessCalendar) -> Finding? {
        let start = Timestamp(milliseconds: 1_767_603_600_000)
        var stage = Stage(definition: self, scenario: scenario, calendar: calendar, now: start)
        var position = scenario.position
        do {
            try stage.begin()
            for line in scenario.lines {
                position = line.position
                try stage.play(line.action)
            }
            return nil
        } catch {
            return Finding(
                rule: "scenario", file: file, line: position.line, column: position.column,
                message: "`\(scenario.name)`: \(error.message)", path: stage.path)
        }
    }
}

private struct Stage {
    struct Surprise: Error {
        let message: String
    }

    let definition: Definition
    let scenario: Scenario
    let calendar: BusinessCalendar
    var now: Timestamp
    var path: [String] = []
    private var run: Run?
    private var outcomes: [String: Event.EffectOutcome] = [:]

    init(definition: Definition, scenario: Scenario, calendar: BusinessCalendar, now: Timestamp) {
        self.definition = definition
        self.scenario = scenario
        self.calendar = calendar
        self.now = now
    }

    private func current() throws(Surprise) -> Run {
        guard let run else { throw Surprise(message: "the run never began.") }
        return run
    }

    mutating func begin() throws(Surprise) {
        let items = zip(Scenario.itemNames, scenario.items).map { Run.Item(id: $0, profile: "profile", needsMFA: $1) }
        let known = definition.parts.filter { $0.name == "requester" || $0.source.hasPrefix("request.") }
        let players = Dictionary(known.map { ($0.name, ["person-\($0.name)"]) }) { first, _ in first }
        let flags = Dictionary(scenario.flags.map { ($0, true) }) { first, _ in first }
        do {
            let start = Event.Start(items: items, players: players, flags: flags)
            run = try definition.start(start, at: now, calendar: calendar).run
        } catch { throw Surprise(message: "the start was refused: \(error).") }
        note()
        try settle()
    }

    mutating func play(_ action: Scenario.Action) throws(Surprise) {
        let run = try current()
        switch action {
        case .wait(let delay): try wait(until: delay.added(to: now, calendar: calendar))
        case .outcome(let outcome, let items):
            for item in items.isEmpty ? Scenario.itemNames : items { outcomes[item] = outcome }
        case .decide(let word, let names):
            let chosen = names.isEmpty ? run.items.filter { $0.state == .waiting }.map(\.id) : names
            let decision: Event.Decision =
                switch word {
                case "approve": .approve
                case "lower": .lower(to: "lower", needsMFA: false)
                default: .reject
                }
            try choose("decide", decisions: Dictionary(chosen.map { ($0, decision) }) { first, _ in first }, good: true)
        case .choose(let name, let good): try choose(name, decisions: [:], good: good)
        case .ends(let state):
            guard run.ended != nil else { throw Surprise(message: "it still rests in `\(run.state)`.") }
            guard run.state == state else { throw Surprise(message: "it ends in `\(run.state)`, not `\(state)`.") }
        case .rests(let state):
            guard run.ended == nil else { throw Surprise(message: "it has ended in `\(run.state)`.") }
            guard run.state == state else { throw Surprise(message: "it rests in `\(run.state)`, not `\(state)`.") }
        }
    }

    private mutating func choose(
        _ name: String, decisions: [String: Event.Decision], good: Bool
    ) throws(Surprise) {
        let run = try current()
        let here = definition.ask(in: run.state)?.events.contains(name) == true
        let part = here ? run.asked.first : definition.anywhere[name]?.part
        guard let part else { throw Surprise(message: "`\(run.state)` does not offer `\(name)`.") }
        let facts = Dictionary(CheckVocabulary.outcomes.map { ($0, good) }) { first, _ in first }
        let choice = Event.Choice(
            name, part: part, by: "person-\(part)", decisions: decisions, facts: facts, comment: "Because.")
        try apply(.choice(choice))
        try settle()
    }

    /// Fires what falls due, in order, as a worker would.
    private mutating func wait(until end: Timestamp) throws(Surprise) {
        while true {
            let due = try current().timers.filter { $0.at <= end }.min { ($0.at, $0.id) < ($1.at, $1.id) }
            guard let due else { break }
            now = max(now, due.at)
            try apply(.timer(id: due.id))
            try settle()
        }
        now = end
    }

    /// Reports the outcome of every effect that is pending.
    private mutating func settle() throws(Surprise) {
        while true {
            let run = try current()
            guard let entry = run.ledger.first(where: { $0.state == .pending }) else { return }
            let outcome = entry.item.flatMap { run.ended == nil ? outcomes[$0] : nil } ?? .done
            try apply(.effect(key: entry.key, outcome: outcome))
        }
    }

    private mutating func apply(_ event: Event) throws(Surprise) {
        do {
            run = try definition.step(try current(), on: event, at: now, calendar: calendar).run
        } catch let surprise as Surprise {
            throw surprise
        } catch { throw Surprise(message: "refused: \(error).") }
        note()
    }

    private mutating func note() {
        if let run, path.last != run.state { path.append(run.state) }
    }
}
