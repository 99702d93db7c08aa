package import Basics

/// Something to be done outside, committed with the move that ordered it and performed afterwards.
package struct Effect: Sendable {
    package enum State: String, Sendable, CaseIterable { case due, done, parked, dropped, cancelled }

    /// The text of an `EffectKey`.
    package let key: String
    /// Nil for what no request ordered, such as the word that a factor was locked.
    package let request: RequestID?
    /// Name in the definition, such as `mail` or `grant`.
    package let kind: String
    package let order: Order
    package let orderedAt: Timestamp
    package let dueAt: Timestamp
    package let state: State
    package let tries: Int
    package let greatestTries: Int
    package let error: String?
    /// Since when the mail server or its reader's has put it off; nil for what never failed.
    package let failingSince: Timestamp?
    /// What the last failure was about; nil where none is known.
    package let cause: DeliveryFailure.Cause?

    /// What a mail tells of that no request ordered.
    package enum Matter: Hashable, Sendable {
        /// What somebody has from now on.
        case subject(RequestSubject)
        case delegation(from: Timestamp, until: Timestamp)
        /// A program, and until when the secret or the owner that is told of serves it.
        case program(APIAccountID, purpose: String, until: Timestamp)
    }

    /// What to do, in full: nothing is looked up that a later move could have changed.
    package struct Order: Hashable, Sendable {
        package var template: String?
        package var recipient: PersonID?
        package var item: String?
        package var profile: String?
        package var comment: String?
        /// Name of whoever caused it, for the text of a mail.
        package var actor: PersonID?
        /// The key that the run knows the effect by; nil where the run does not wait for it.
        package var runKey: String?
        package var state: String?
        package var matter: Matter?
        /// Who got that; of a mail that a request ordered, in whose place its reader answers.
        package var about: PersonID?
        /// Where a mail goes that is for no address of its reader's any more, or not yet.
        package var address: String?
        /// The state that a mail asks about: once the request has left it, nobody needs the mail.
        ///
        /// Nil for a notice.
        package var needed: String?
        /// What receivers of webhooks are told, as the definition calls it.
        package var message: String?

        package init(
            template: String? = nil, recipient: PersonID? = nil, item: String? = nil, profile: String? = nil,
            comment: String? = nil, actor: PersonID? = nil, runKey: String? = nil, state: String? = nil,
            matter: Matter? = nil, about: PersonID? = nil, address: String? = nil,
            needed: String? = nil, message: String? = nil
        ) {
            self.template = template
            self.recipient = recipient
            self.item = item
            self.profile = profile
            self.comment = comment
            self.actor = actor
            self.runKey = runKey
            self.state = state
            self.matter = matter
            self.about = about
            self.address = address
            self.needed = needed
            self.message = message
        }
    }

    package init(
        key: String, request: RequestID?, kind: String, order: Order, orderedAt: Timestamp, dueAt: Timestamp,
        state: State = .due, tries: Int = 0, greatestTries: Int, error: String? = nil,
        failingSince: Timestamp? = nil, cause: DeliveryFailure.Cause? = nil
    ) {
        self.key = key
        self.request = request
        self.kind = kind
        self.order = order
        self.orderedAt = orderedAt
        self.dueAt = dueAt
        self.state = state
        self.tries = tries
        self.greatestTries = greatestTries
        self.error = error
        self.failingSince = failingSince
        self.cause = cause
    }
}

extension Effect {
    /// The kinds that leave the house.
    package static let mail = "mail"
    /// An application hears that a sign-in at it has ended.
    package static let logout = "logout"

    package var isMail: Bool { kind == Self.mail }
}
