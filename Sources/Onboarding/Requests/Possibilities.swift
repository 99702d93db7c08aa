import Basics
import Directory
import Records
import Workflow

/// Why something cannot be done about a request, in the reader's words: what
/// happened last, and what is possible instead.
///
/// Sentences that pages put into other languages one by one, see `pages/fr/faults.txt`; no
/// name of a state, a part or a choice is in them.
extension Onboarding {
    /// One sentence for a choice that was made as often as its workflow allows.
    static func usedUp(_ choice: String, times: Int) -> String {
        switch choice {
        case "question": "Questions were asked \(times) times, which is all that this request allows."
        case "begin":
            "The authenticator was shown \(times) times by this link, which is all that it allows. "
                + "Ask whoever invited you for a new link: what you have so far stays."
        default: "This was done \(times) times, which is all that this request allows."
        }
    }

    // MARK: What happened

    fileprivate static func ago(_ then: Timestamp, _ now: Timestamp) -> String {
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

    fileprivate static func verb(_ choice: String) -> String {
        switch choice {
        case "decide": "decide about it"
        case "agree": "agree to it"
        case "refuse": "refuse it"
        case "question": "ask a question"
        case "answer": "answer the question"
        case "cancel": "take it back"
        case "object": "object to it"
        case "resume": "resume the account"
        default: choice.replacing("_", with: " ")
        }
    }
}

extension Turn {
    /// For a choice that nobody has now: the request has moved
    /// on, or it was made as often as it may be.
    func notOffered(_ choice: String, of request: Request) throws -> Fault {
        let definition = try library.definition(of: request.run, in: snapshot)
        let before: String?
        if request.run.ended == nil, let times = definition.timesUsedUp(choice, in: request.run) {
            before = Onboarding.usedUp(choice, times: times)
        } else {
            before = try lastMove(of: request)
        }
        let after = try possible(on: request, definition)
        return Fault(.conflict, ([before].compactMap { $0 } + [after]).joined(separator: " "))
    }

    /// Nil where nothing happened since it was asked for.
    private func lastMove(of request: Request) throws -> String? {
        let history = try snapshot.history(of: request.id)
        let last = history.last { entry in
            switch entry.event {
            case .choice: true
            case .timer: entry.from != entry.to
            default: false
            }
        }
        guard let last else { return nil }
        guard case .choice(let choice) = last.event else { return "Time ran out here \(Onboarding.ago(last.at, now))." }
        let who = try last.by.person.flatMap { try snapshot.person($0) }?.name.text ?? "An operator"
        return "\(who) \(choice.deed) this request \(Onboarding.ago(last.at, now))."
    }

    private func possible(on request: Request, _ definition: Definition) throws -> String {
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
        guard mine.isEmpty else { return mine.map { "You may \(Onboarding.verb($0))." }.joined(separator: " ") }
        var known: Set<PersonID> = []
        let people = try awaited(request).everybody.filter { known.insert($0.id).inserted }
        guard !people.isEmpty else { return "Nobody can decide this at present." }
        return "It waits for \(people.map(\.name.text).joined(separator: ", ")) now."
    }
}

extension Event.Choice {
    /// What somebody did to a request, in the past: `approved`, `refused`, `went on with`.
    fileprivate var deed: String {
        switch name {
        case "decide":
            decisions.values.allSatisfy { $0 == .reject }
                ? "refused" : decisions.values.contains(.reject) ? "decided" : "approved"
        case "agree": "approved"
        case "refuse": "refused"
        case "question": "asked back about"
        case "answer": "answered"
        case "cancel": "took back"
        default: "went on with"
        }
    }
}
