import Basics
import Scratch

@testable import Workflow

/// How somebody, or something, treats a run.
enum Temper: CaseIterable {
    /// Nobody answers; effects are done.
    case silent
    /// Everybody answers just before it is too late, and so that the run goes on as long as possible.
    case dawdling
    /// Everybody answers at once, and so that the run goes on as long as possible; effects are parked.
    case looping
    /// Everybody answers at once and well, each choice in its turn; effects are done.
    case eager
    /// Anything, in any order, by anybody.
    case random
}

/// A law that did not hold.
struct Broken: Error, CustomStringConvertible {
    let description: String
}

func require(_ law: @autoclosure () -> Bool, _ sentence: @autoclosure () -> String) throws(Broken) {
    if !law() { throw Broken(description: sentence()) }
}

/// One run from its start to its end, judged at every step.
struct Walk {
    let definition: Definition
    let calendar: BusinessCalendar
    var temper: Temper
    var random: SplitMix
    /// A choice that is made whenever it is offered, and whether what it carries is right.
    var favourite: (name: String, good: Bool)?
    private(set) var run: Run
    private(set) var now: Timestamp
    private(set) var history: [(event: Event, at: Timestamp)]
    /// What waiting in the states so far may have cost at most.
    private(set) var spent = Lifetime()
    private(set) var steps = 0
    private var keys: Set<String> = []
    private var made: [String: Int] = [:]
    private var isRefused = false
    private var acted: [String: Set<String>] = [:]

    init(_ definition: Definition, _ calendar: BusinessCalendar, _ temper: Temper, seed: UInt64) throws(Broken) {
        self.definition = definition
        self.calendar = calendar
        self.temper = temper
        random = SplitMix(seed: seed)
        now = monday.adding(seconds: Int64.random(in: 0..<8_000, using: &random) * 3_600)
        let count = Int.random(in: 0...3, using: &random)
        let items = (0..<count).map { Run.Item(id: "item\($0)", profile: "OPE", needsMFA: $0 % 2 == 0) }
        var flags: [String: Bool] = [:]
        for name in definition.fields.keys.sorted() { flags[name] = Bool.random(using: &random) }
        // Where the end of a request matters, some name one, and all must where nothing else ends the run.
        let names = definition.readsUntil && (definition.needsUntil || seed % 2 == 0)
        let start = Event.Start(
            items: items, players: [:], flags: flags, until: names ? now.adding(seconds: 30 * 86_400) : nil)
        history = [(.start(start), now)]
        let step: Step
        do throws(Refusal) {
            step = try definition.start(start, at: now, calendar: calendar)
        } catch { throw Broken(description: "the start is refused: \(error)") }
        run = step.run
        try judge(step, before: nil)
    }

    /// Goes on until the end.
    ///
    /// - Returns: false if there is none after `limit` steps, or nothing is left that could happen.
    mutating func walk(limit: Int) throws(Broken) -> Bool {
        while run.ended == nil, steps < limit {
            guard let event = next() else { return false }
            _ = try take(event)
        }
        return run.ended != nil
    }

    /// - Returns: whether the run took it; a refusal leaves it as it was.
    mutating func take(_ event: Event) throws(Broken) -> Bool {
        steps += 1
        let step: Step
        do throws(Refusal) {
            step = try definition.step(run, on: event, at: now, calendar: calendar)
        } catch {
            isRefused = true
            return false
        }
        isRefused = false
        let before = run
        run = step.run
        history.append((event, now))
        try judge(step, before: before)
        if steps % 16 == 1 {
            let again = try? definition.step(before, on: event, at: now, calendar: calendar)
            try require(again == step, "the same event gives another step")
            try require(again?.run.canonicalJSON() == run.canonicalJSON(), "the same event gives other bytes")
        }
        if case .choice(let choice) = event {
            let words = choice.decisions.values.map(\.choice)
            for word in words.isEmpty ? [choice.name] : words { made[word, default: 0] += 1 }
            for person in [choice.by, choice.onBehalfOf].compactMap(\.self) {
                acted[choice.part, default: []].insert(person)
            }
        }
        return true
    }

