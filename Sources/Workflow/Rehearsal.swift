public import Basics

/// Recorded histories, played through an edited definition: whether they
/// would have gone elsewhere, and where first.
///
/// Pure. An event that the edited definition refuses, or a timer of it that would have gone
/// off before, is a difference like any other.
public struct Rehearsal: Sendable {
    /// The first thing that would have been otherwise.
    public struct Divergence: Hashable, Sendable {
        public enum Kind: String, Sendable {
            /// One of the two refuses the event.
            case refusal
            case state
            /// Other parts are asked.
            case asked
            /// Other mails, or other effects.
            case orders
            /// The edited definition would have moved or reminded by itself before.
            case timer
        }

        /// Place in the history, from 1; one more than it has for what happens after its end.
        public let entry: Int
        public let at: Timestamp
        /// For people, as in the history: `decide`, `timer.2bd`.
        public let event: String
        public let kind: Kind
        public let old: String
        public let new: String
    }

    public struct Entry: Sendable {
        public let event: Event
        public let at: Timestamp
        public let name: String
        /// The state that was recorded after it.
        public let to: String
        /// By which its business days were counted.
        public let calendar: BusinessCalendar

        public init(event: Event, at: Timestamp, name: String, to: String, calendar: BusinessCalendar) {
            self.event = event
            self.at = at
            self.name = name
            self.to = to
            self.calendar = calendar
        }
    }

    public let edited: Definition

    public init(_ edited: Definition) { self.edited = edited }

    /// - Parameters:
    ///   - recorded: the definition that the history followed from its beginning; nil if that was another version, and
    ///     only the states that were recorded are compared.
    ///   - now: until when timers of a run that goes on would have gone off.
    public func divergence(
        of history: [Entry], recorded: Definition?, at now: Timestamp
    ) -> Divergence? {
        var old = Side(definition: recorded)
        var new = Side(definition: edited)
        for (index, entry) in history.enumerated() {
            func divergence(_ kind: Divergence.Kind, at: Timestamp, _ old: String, _ new: String) -> Divergence {
                Divergence(entry: index + 1, at: at, event: entry.name, kind: kind, old: old, new: new)
            }
            if let timer = new.early(before: entry, than: old) {
                return divergence(.timer, at: timer.at, entry.name, "the timer \(timer.id) goes off first")
            }
            let before = old.isKnown ? old.play(entry) : nil
            switch (before, new.play(entry)) {
            case (.failure(let refusal), .success(let step)):
                return divergence(.refusal, at: entry.at, "refused: \(refusal.sentence)", "goes to \(step.to)")
            case (_, .failure(let refusal)):
                if case .failure = before { continue }
                return divergence(.refusal, at: entry.at, "goes to \(entry.to)", "refused: \(refusal.sentence)")
            case (nil, .success(let after)):
                if after.to != entry.to { return divergence(.state, at: entry.at, entry.to, after.to) }
            case (.success(let before), .success(let after)):
                for (kind, was, becomes) in Self.aspects(before, after) where was != becomes {
                    return divergence(kind, at: entry.at, was, becomes)
                }
            }
        }
        guard let timer = new.early(before: nil, at: now, than: old), old.isKnown else { return nil }
        return Divergence(
            entry: history.count + 1, at: timer.at, event: "waiting", kind: .timer, old: "waits",
            new: "the timer \(timer.id) goes off")
    }

    private static func aspects(_ old: Step, _ new: Step) -> [(Divergence.Kind, String, String)] {
        [
            (.state, old.to, new.to), (.asked, words(old.run.asked), words(new.run.asked)),
            (.orders, words(old.orders.map(\.deed)), words(new.orders.map(\.deed))),
        ]
    }

    private static func words(_ words: [String]) -> String {
        words.isEmpty ? "nothing" : words.joined(separator: "; ")
    }
}

/// One definition, and the run as it stands under it.
private struct Side {
    let definition: Definition?
    private var run: Run?

    init(definition: Definition?) { self.definition = definition }

    var isKnown: Bool { definition != nil }

    mutating func play(_ entry: Rehearsal.Entry) -> Result<Step, Refusal> {
        guard let definition else { return .failure(.notOffered(choice: entry.name, state: entry.to)) }
        do throws(Refusal) {
            let step: Step
            switch (entry.event, run) {
            case (.start(let start), _):
                step = try definition.start(start, at: entry.at, calendar: entry.calendar)
            // The edited definition is followed from the beginning: there is nothing to take over.
            case (.migrate, let run?):
                step = Step(run: run, orders: [], cancelled: [], event: entry.name, from: run.state, to: run.state)
            case (_, let run?):
                step = try definition.step(run, on: entry.event, at: entry.at, calendar: entry.calendar)
            case (_, nil): throw .notOffered(choice: entry.name, state: definition.first)
            }
            run = step.run
            return .success(step)
        } catch { return .failure(error) }
    }

    /// A timer that is due before the next event, and which the other side does not have at
    /// that instant: a worker that was late was late for both.
    func early(before entry: Rehearsal.Entry, than other: Side) -> Run.Timer? {
        var own: String?
        if case .timer(let id) = entry.event { own = id }
        return early(before: own, at: entry.at, than: other)
    }

    func early(before timer: String?, at instant: Timestamp, than other: Side) -> Run.Timer? {
        let known = other.run?.timers ?? []
        return run?.timers.filter { $0.at < instant && $0.id != timer && !known.contains($0) }
            .min { ($0.at, $0.id) < ($1.at, $1.id) }
    }
}

extension EffectOrder {
    /// What is done, without the key by which it is done once.
    fileprivate var deed: String {
        if let template { return "mail \(template) to \(receivers)" }
        if let message { return "\(effect) \(message)" }
        return effect + (item.map { " of \($0)" } ?? "") + (profile.map { " (\($0))" } ?? "")
    }
}
