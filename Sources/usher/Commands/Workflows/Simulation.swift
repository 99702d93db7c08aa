import Basics
import Workflow

/// A simulation that is steered by commands: understands a line, does it, and says what happened.
///
/// What cannot be done leaves it as it was.
struct Simulation {
    struct Problem: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }

    private(set) var simulator: Simulator
    /// The simulators before each command that changed something: a run is a
    /// value, so going back is taking an old one.
    private var past: [Simulator] = []
    private(set) var isOver = false

    init(_ simulator: Simulator) { self.simulator = simulator }

    /// - Returns: the lines to show.
    mutating func perform(_ line: String) throws(Problem) -> [String] {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first else { return [] }
        let rest = Array(words.dropFirst())
        switch first {
        case "help", "?": return Self.help
        case "show": return simulator.status
        case "history": return simulator.moments.flatMap(\.story)
        case "quit", "exit":
            isOver = true
            return []
        case "undo": return try undo(rest)
        default:
            var next = Attempt(simulator: simulator)
            try next.perform(first, rest)
            let moments = next.simulator.moments.dropFirst(simulator.moments.count)
            past.append(simulator)
            simulator = next.simulator
            return next.notes + moments.flatMap(\.story)
        }
    }

    private mutating func undo(_ words: [String]) throws(Problem) -> [String] {
        guard let count = Int(words.first ?? "1"), count > 0, words.count < 2 else {
            throw Problem("undo takes a number: undo 2")
        }
        guard count <= past.count else { throw Problem("No more than \(past.count) commands can be taken back.") }
        simulator = past[past.count - count]
        past.removeLast(count)
        return ["Back to \(simulator.now.shown), \(simulator.run.state)."]
    }

    static let help = [
        "CHOICE [ok|bad] [FACT…] [as PART]   what the state offers: question, verify bad, "
            + "choose_password factor.wanted",
        "approve|lower|reject [ITEM…|all]    decide items; without a name all that wait",
        "choose CHOICE …                     the same, for a choice that is called like a command",
        "wait DELAY                          push the clock: 12h, 3d, 5bd; fires what falls due",
        "next                                push the clock to the next timer",
        "done|park|drop [EFFECT|ITEM|all]    how an effect ends; for items without one: how theirs will end",
        "moot [ITEM…|all]                    what items are about ended by other means",
        "effects hold|succeed                whether effects wait for that, or succeed at once",
        "show, history, undo [N], help, quit",
    ]
}

/// One command at work on a copy.
private struct Attempt {
    typealias Problem = Simulation.Problem

    var simulator: Simulator
    var notes: [String] = []

    mutating func perform(_ command: String, _ words: [String]) throws(Problem) {
        switch command {
        case "wait":
            guard words.count == 1, let delay = Delay(words[0]) else {
                throw Problem("wait takes a delay: 30s, 15m, 12h, 3d or 5bd.")
            }
            try attempt { (simulator) throws(Simulator.Refusal) in try simulator.wait(delay) }
            notes.append("It is \(simulator.now.shown).")
        case "next":
            guard words.isEmpty else { throw Problem("next takes nothing more.") }
            try attempt { (simulator) throws(Simulator.Refusal) in try simulator.waitForTimer() }
        case "effects": try holdEffects(words)
        case "done": try end(.done, words)
        case "park": try end(.parked, words)
        case "drop": try end(.dropped, words)
        case "moot":
            let items = words == ["all"] ? [] : words
            try attempt { (simulator) throws(Simulator.Refusal) in try simulator.drop(moot: items) }
        case "choose":
            guard let choice = words.first else { throw Problem("choose takes a choice.") }
            try choose(choice, Array(words.dropFirst()))
        default: try choose(command, words)
        }
    }

    private mutating func attempt(
        _ body: (inout Simulator) throws(Simulator.Refusal) -> Void
    ) throws(Problem) {
        do { try body(&simulator) } catch { throw Problem(error.sentence.english) }
    }

    // MARK: Choices

    private mutating func choose(_ choice: String, _ words: [String]) throws(Problem) {
        try requireOffered(choice)
        var (items, facts, part): ([String], Set<String>, String?) = ([], CheckVocabulary.outcomes, nil)
        let decides = simulator.decisions.contains(choice)
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "as" {
                guard let name = rest.popFirst(), simulator.definition.part(name) != nil else {
                    throw Problem("as takes a part: \(simulator.definition.parts.map(\.name).joined(separator: ", ")).")
                }
                part = name
            } else if decides {
                if word != "all" { items.append(word) }
            } else if word == "bad" {
                facts.subtract(CheckVocabulary.outcomes)
            } else if CheckVocabulary.facts.contains(word) {
                facts.insert(word)
            } else if word != "ok" {
                throw Problem(
                    "\(choice) goes ok or bad, perhaps with one of: \(CheckVocabulary.wishes.sorted().joined()).")
            }
        }
        let (chosen, told, by) = (items, facts, part)
        try attempt { (simulator) throws(Simulator.Refusal) in
            if decides {
                try simulator.decide(choice, items: chosen, part: by)
            } else {
                try simulator.choose(choice, part: by, facts: told)
            }
        }
    }

    private func requireOffered(_ choice: String) throws(Problem) {
        guard simulator.run.ended == nil else { throw Problem("The run has ended. undo goes back.") }
        let offers = simulator.choices
        guard offers.contains(choice) else {
            throw Problem(
                "\(simulator.run.state) does not offer \(choice)."
                    + (offers.isEmpty ? " It waits for nobody." : " It offers \(offers.joined(separator: ", ")).")
                    + " help says what else can be done.")
        }
    }

    // MARK: Effects

    private mutating func holdEffects(_ words: [String]) throws(Problem) {
        guard words == ["hold"] || words == ["succeed"] else { throw Problem("effects takes hold or succeed.") }
        simulator.holdsEffects = words == ["hold"]
        notes.append(simulator.holdsEffects ? "Effects wait for done, park or drop." : "Effects end at once.")
    }

    /// Ends what is open; for an item that has nothing open, what will be ordered for it.
    private mutating func end(_ outcome: Event.EffectOutcome, _ words: [String]) throws(Problem) {
        guard words.count <= 1 else { throw Problem("One effect or item at a time, or all.") }
        let open = simulator.openEffects
        let name = words.first
        let meant = open.filter { entry in
            name == "all" || name == nil && entry.key == open.first?.key || name == entry.key || name == entry.item
                || name == entry.effect
        }
        if !meant.isEmpty {
            for entry in meant {
                try attempt { (simulator) throws(Simulator.Refusal) in try simulator.settle(entry.key, as: outcome) }
            }
            return
        }
        let items = simulator.run.items.map(\.id).filter { $0 == name || name == "all" }
        guard !items.isEmpty else {
            throw Problem(
                name.map { "No effect and no item is called \($0)." }
                    ?? "No effect is open. Name an item to say how its effects will end."
            )
        }
        for item in items { simulator.outcomes[item] = outcome }
        notes.append("Effects of \(items.joined(separator: ", ")) will be \(outcome.rawValue).")
    }
}

extension Simulator {
    /// The decisions on items that the state offers, as the file writes them.
    var decisions: [String] {
        guard let ask = definition.ask(in: run.state), ask.eachItem else { return [] }
        return ask.choices.filter { ["approve", "lower", "reject"].contains($0) }
    }

    /// Everything that somebody may choose now.
    var choices: [String] {
        definition.parts.flatMap { definition.offered(run, to: $0.name) }.reduce(into: []) { choices, choice in
            if !choices.contains(choice) { choices.append(choice) }
        }
    }
}
