import Basics
import Directory
import Records
import Workflow

/// Why something cannot be done about a request, in the reader's words: what
/// happened last, and what is possible instead.
///
/// No name of a state, a part or a choice is in these sentences.
extension Onboarding {
    /// One sentence for a choice that was made as often as its workflow allows.
    static func usedUp(_ choice: String, times: Int) -> Sentence {
        switch choice {
        case "question": "Questions were asked \(times) times, which is all that this request allows."
        case "begin":
            "The authenticator was shown \(times) times by this link, which is all that it allows. "
                + "Ask whoever invited you for a new link: what you have so far stays."
        default: "This was done \(times) times, which is all that this request allows."
        }
    }

    // MARK: What happened

    fileprivate static func ago(_ then: Timestamp, _ now: Timestamp) -> Sentence {
        let minutes = max(0, (now.milliseconds - then.milliseconds) / 60_000)
        return switch minutes {
        case 0: "a moment ago"
        case 1: "a minute ago"
        case ..<60: "\(minutes) minutes ago"
        case ..<120: "an hour ago"
        case ..<2_880: "\(minutes / 60) hours ago"
        default: "\(minutes / 1_440) days ago"
        }
    }

    // MARK: What may be done

    fileprivate static func verb(_ choice: String) -> Sentence {
        switch choice {
        case "decide": "decide about it"
        case "agree": "agree to it"
        case "refuse": "refuse it"
        case "question": "ask a question"
        case "answer": "answer the question"
        case "cancel": "take it back"
        case "object": "object to it"
        case "resume": "resume the account"
        default: Sentence(choice.replacing("_", with: " "))
        }
    }
}

extension Turn {
    /// For a choice that nobody has now: the request has moved
    /// on, or it was made as often as it may be.
    func notOffered(_ choice: String, of request: Request) throws -> Fault {
        let definition = try library.definition(of: request.run, in: snapshot)
        let before: Sentence?
        if request.run.ended == nil, let times = definition.timesUsedUp(choice, in: request.run) {
            before = Onboarding.usedUp(choice, times: times)
        } else {
            before = try lastMove(of: request)
        }
        let after = try possible(on: request, definition)
        return Fault(.conflict, before.map { "\($0) \(after)" } ?? after)
    }

    /// Nil where nothing happened since it was asked for.
    private func lastMove(of request: Request) throws -> Sentence? {
        let history = try snapshot.history(of: request.id)
        let last = history.last { entry in
            switch entry.event {
            case .choice: true
            case .timer: entry.from != entry.to
            default: false
            }
        }
        guard let last else { return nil }
        let ago = Onboarding.ago(last.at, now)
        guard case .choice(let choice) = last.event else { return "Time ran out here \(ago)." }
        let name = try last.by.person.flatMap { try snapshot.person($0) }?.name.text
        return choice.told(name.map { "\($0)" } ?? "An operator", ago)
    }

    private func possible(on request: Request, _ definition: Definition) throws -> Sentence {
        if request.run.ended != nil { return "It has ended." }
        if request.run.frozenAt != nil { return "It is frozen until an operator thaws it." }
        let asked = definition.ask(in: request.run.state)?.events ?? []
        let names = asked + definition.anywhere.keys.sorted().filter { !asked.contains($0) }
        let mine = try names.filter { name in
            guard name == "cancel" || !Onboarding.choicesElsewhere.contains(name),
                !definition.partsOffered(name, in: request.run).isEmpty
            else { return false }
            return try Onboarding.isAllowed {
                _ = try part(for: name, in: request, definition)
            }
        }
        guard mine.isEmpty else { return Sentence(mine.map { "You may \(Onboarding.verb($0))." }) }
        var known: Set<PersonID> = []
        let people = try awaited(request).everybody.filter { known.insert($0.id).inserted }
        guard !people.isEmpty else { return "Nobody can decide this at present." }
        return "It waits for \(people.map(\.name.text).joined(separator: ", ")) now."
    }
}

extension Event.Choice {
    /// What somebody did to a request, in the past.
    fileprivate func told(_ who: Sentence, _ ago: Sentence) -> Sentence {
        switch name {
        case "decide" where !decisions.values.contains(.reject), "agree": "\(who) approved this request \(ago)."
        case "decide" where decisions.values.allSatisfy({ $0 == .reject }), "refuse":
            "\(who) refused this request \(ago)."
        case "decide": "\(who) decided this request \(ago)."
        case "question": "\(who) asked back about this request \(ago)."
        case "answer": "\(who) answered this request \(ago)."
        case "cancel": "\(who) took back this request \(ago)."
        default: "\(who) went on with this request \(ago)."
        }
    }
}