    // MARK: Laws of every step

    private mutating func judge(_ step: Step, before: Run?) throws(Broken) {
        for order in step.orders {
            // The caller adds the recipient to the key of a mail.
            for key in order.recipients.isEmpty ? [order.key] : order.recipients.map({ "\(order.key)/\($0)" }) {
                try require(keys.insert(key).inserted, "the key \(key) is ordered twice")
            }
        }
        let rules = Set(definition.state(run.state)?.timers.map(\.id) ?? [])
        let ids = run.timers.map(\.id)
        try require(rules.isSuperset(of: ids), "`\(run.state)` does not know a timer of \(ids)")
        try require(Set(ids).count == ids.count, "a timer is there twice: \(ids)")
        try require(run.ended == nil || (ids.isEmpty && run.asked.isEmpty), "an end waits for something")
        for name in (before == nil ? [definition.first] : []) + step.passages.compactMap(\.to) {
            guard let state = definition.state(name), state.end == nil else { continue }
            if let delay = state.leaving?.delay { charge(delay) }
        }
        if let before, before.ended == nil, let delay = definition.state(before.state)?.leaving?.delay {
            let latest = delay.added(to: before.enteredAt, calendar: calendar)
            try require(now <= latest, "it is still in `\(before.state)` after \(delay)")
        }
        if run.ended != nil, before?.ended == nil { try judgeUndo(step) }
    }

    private mutating func charge(_ delay: Delay) {
        if delay.unit == .businessDays {
            spent.businessDays += delay.count
        } else {
            spent.milliseconds += delay.leastMilliseconds
        }
    }

    /// At an end with `undo: all` everything that has an undo is undone, once, and nothing else is.
    private func judgeUndo(_ step: Step) throws(Broken) {
        let undoes = definition.state(run.state)?.undoAll == true
        let undos = Set(definition.effects.values.compactMap(\.undo))
        let ordered = step.orders.filter { undos.contains($0.effect) }
        let undoable = run.ledger.filter { definition.effects[$0.effect]?.undo != nil }
        try require(
            undoable.allSatisfy { $0.state == (undoes ? .undone : $0.state) || $0.state == .dropped },
            "an effect that has an undo is not undone in `\(run.state)`")
        let expected = undoable.filter { $0.state == .undone }
            .map { "\(definition.effects[$0.effect]?.undo ?? "")/\($0.item ?? "")/\($0.round)" }
        let found = ordered.map { "\($0.effect)/\($0.item ?? "")/\($0.round)" }
        try require(found == Array(expected.reversed()), "undone \(found), not \(expected) in reverse")
    }

    /// Laws of a whole history.
    func judgeWhole() throws(Broken) {
        for group in definition.apart {
            for (index, part) in group.enumerated() {
                for other in group[(index + 1)...] where other != part {
                    let both = (acted[part] ?? []).intersection(acted[other] ?? [])
                    try require(both.isEmpty, "\(both) played \(part) and \(other)")
                }
            }
        }
        let text = run.canonicalJSON()
        try require((try? Run(canonicalJSON: text)) == run, "the run does not come back from its JSON")
        for (event, _) in history {
            try require((try? Event(canonicalJSON: event.canonicalJSON())) == event, "\(event) does not come back")
        }
        let replayed = try? definition.replay(history, calendar: calendar)
        try require(replayed?.canonicalJSON() == text, "the history replays to another run")
    }

    // MARK: What happens next

