public import Basics

/// What one event did: the run as it now is, and what must be committed with it.
public struct Step: Hashable, Sendable {
    public let run: Run
    public let orders: [EffectOrder]
    /// Keys of pending effects that must not be performed any more.
    public let cancelled: [String]
    /// The branches that were taken, in order; several where states were passed through at once.
    public let passages: [Passage]
    /// For people: the event's name (`start`, `decide`, `question`,
    /// `timer.2bd`, `grant.done`, …) and the move.
    public let event: String
    public let from: String?
    public let to: String

    public init(
        run: Run, orders: [EffectOrder], cancelled: [String], passages: [Passage] = [], event: String, from: String?,
        to: String
    ) {
        self.run = run
        self.orders = orders
        self.cancelled = cancelled
        self.passages = passages
        self.event = event
        self.from = from
        self.to = to
    }
}

/// Something to do outside, as `step` orders it.
///
/// The caller stores it with the run and performs it afterwards; where `now` is set, it
/// performs it inside the same transaction.
public struct EffectOrder: Hashable, Sendable {
    /// Name in the definition's `effects`, such as `mail`, `grant` or `issue`.
    public let effect: String
    /// Unique within the run: made of the declared key fields except
    /// `request` and `recipient`, which the caller adds.
    public let key: String
    /// For mail: the template, and the parts that receive it.
    public let template: String?
    public let recipients: [String]
    /// What receivers of webhooks are told, by its name under `messages`.
    public let message: String?
    /// For effects of an item, and for mail to whom an item is
    /// about: its id and the profile that holds.
    public let item: String?
    public let profile: String?
    /// Attempts before the effect is parked.
    public let tries: Int
    public let now: Bool
    public let round: Int
    /// The state that a mail asks about: once the run has left it, nobody needs the mail.
    ///
    /// Nil for a notice, which tells of what has happened.
    public let needed: String?

    public init(
        effect: String, key: String, template: String? = nil, recipients: [String] = [], message: String? = nil,
        item: String? = nil, profile: String? = nil, tries: Int, now: Bool = false, round: Int, needed: String? = nil
    ) {
        self.effect = effect
        self.key = key
        self.template = template
        self.recipients = recipients
        self.message = message
        self.item = item
        self.profile = profile
        self.tries = tries
        self.now = now
        self.round = round
        self.needed = needed
    }
}

extension EffectOrder {
    /// Who receives a mail, in words.
    public var receivers: String { item.map { "whom \($0) is about" } ?? recipients.joined(separator: ", ") }
}

/// Why a run would not move.
///
/// It stays exactly as it was.
public enum Refusal: Error, Hashable, Sendable {
    case ended(Run.Ending)
    /// This state does not offer that choice, or not to that part.
    case notOffered(choice: String, state: String)
    case notAsked(part: String, state: String)
    /// Four eyes: this person already plays `other` in this run.
    case notApart(part: String, other: String)
    case unknownItem(String)
    /// Nobody decides an item that is about themselves, nor does who stands in for them.
    case ownItem(String)
    case alreadyDecided(item: String)
    case needsComment(choice: String)
    /// It was made as often as the definition allows.
    case usedUp(choice: String, times: Int)
    /// Only the request's `until` ends a run of this workflow, and the request has none.
    case needsUntil
    /// The run would have gone on by itself before the request's `until`.
    case untilTooLate(latest: Timestamp)
    case unknownTimer(String)
    case timerNotDue(String, at: Timestamp)
    case unknownEffect(String)
    /// Nothing but what ends it happens to a frozen run, until it is thawed.
    case frozen(since: Timestamp)
    case notFrozen
    case notInFuture(Timestamp)
    case noDueDate(state: String)
    /// The due date would come after `timer`, which leaves the state before, at `at`.
    case dueTooLate(timer: String, at: Timestamp)
}

extension Refusal {
    /// For people who write definitions; whoever makes a request is answered in the words of requests.
    public var sentence: Sentence {
        switch self {
        case .ended(let ending): "The run has ended (\(ending.rawValue))."
        case .notOffered(let choice, let state): "\(state) does not offer \(choice)."
        case .notAsked(let part, let state): "\(state) does not ask \(part)."
        case .notApart(let part, let other): "One person cannot play both \(part) and \(other)."
        case .unknownItem(let item): "There is no item \(item)."
        case .ownItem(let item): "\(item) is about whoever decides."
        case .alreadyDecided(let item): "\(item) is decided already."
        case .needsComment(let choice): "\(choice) needs a comment."
        case .usedUp(let choice, let times): "\(choice) was made \(times) times already: it is offered no more."
        case .needsUntil: "Only the end that a request names ends such a run: play its scenarios instead."
        case .untilTooLate(let latest): "The end must not be later than \(latest.iso8601)."
        case .unknownTimer(let id): "No timer \(id) runs."
        case .timerNotDue(let id, let at): "The timer \(id) is due at \(at.iso8601)."
        case .unknownEffect(let key): "No effect \(key) is open."
        case .frozen(let since): "The run is frozen since \(since.iso8601)."
        case .notFrozen: "The run is not frozen."
        case .notInFuture(let at): "\(at.iso8601) has passed."
        case .noDueDate(let state): "\(state) shows no due date."
        case .dueTooLate(let timer, let at): "\(timer) moves the run on before that, at \(at.iso8601)."
        }
    }
}
