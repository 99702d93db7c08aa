import Basics
import Foundation
import Testing
import Yams

@testable import Workflow

/// YAML as data that can be changed in one place.
indirect enum Tree: Equatable {
    case map([(key: String, value: Tree)])
    case list([Tree])
    case text(String)

    init(_ node: Node) {
        switch node {
        case .mapping(let mapping): self = .map(mapping.map { ($0.key.scalar?.string ?? "", Tree($0.value)) })
        case .sequence(let sequence): self = .list(sequence.map(Tree.init))
        case .scalar(let scalar): self = .text(scalar.string)
        default: self = .text("")
        }
    }

    static func == (left: Tree, right: Tree) -> Bool { left.yaml == right.yaml }

    var yaml: String {
        switch self {
        case .map(let pairs): "{\(pairs.map { "\(Self.quoted($0.key)): \($0.value.yaml)" }.joined(separator: ", "))}"
        case .list(let elements): "[\(elements.map(\.yaml).joined(separator: ", "))]"
        case .text(let text): Self.quoted(text)
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    /// Every tree that differs in one place, with the place and what was done there.
    func mutants(_ path: [String] = []) -> [(place: String, tree: Tree)] {
        let place = path.joined(separator: ".")
        switch self {
        case .map(let pairs):
            var all: [(String, Tree)] = []
            for (index, pair) in pairs.enumerated() {
                // What a definition says about itself and its scenarios is no behaviour.
                if path.isEmpty, ["about", "scenarios", "fields"].contains(pair.key) { continue }
                var dropped = pairs
                dropped.remove(at: index)
                all.append(("drop \(place).\(pair.key)", .map(dropped)))
                var renamed = pairs
                renamed[index].key += "x"
                all.append(("rename \(place).\(pair.key)", .map(renamed)))
                if index > 0 {
                    var swapped = pairs
                    (swapped[index].value, swapped[index - 1].value) = (pairs[index - 1].value, pair.value)
                    all.append(("swap \(place).\(pair.key)", .map(swapped)))
                }
                for (what, tree) in pair.value.mutants(path + [pair.key]) {
                    var changed = pairs
                    changed[index].value = tree
                    all.append((what, .map(changed)))
                }
            }
            return all
        case .list(let elements):
            var all: [(String, Tree)] = []
            for (index, element) in elements.enumerated() {
                var dropped = elements
                dropped.remove(at: index)
                all.append(("drop \(place).\(index)", .list(dropped)))
                if index > 0 {
                    var swapped = elements
                    swapped.swapAt(index, index - 1)
                    all.append(("swap \(place).\(index)", .list(swapped)))
                }
                for (what, tree) in element.mutants(path + ["\(index)"]) {
                    var changed = elements
                    changed[index] = tree
                    all.append((what, .list(changed)))
                }
            }
            return all
        case .text(let text):
            var others = [text + "x"]
            if let number = Int(text) { others = ["\(number + 1)", "1000"] }
            if let delay = Delay(text) { others = ["\(delay.count + 1)\(delay.unit.rawValue)", "999d", "1s"] }
            if text == "true" { others = ["false"] }
            return others.filter { $0 != text }.map { ("\(text) → \($0) at \(place)", .text($0)) }
        }
    }
}

/// What a run of a definition did and would do next, as far as anybody outside can see it.
private func digest(_ step: Step, _ definition: Definition) -> String {
    let run = step.run
    let offers = definition.parts.map { "\($0.name):\(definition.offered(run, to: $0.name))" }
    // What would come of each choice, if nobody said why.
    let silent = definition.parts.flatMap { part in
        definition.offered(run, to: part.name).map { name in
            let choice = Event.Choice(name, part: part.name, by: "nobody")
            do throws(Refusal) {
                return try definition.step(run, on: .choice(choice), at: run.enteredAt, calendar: .everyDay).to
            } catch { return "\(error)" }
        }
    }
    let fresh = definition.ask(in: run.state)?.events.filter { definition.asksForFreshMFA($0, in: run.state) } ?? []
    let orders = step.orders.map {
        "\($0.effect) \($0.key) \($0.template ?? "") \($0.recipients) \($0.item ?? "") \($0.tries) \($0.now)"
    }
    let timers = run.timers.map { "\($0.id) \($0.at.milliseconds)" }
    return "\(run.workflow) \(run.version) \(run.state) \(run.ended?.rawValue ?? "") \(run.asked) "
        + "\(run.dueAt?.milliseconds ?? 0) \(timers) \(orders) \(step.cancelled) \(offers) \(fresh) \(silent)"
}

/// Walks of a definition, with what each step did: what another definition must do too, to pass for it.
private struct Recording {
    let histories: [[(event: Event, at: Timestamp)]]
    let digests: [[String]]
    let sources: String
    let name: String
    let version: Int

    /// Walks of every temper, also where it changes on the way, and with a choice that is made again and again.
    init(_ definition: Definition) throws {
        var histories: [[(event: Event, at: Timestamp)]] = []
        func record(
            _ temper: Temper, _ seed: UInt64, favourite: (name: String, good: Bool)? = nil, eager: Int = 0,
            first: (name: String, good: Bool)? = nil
        ) throws {
            var walk = try Walk(definition, .everyDay, .eager, seed: seed)
            walk.favourite = first
            _ = try walk.walk(limit: eager)
            walk.temper = temper
            walk.favourite = favourite
            _ = try walk.walk(limit: 300)
            histories.append(walk.history)
        }
        let choices = Set(definition.states.flatMap { $0.ask?.choices ?? [] }).sorted()
        for seed in 1...4 as ClosedRange<UInt64> {
            for temper in Temper.allCases { try record(temper, seed) }
            // Whoever gives up, or falls silent, on the way.
            for steps in 1...12 {
                try record(.silent, seed, eager: steps)
                for name in definition.anywhere.keys.sorted() {
                    try record(.silent, seed, favourite: (name, true), eager: steps)
                    // Also after a choice whose facts were not true, which leads elsewhere.
                    for choice in choices where seed == 1 {
                        try record(.silent, seed, favourite: (name, true), eager: steps, first: (choice, false))
                    }
                }
            }
        }
        for seed in 5...20 as ClosedRange<UInt64> { try record(.random, seed) }
        for choice in choices {
            for seed in 1...3 as ClosedRange<UInt64> {
                for good in [true, false] { try record(.eager, seed, favourite: (choice, good)) }
                try record(.looping, seed, favourite: (choice, true))
            }
        }
        // Whoever was shown an authenticator, and never types its code right.
        for seed in 1...3 as ClosedRange<UInt64> where choices.contains("begin") {
            for steps in 2...6 {
                for first in [("begin", true), ("agree", false)] {
                    try record(.eager, seed, favourite: ("verify", false), eager: steps, first: first)
                }
            }
        }
        self.histories = histories
        digests = histories.map { history in
            var digests: [String] = []
            Self.play(history, definition) { _, found in
                digests.append(found)
                return true
            }
            return digests
        }
        name = definition.name
        version = definition.version
        sources = Self.sources(definition)
    }

    /// What no run shows: where people come from, and who must differ.
    static func sources(_ definition: Definition) -> String {
        "\(definition.parts.map { "\($0.name) \($0.source)" }) \(definition.apart)"
    }

    /// The digest of each step, as far as `isWanted` wants more.
    private static func play(
        _ history: [(event: Event, at: Timestamp)], _ definition: Definition, while isWanted: (Int, String) -> Bool
    ) {
        var run: Run?
        for (number, (event, at)) in history.enumerated() {
            var found: String
            do throws(Refusal) {
                let step: Step
                if let current = run {
                    step = try definition.step(current, on: event, at: at, calendar: .everyDay)
                } else if case .start(let start) = event {
                    step = try definition.start(start, at: at, calendar: .everyDay)
                } else {
                    return
                }
                run = step.run
                found = digest(step, definition)
            } catch { found = "\(error)" }
            guard isWanted(number, found) else { return }
        }
    }

    /// Whether `definition` does anything else, somewhere.
    func differs(_ definition: Definition) -> Bool {
        if definition.name != name || definition.version != version { return true }
        if Self.sources(definition) != sources { return true }
        for (history, expected) in zip(histories, digests) {
            var isSame = true
            Self.play(history, definition) { number, found in
                isSame = expected[number] == found
                return isSame
            }
            if !isSame { return true }
        }
        return false
    }
}

@Suite("Mutations", .timeLimit(.minutes(60)))
struct MutationTests {
    /// Why nobody can see a change; nil where somebody should.
    static func equivalence(_ mutant: String, in file: String) -> String? {
        if mutant.hasPrefix("swap effects."), mutant.contains(".key.") {
            return "A key is as unique in another order; the run does not know the request and the recipient."
        }
        if mutant.hasPrefix("swap anywhere."), mutant.contains(".in.") { return "A set has no order." }
        return reasons["\(file) \(mutant)"]
    }

    private static let reasons = [
        "api-account.yaml drop anywhere.cancel.in": "It names every state that waits.",
        "access-review.yaml drop states.review.after.30d.or_at":
            "No campaign names a day here; `or_at` is tested where it is read.",
        "access-review.yaml swap states.review.each.1":
            "Two orders for items of different states have no order between them.",
    ]

    /// Without them there is nothing to change, which the suite of shipped definitions refuses.
    static let files = ((try? FileManager.default.contentsOfDirectory(atPath: workflowsFolder.path())) ?? [])
        .filter { $0.hasSuffix(".yaml") }.sorted()

    /// How a mutant is found out: by reading, by the check and its scenarios, or by histories that go elsewhere.
    @Test("of every place of every shipped definition are found out", arguments: files)
    func foundOut(file: String) throws {
        let original = try shipped(String(file.dropLast(".yaml".count)))
        let node = try #require(try compose(yaml: original.source))
        let tree = Tree(node)
        let recording = try Recording(original)
        #expect(!recording.differs(try Definition(yaml: tree.yaml, file: file)))
        var survivors: [String] = []
        var counts = (read: 0, checked: 0, played: 0)
        for (place, mutant) in tree.mutants() where mutant != tree {
            guard let definition = try? Definition(yaml: mutant.yaml, file: file) else {
                counts.read += 1
                continue
            }
            if recording.differs(definition) {
                counts.played += 1
            } else if !check(definition, templates: { _, _ in [] }).findings.isEmpty {
                counts.checked += 1
            } else if Self.equivalence(place, in: file) == nil {
                survivors.append(place)
            }
        }
        #expect(survivors == [], "neither refused, nor rejected, nor seen in any history")
        // Each way of finding out has its share, or this would be no test of it.
        #expect(counts.read > 50 && counts.checked > 2 && counts.played > 20, "\(counts)")
    }
}
