import Basics
import Scratch
import Testing

@testable import Workflow

/// Anything that may happen, in any order: by people, deputies, timers and workers.
struct RandomWalk {
    var story: Story
    var random: SplitMix
    var keys: [String] = []
    private(set) var refused = 0
    /// One code in so many is right: in half of the walks few are, or none would fail for good.
    fileprivate let luck: Int
    /// In some walks nobody answers: what asks once only would else never lapse.
    private let isSilent: Bool

    init(_ definition: Definition, seed: UInt64) throws {
        random = SplitMix(seed: seed)
        luck = seed % 2 == 0 ? 2 : 60
        isSilent = seed % 25 == 0
        let count = Int.random(in: 0...3, using: &random)
        let items = (0..<count).map { Run.Item(id: "cloud\($0)", profile: "OPE", needsMFA: $0 % 2 == 0) }
        var flags: [String: Bool] = [:]
        for name in definition.fields.keys.sorted() { flags[name] = Bool.random(using: &random) }
        // Where the end of a request matters, some name one, and all must where nothing else ends the run.
        let names = definition.readsUntil && (definition.needsUntil || Bool.random(using: &random))
        story = try Story(definition, items: items, flags: flags, until: names ? monday.after(days: 30) : nil)
        note()
    }

    private mutating func note() { keys += story.last.orders.map(\.key) }

    mutating func step() {
        let event =
            Int.random(in: 0..<12, using: &random) == 0 ? timer() : settle() ?? (isSilent ? nil : choice()) ?? timer()
        guard let event else { return }
        do {
            try story.apply(event)
            note()
        } catch { refused += 1 }
    }

    private mutating func timer() -> Event? {
        guard let timer = story.run.timers.min(by: { ($0.at, $0.id) < ($1.at, $1.id) }) else { return nil }
        story.now = max(story.now, timer.at)
        return .timer(id: timer.id)
    }

    private mutating func settle() -> Event? {
        let open = story.run.ledger.filter(\.isOpen)
        guard let entry = open.randomElement(using: &random), Bool.random(using: &random) else { return nil }
        return .effect(
            key: entry.key, outcome: [.done, .done, .parked, .dropped].randomElement(using: &random) ?? .done)
    }

    private mutating func choice() -> Event? {
        // Giving up is rare, or no walk would get far.
        let mayGiveUp = Int.random(in: 0..<60, using: &random) == 0
        let offers = story.definition.parts.flatMap { part in
            story.definition.offered(story.run, to: part.name).map { (part: part.name, name: $0) }
        }
        guard
            let (part, name) = offers.filter({ mayGiveUp || story.definition.anywhere[$0.name] == nil }).randomElement(
                using: &random)
        else {
            return nil
        }
        let items = story.run.items.filter { $0.state == .waiting }
        let deciding =
            story.definition.ask(in: story.run.state)?.eachItem == true
            && ["approve", "lower", "reject"].contains(name)
        var decisions: [String: Event.Decision] = [:]
        if deciding, let item = items.randomElement(using: &random) {
            decisions[item.id] =
                name == "approve" ? .approve : name == "lower" ? .lower(to: "STD", needsMFA: false) : .reject
        }
        return .choice(
            Event.Choice(
                deciding ? "decide" : name, part: part, by: "\(part)-person", decisions: decisions,
                facts: facts(), comment: "Because."))
    }
}

extension RandomWalk {
    fileprivate mutating func facts() -> [String: Bool] {
        let isRight = Int.random(in: 0..<luck, using: &random) == 0
        return Dictionary(uniqueKeysWithValues: CheckVocabulary.outcomes.map { ($0, isRight) })
    }
}

@Suite("Random walks", .timeLimit(.minutes(60)))
struct RandomWalkTests {
    @Test("always end, never repeat a key, and replay to the same bytes", arguments: shippedNames)
    func alwaysEnd(name: String) throws {
        let definition = try shipped(name)
        var endings: Set<Run.Ending> = []
        for seed in UInt64(1)...300 {
            var walk = try RandomWalk(definition, seed: seed)
            var steps = 0
            while walk.story.run.ended == nil, steps < 2_000 {
                walk.step()
                steps += 1
                let run = walk.story.run
                // Never stuck: a timer that moves it is always set.
                #expect(run.ended != nil || run.timers.contains { $0.id.hasPrefix("go.") }, "seed \(seed)")
            }
            let run = walk.story.run
            let ending = try #require(run.ended, "seed \(seed) rests in \(run.state) after \(steps) steps")
            endings.insert(ending)
            #expect(Set(walk.keys).count == walk.keys.count, "seed \(seed)")
            #expect(run.timers.isEmpty && run.asked.isEmpty, "seed \(seed)")
            let settled: Set<Run.Item.State> =
                // What a review confirmed stays so, even where the rest of it is called off.
                ending == .success || definition.effects["confirm"] != nil
                ? [.active, .refused, .withdrawn] : [.refused, .withdrawn]
            #expect(run.items.allSatisfy { settled.contains($0.state) }, "seed \(seed)")
            let replayed = try definition.replay(walk.story.history, calendar: .everyDay)
            #expect(replayed.canonicalJSON() == run.canonicalJSON(), "seed \(seed)")
            #expect(try Run(canonicalJSON: run.canonicalJSON()) == run, "seed \(seed)")
        }
        let possible = Set(definition.states.compactMap(\.end))
        #expect(endings == possible, "walks reach every kind of end")
    }
}
