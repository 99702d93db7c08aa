import Onboarding

extension RequestOffer: PageCase {}

/// A request in a list.
struct RequestLine: PagePart {
    let id, title, workflow, state: String
    /// The class of the mark beside the state.
    let tone: String
    let overdue, frozen: Bool
    let created, createdAt: String
    let waitingFor: String?
    /// Nobody can decide it.
    let vacant: Bool
    let due, dueAt: String?
}

/// `/requests`.
struct RequestsPage: PageValue {
    static let template = "requests"

    enum View: String, PageCase { case open, overdue, mine, all }

    /// Where the other views are.
    struct Ways { let overdue, mine, all: String }

    let organization: String?
    let places: [Workplace.Option]
    let maySubmit: Bool
    let waiting: [RequestLine]
    let waits: Bool
    let view: View
    let query, here: String
    let to: Ways
    let found: [RequestLine]
    let isEmpty, isFirst: Bool
    let next: String?
}

/// `/requests/{id}`.
struct RequestPage: PageValue {
    static let template = "request"

    enum Done: String, PageCase {
        case submitted, answered, cancelled, invited, asked, frozen, thawed, moved
    }

    struct Item {
        /// In a review.
        let person: String?
        let cloud, profile: String
        /// What was asked for, where it is something else.
        let asked: String?
        /// Of what is taken away.
        let left: String?
        let leavesNothing, isShortened: Bool
        let state, tone: String
    }

    struct Timer { let id, name, day: String }
    struct Undeliverable { let recipient, error: String }

    let line: RequestLine
    let organization, email: String?
    /// Whose account it is about, by id.
    let holder: String?
    let requestedBy, reason: String
    let items: [Item]
    let areOfPeople: Bool
    let entries: [ShownEntry]
    let timeZone: String
    let until, frozenSince, lapses, newCloud, replaces, question: String?
    let undeliverable: [Undeliverable]
    let timers: [Timer]
    let may: Set<RequestOffer>
    var done: Done?
    /// The form that was refused, and what was typed there.
    var refused: RequestOffer?
    var text, day: String?
}

/// An entry of a history.
struct ShownEntry {
    let event: String
    let to: String?
    let at, moment, who: String
    let note: String?
}
