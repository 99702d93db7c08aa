import Basics
import Testing

@testable import Workflow

/// Every mail of every state of every shipped definition: whether it asks of that state, which voids it once the state is
/// left, or tells of what has happened, which holds for good.
@Suite("Mails of shipped definitions", .timeLimit(.minutes(60)))
struct NeededMailTests {
    /// Where a definition sends a mail from.
    private enum Place { case enter, timer(leaves: Bool), choice }

    private func mails(of state: State) -> [(place: Place, template: String, to: [String], order: Action)] {
        func sent(_ actions: [Action], _ place: Place) -> [(Place, String, [String], Action)] {
            actions.compactMap { action in
                guard case .send(let template, let to) = action.order else { return nil }
                return (place, template, to, action)
            }
        }
        return sent(state.enter, .enter)
            + state.timers.flatMap { sent($0.actions, .timer(leaves: !$0.branches.isEmpty)) }
            + state.reactions.values.flatMap(\.branches).flatMap { sent($0.actions, .choice) }
    }

    @Test(
        "ask of their state from its entry to those who are asked, and by timers that stay; else they tell",
        arguments: shippedNames)
    func classified(name: String) throws {
        let definition = try shipped(name)
        for state in definition.states {
            for mail in mails(of: state) {
                let run = Run(
                    workflow: name, version: definition.version, state: state.name, enteredAt: monday, round: 0,
                    items: twoItems, players: [:], asked: state.ask.map { [$0.who] } ?? [], dueAt: nil, timers: [],
                    counts: [:], ledger: [], ended: nil, flags: ["request.has_account": true], until: nil)
                var move = Stepper(definition: definition, run: run, now: monday, calendar: .everyDay)
                let order: Action = mail.order
                let needed: Bool
                switch mail.place {
                case .enter:
                    move.perform(order, .init(), on: .entry)
                    needed = state.end == nil && (mail.to.isEmpty || mail.to.allSatisfy(run.asked.contains))
                case .timer(let leaves):
                    move.perform(order, .init(), defaultTo: ["somebody"], on: leaves ? .branch : .timer)
                    needed = !leaves
                case .choice:
                    move.perform(order, .init())
                    needed = false
                }
                let sent = move.orders.filter { $0.template == mail.template }
                #expect(sent.allSatisfy { $0.needed == (needed ? state.name : nil) }, "\(state.name) \(mail.template)")
                if order.condition == nil { #expect(!sent.isEmpty, "\(state.name) \(mail.template)") }
                // What asks by its name asks by its kind, too; an end tells.
                if mail.template.hasSuffix("-asked") || mail.template.hasSuffix("-reminder")
                    || mail.template.hasSuffix("invitation") || mail.template == "question"
                {
                    #expect(needed, "\(state.name) \(mail.template)")
                }
                if state.end != nil { #expect(!needed, "\(state.name) \(mail.template)") }
            }
        }
    }

    @Test("of timers that are due together with one that leaves the state, none speaks", arguments: shippedNames)
    func overtaken(name: String) throws {
        let definition = try shipped(name)
        for state in definition.states {
            guard
                let last = state.timers.last(where: { rule in
                    !rule.branches.isEmpty && rule.branches.allSatisfy { $0.target != nil }
                })
            else { continue }
            for rule in state.timers where rule.id != last.id && rule.branches.isEmpty {
                let late = monday.after(days: 1_000)
                let timers = [Run.Timer(id: rule.id, at: monday), Run.Timer(id: last.id, at: monday.after(days: 1))]
                let run = Run(
                    workflow: name, version: definition.version, state: state.name, enteredAt: monday, round: 0,
                    items: twoItems, players: [:], asked: state.ask.map { [$0.who] } ?? [], dueAt: nil,
                    timers: timers, counts: [:], ledger: [], ended: nil, flags: [:], until: nil)
                let both = try definition.step(run, on: .timer(id: rule.id), at: late, calendar: .everyDay)
                #expect(both.orders.allSatisfy { $0.template == nil }, "\(state.name) \(rule.id)")
                let alone = try definition.step(
                    run, on: .timer(id: rule.id), at: monday, calendar: .everyDay)
                #expect(alone.orders.allSatisfy { $0.needed == state.name }, "\(state.name) \(rule.id)")
            }
        }
    }
}
