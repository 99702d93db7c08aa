public import Basics

/// Something to be done outside, committed with the move that ordered it and performed afterwards.
public struct Effect: Sendable {
    public enum State: String, Sendable, CaseIterable { case due, done, parked, dropped, cancelled }

    /// The text of an `EffectKey`.
    public let key: String
    /// Nil for what no request ordered, such as the word that a factor was locked.
    public let request: RequestID?
    /// Name in the definition, such as `mail` or `grant`.
    public let kind: String
    public let order: Order
    public let orderedAt: Timestamp
    public let dueAt: Timestamp
    public let state: State
    public let tries: Int
    public let greatestTries: Int
    public let error: String?
    /// Since when the mail server or its reader's has put it off; nil for what never failed.
    public let failingSince: Timestamp?
    /// What the last failure was about; nil where none is known.
    public let cause: DeliveryFailure.Cause?

    /// What a mail tells of that no request ordered.
    public enum Matter: Hashable, Sendable {
        /// What somebody has from now on.
        case subject(RequestSubject)
        case delegation(from: Timestamp, until: Timestamp)
        /// A program, and until when the secret or the owner that is told of serves it.
        case program(APIAccountID, purpose: String, until: Timestamp)
    }

    /// What to do, in full: nothing is looked up that a later move could have changed.
    public struct Order: Hashable, Sendable {
        public var template: String?
        public var recipient: PersonID?
        public var item: String?
        public var profile: String?
        public var comment: String?
        /// Name of whoever caused it, for the text of a mail.
        public var actor: PersonID?
        /// The key that the run knows the effect by; nil where the run does not wait for it.
        public var runKey: String?
        public var state: String?
        public var matter: Matter?
        /// Who got that; of a mail that a request ordered, in whose place its reader answers.
        public var about: PersonID?
        /// Where a mail goes that is for no address of its reader's any more, or not yet.
        public var address: String?
        /// The state that a mail asks about: once the request has left it, nobody needs the mail.
        ///
        /// Nil for a notice.
        public var needed: String?
        /// What receivers of webhooks are told, as the definition calls it.
        public var message: String?

        public init(
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

    public init(
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
    public static let mail = "mail"
    /// An application hears that a sign-in at it has ended.
    public static let logout = "logout"

    public var isMail: Bool { kind == Self.mail }
}
