import Foundation
import Testing

@testable import Workflow

/// What no code may forget: every definition that ever shipped, every state, every choice with a limit.
@Suite("Choices that are used up", .timeLimit(.minutes(60)))
struct LimitTests {
    struct Limited: CustomTestStringConvertible {
        let definition: Definition
        let state: String
        let choice: String
        let part: String
        let times: Int

        var testDescription: String { "\(definition.name) \(definition.version) \(state) \(choice)" }
    }

    private static func definitions() throws -> [Definition] {
        let old = try GoldenTests.recorded.map { name in
            try Definition(
                yaml: String(
                    contentsOf: GoldenTests.folder.appending(path: "\(name)/definition.yaml"), encoding: .utf8),
                file: name)
        }
        let now = try shippedNames.map(shipped)
        return now + old.filter { one in !now.contains { $0.name == one.name && $0.version == one.version } }
    }

    static let limited: [Limited] = {
        // Whatever cannot be read fails in a test of its own, and below by its number.
        let definitions = (try? Self.definitions()) ?? []
        return definitions.flatMap { definition in
            definition.states.flatMap { state in
                (state.ask?.events ?? []).compactMap { choice in
                    guard let ask = state.ask,
                        let times = state.reactions[choice]?.branches.compactMap(\.atMost).max()
                    else { return nil }
                    return Limited(
                        definition: definition, state: state.name, choice: choice, part: ask.who, times: times)
                }
            }
        }
    }()

    @Test("are found in the definitions that ship, and in those that shipped before")
    func found() {
        #expect(Self.limited.count { $0.choice == "question" } == 11)
        #expect(Self.limited.count { $0.choice == "begin" } == 13)
    }

    /// A run that rests in the state, with the choice made as often as it may be, but for `left` times.
    private func run(_ limited: Limited, left: Int) throws -> Run {
        let definition = limited.definition
        var run = try definition.start(
            .init(items: twoItems, players: ["requester": ["rita"], "holder": ["hugo"]]), at: monday,
            calendar: .everyDay
        ).run
        run.state = limited.state
        run.asked = [limited.part]
        for branch in definition.reaction(to: limited.choice, in: limited.state)?.branches ?? [] {
            run.counts[branch.counter] = limited.times - left
        }
        return run
    }

    @Test("end no run, are offered no more, and say how often they were made", arguments: limited)
    func usedUp(limited: Limited) throws {
        let definition = limited.definition
        let choice = Event.choice(.init(limited.choice, part: limited.part, by: "somebody", comment: "Why?"))
        let fresh = try run(limited, left: 1)
        #expect(definition.timesUsedUp(limited.choice, in: fresh) == nil)
        #expect(definition.partsOffered(limited.choice, in: fresh).map(\.name) == [limited.part])
        let last = try definition.step(fresh, on: choice, at: monday, calendar: .everyDay)
        #expect(last.run.ended == nil)
        let used = try run(limited, left: 0)
        #expect(definition.timesUsedUp(limited.choice, in: used) == limited.times)
        #expect(definition.partsOffered(limited.choice, in: used).isEmpty)
        #expect(!definition.offered(used, to: limited.part).contains(limited.choice))
        // Histories of old versions went on to an end; the product asks before it keeps such a step.
        do throws(Refusal) {
            let step = try definition.step(used, on: choice, at: monday, calendar: .everyDay)
            #expect(definition.timesBeforeSurprise(limited.choice, step, before: used) == limited.times)
            #expect(definition.version == 1)
        } catch {
            #expect(error == .usedUp(choice: limited.choice, times: limited.times))
        }
        let again = try definition.step(
            used, on: .renew(choice: limited.choice), at: monday, calendar: .everyDay)
        #expect(definition.timesUsedUp(limited.choice, in: again.run) == nil)
        #expect(again.orders == [] && again.to == limited.state)
    }

    @Test("warn of an end that the choice does not name, and of no other")
    func warns() throws {
        let now = try shippedNames.map(shipped)
        for definition in try Self.definitions() {
            let isShipped = now.contains { $0.name == definition.name && $0.version == definition.version }
            let warnings = check(definition, templates: { _, _ in [] }).warnings.filter { $0.rule == "surprising-end" }
            let expected = Self.limited.count {
                $0.definition.name == definition.name && $0.definition.version == definition.version
                    && definition.version == 1 && !isShipped
            }
            #expect(warnings.count == expected, "\(definition.name) \(definition.version)")
        }
        let named = try small(
            "wait: {ask: {who: approver, choices: [refuse]}, after: {1d: {go: end}}, "
                + "when: {refuse: {stay: true, at_most: 2, else: no}}}\nno: {end: refused}")
        #expect(check(named, templates: { _, _ in [] }).warnings == [])
    }
}
