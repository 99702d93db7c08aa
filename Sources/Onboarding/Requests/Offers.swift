import Basics
import Directory
import Records
import Workflow

/// What a request offers to somebody, as its workflow says and no code knows better.
extension Onboarding {
    /// Choices that have use cases of their own, since more than a word stands
    /// behind them: a link, a secret, an account.
    static let choicesElsewhere: Set = [
        "choose_password", "begin", "verify", "collect", "prove", "close", "supersede", "cancel",
    ]

    /// Beside what the workflow says: what is offered always, and does
    /// more than give a request up, weighs as much.
    func asksForFreshMFA(_ choice: String, _ definition: Definition, in state: String) -> Bool {
        if definition.ask(in: state)?.events.contains(choice) == true {
            return definition.asksForFreshMFA(choice, in: state)
        }
        return choice != "cancel"
    }
}

extension Turn {
    /// - Returns: nothing, with the reason, where the actor has no choice.
    func offers(on request: Request, _ run: Run) throws -> ([Deliberation.Offer], refusal: Fault?) {
        let definition = try library.definition(of: run, in: snapshot)
        if run.ended != nil { return ([], try notOffered("decide", of: request)) }
        let asked = definition.ask(in: run.state)?.events ?? []
        let names = asked + definition.anywhere.keys.sorted().filter { !asked.contains($0) }
        var offers: [Deliberation.Offer] = []
        var refusal: Fault?
        for name in names where !Onboarding.choicesElsewhere.contains(name) {
            guard !definition.partsOffered(name, in: run).isEmpty else { continue }
            do {
                let (part, capacity) = try part(for: name, in: request, definition)
                offers.append(
                    Deliberation.Offer(
                        choice: name, verdicts: name == "decide" ? definition.verdicts(in: run.state) : [],
                        part: part.name, onBehalfOf: try capacity.onBehalfOf.flatMap { try snapshot.person($0) },
                        needsComment: definition.needsComment(name, in: run.state),
                        needsFreshMFA: usher.asksForFreshMFA(name, definition, in: run.state),
                        isAside: !asked.contains(name)))
            } catch let fault as Fault where fault.code == .forbidden { refusal = refusal ?? fault }
        }
        if offers.isEmpty, refusal == nil {
            refusal = try notOffered("decide", of: request)
        }
        return (offers, offers.isEmpty ? refusal : nil)
    }

    /// Tries the first choice that the state asks for, for nothing: what the engine would
    /// refuse is known before anything is typed.
    func hindrance(_ offers: [Deliberation.Offer], on request: Request, _ items: [Deliberation.Item]) throws -> Fault? {
        guard let offer = offers.first(where: { !$0.isAside }), let person = actor.person else { return nil }
        let open = items.filter(\.isOpen)
        if offer.choice == "decide", open.isEmpty, let own = items.first(where: { $0.state == "waiting" }) {
            return usher.fault(.ownItem(own.id))
        }
        let decisions = Dictionary(open.map { ($0.id, Event.Decision.reject) }) { first, _ in first }
        let choice = Event.Choice(
            offer.choice, part: offer.part, by: person.id.text, onBehalfOf: offer.onBehalfOf?.id.text,
            decisions: offer.choice == "decide" ? decisions : [:],
            facts: try facts(for: request), comment: "-")
        let definition = try library.definition(of: request.run, in: snapshot)
        do {
            _ = try definition.step(
                try shownRun(of: request), on: .choice(choice), at: now,
                calendar: try calendars.used(by: request.locality).calendar)
            return nil
        } catch let refusal as Refusal { return usher.fault(refusal) }
    }
}
