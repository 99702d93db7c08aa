import Basics
import Directory
import Records
import Workflow

/// Why something cannot be done about a request, in the reader's words: what happened last, and what is possible instead.
///
/// Sentences that pages put into other languages one by one, see `pages/fr/faults.txt`; no name of a state, a part or a
/// choice is in them.
extension Onboarding {
    /// For a choice that nobody has now: the request has moved on, or it was made as often as it may be.
    func notOffered(
        _ choice: String, of request: Request, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Fault {
        let definition = try library.definition(of: request.run, in: snapshot)
        let before: String?
        if request.run.ended == nil, let times = definition.timesUsedUp(choice, in: request.run) {
            before = Self.usedUp(choice, times: times)
        } else {
            before = try lastMove(of: request, at: now, in: snapshot)
        }
        let after = try possible(on: request, definition, by: actor, at: now, in: snapshot)
        return Fault(.conflict, ([before].compactMap { $0 } + [after]).joined(separator: " "))
    }

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

    /// Nil where nothing happened since it was asked for.
    private func lastMove(of request: Request, at now: Timestamp, in snapshot: any Snapshot) throws -> String? {
        let history = try snapshot.history(of: request.id)
        let last = history.last { entry in
            switch entry.event {
            case .choice: true
            case .timer: entry.from != entry.to
            default: false
            }
        }
        guard let last else { return nil }
        guard case .choice(let choice) = last.event else { return "Time ran out here \(Self.ago(last.at, now))." }
        let id = last.by.split(separator: " ").last.flatMap { PersonID(String($0)) }
        let who = try id.flatMap { try snapshot.person($0) }?.name.text ?? "An operator"
        return "\(who) \(choice.deed) this request \(Self.ago(last.at, now))."
    }

    private static func ago(_ then: Timestamp, _ now: Timestamp) -> String {
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

    private func possible(
        on request: Request, _ definition: Definition, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> String {
        if request.run.ended != nil { return "It has ended." }
        if request.run.frozenAt != nil { return "It is frozen until an operator thaws it." }
        let asked = definition.ask(in: request.run.state)?.events ?? []
        let names = asked + definition.anywhere.keys.sorted().filter { !asked.contains($0) }
        let mine = try names.filter { name in
            guard name == "cancel" || !Self.choicesElsewhere.contains(name),
                !definition.partsOffered(name, in: request.run).isEmpty
            else { return false }
            return try Self.isAllowed {
                _ = try self.part(for: name, in: request, definition, by: actor, at: now, snapshot)
            }
        }
        guard mine.isEmpty else { return mine.map { "You may \(Self.verb($0))." }.joined(separator: " ") }
        var known: Set<PersonID> = []
        let people = try awaited(request, at: now, in: snapshot).everybody.filter { known.insert($0.id).inserted }
        guard !people.isEmpty else { return "Nobody can decide this at present." }
        return "It waits for \(people.map(\.name.text).joined(separator: ", ")) now."
    }

    private static func verb(_ choice: String) -> String {
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