    /// nil: nothing can happen any more.
    private mutating func next() -> Event? {
        let due = run.timers.min { ($0.at, $0.id) < ($1.at, $1.id) }
        if let favourite, let event = choices(named: favourite.name, good: favourite.good).first { return event }
        switch temper {
        case .silent:
            return settle([.done]) ?? fire(due)
        case .dawdling:
            // What only reminds is let pass; what leaves is forestalled.
            if let due, due.id == leavingID {
                if now.milliseconds < due.at.milliseconds - 1 { now = due.at.adding(milliseconds: -1) }
                return longest() ?? fire(due)
            }
            return fire(due) ?? longest()
        case .looping:
            return longest() ?? settle([.parked]) ?? fire(due)
        case .eager:
            // Whoever may not, because they play another part, waits like anybody else.
            if isRefused { return fire(due) }
            let own = definition.ask(in: run.state)?.choices ?? []
            let turn = own.min { (made[$0] ?? 0) < (made[$1] ?? 0) }
            return settle([.done]) ?? turn.flatMap { choices(named: $0, good: true).first } ?? fire(due)
        case .random:
            let dice = Int.random(in: 0..<10, using: &random)
            let event =
                dice < 2
                ? fire(due) : dice < 4 ? settle([.done, .parked, .dropped]) : choices().randomElement(using: &random)
            return event ?? settle([.done]) ?? fire(due)
        }
    }

    private var leavingID: String? { definition.state(run.state)?.leaving?.id }

    private mutating func fire(_ timer: Run.Timer?) -> Event? {
        guard let timer else { return nil }
        now = max(now, timer.at)
        return .timer(id: timer.id)
    }

    private mutating func settle(_ outcomes: [Event.EffectOutcome]) -> Event? {
        guard let entry = run.ledger.first(where: { $0.state == .pending || (outcomes.count > 1 && $0.isOpen) }),
            let outcome = outcomes.randomElement(using: &random)
        else { return nil }
        return .effect(key: entry.key, outcome: outcome)
    }

    /// The choice after which the run has the most before it: not ended, and in the earliest state.
    private mutating func longest() -> Event? {
        var best: (rank: Int, event: Event)?
        for event in choices() {
            guard let after = try? definition.step(run, on: event, at: now, calendar: calendar).run,
                after.ended == nil, let rank = definition.states.firstIndex(where: { $0.name == after.state })
            else { continue }
            if best.map({ rank < $0.rank }) ?? true { best = (rank, event) }
        }
        return best?.event
    }

    /// What may be chosen now, by people who may or may not.
    mutating func choices(named only: String? = nil, good wanted: Bool? = nil) -> [Event] {
        var events: [Event] = []
        for part in definition.parts.map(\.name) {
            for name in definition.offered(run, to: part) where only == nil || name == only {
                let isDecision =
                    definition.ask(in: run.state)?.eachItem == true && Ask.decisions.contains(name)
                let moods = wanted.map { [$0] } ?? [true, false]
                for good in isDecision ? [true] : moods {
                    events.append(.choice(choice(isDecision ? "decide" : name, name, part, good: good)))
                }
            }
        }
        return events
    }

    private mutating func choice(_ event: String, _ word: String, _ part: String, good: Bool) -> Event.Choice {
        // Now and then somebody acts who plays another part as well, or stands in for somebody.
        let parts = definition.parts.map(\.name)
        let anybody = Int.random(in: 0..<8, using: &random) == 0 ? parts.randomElement(using: &random) ?? part : part
        let absent = Int.random(in: 0..<8, using: &random) == 0 ? parts.randomElement(using: &random) : nil
        var decisions: [String: Event.Decision] = [:]
        if event == "decide", let item = run.items.first(where: { $0.state == .waiting }) {
            decisions[item.id] =
                word == "approve" ? .approve : word == "lower" ? .lower(to: "STD", needsMFA: false) : .reject
        }
        var facts = Dictionary(CheckVocabulary.outcomes.map { ($0, good) }) { first, _ in first }
        for wish in CheckVocabulary.wishes.sorted() { facts[wish] = Bool.random(using: &random) }
        return Event.Choice(
            event, part: part, by: "\(anybody)-person", onBehalfOf: absent.map { "\($0)-person" },
            decisions: decisions, facts: facts, comment: "Because \"so\" — ☂.\n")
    }
}
