package import Basics

/// One message to one person, before it is rendered.
package struct Mail: Sendable, Hashable {
    /// The effect's key: the same on every try, so that a repeat can be recognised.
    package let key: String
    package let recipient: EmailAddress
    /// As the directory has it: any Unicode, not yet judged.
    ///
    /// What sends the mail encodes or refuses it.
    package let recipientName: String
    package let language: Language
    /// Name of the template without language and suffix: `approval-asked`.
    package let template: String
    /// What the template may show, by the names that `docs/mail.md` lists.
    package let fields: [String: MailField]
    /// When the effect was ordered, not when it is sent: a retry then gives the same bytes.
    ///
    /// Becomes the Date header.
    package let createdAt: Timestamp
    /// What all mails about one matter have in common, such as a request's id.
    package let thread: String?

    package init(
        key: String, recipient: EmailAddress, recipientName: String, language: Language, template: String,
        fields: [String: MailField], createdAt: Timestamp, thread: String? = nil
    ) {
        self.key = key
        self.recipient = recipient
        self.recipientName = recipientName
        self.language = language
        self.template = template
        self.fields = fields
        self.createdAt = createdAt
        self.thread = thread
    }
}

/// What a template can show: words, a condition, or rows that it repeats a part for.
package indirect enum MailField: Sendable, Hashable {
    /// Plain text, not yet escaped for any format. An empty text counts as absent.
    case text(String)
    case flag(Bool)
    case list([[String: MailField]])
}

/// The port through which mail leaves.
///
/// Delivering the same `key` again is harmless.
package protocol Mailer: Sendable {
    /// The server that everything is handed over to, as `host:port`; nil where nobody else has to be waited for.
    var server: String? { get }
    /// The longest that one delivery takes, in seconds: a claim has to outlast it.
    var longestTrySeconds: Int64 { get }
    /// Deliveries that may run at the same time.
    var width: Int { get }
    /// Returns when the message is safe with the next hop (a server took it, or a file is on disk).
    ///
    /// A task that is cancelled gets its answer within a second or two: a failure of `server`, unless the mail had left.
    func deliver(_ mail: Mail) async throws(DeliveryFailure)
}

extension Mailer {
    package var server: String? { nil }
    package var longestTrySeconds: Int64 { 10 }
    package var width: Int { 4 }
}

/// Why a message did not leave.
package struct DeliveryFailure: Error, Hashable {
    /// Whom or what the failure is about, which decides what becomes of the mail.
    package enum Cause: String, Sendable, CaseIterable {
        /// The connection, TLS, the greeting, the login or the sender: no other mail would fare better.
        case server
        /// The server asks to come again later with this mail; others may pass.
        case later
        /// This reader's address is refused for good.
        case recipient
        /// This message is refused for good, by the server or before it could be composed.
        case content
        /// There is nothing to send: what the message asks for is not there any more.
        case void
    }

    package let cause: Cause
    /// One sentence for the operator; holds no secret and no content of the mail.
    package let message: String

    package init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = message
    }

    package init(isPermanent: Bool, message: String) {
        self.init(isPermanent ? .content : .server, message)
    }

    /// Whether trying the same message again is useless: it would be refused the same way.
    package var isPermanent: Bool { cause == .recipient || cause == .content }
}
