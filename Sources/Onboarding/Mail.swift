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

    package init(
        key: String, recipient: EmailAddress, recipientName: String, language: Language, template: String,
        fields: [String: MailField], createdAt: Timestamp
    ) {
        self.key = key
        self.recipient = recipient
        self.recipientName = recipientName
        self.language = language
        self.template = template
        self.fields = fields
        self.createdAt = createdAt
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
    /// Returns when the message is safe with the next hop (a server took it, or a file is on disk).
    func deliver(_ mail: Mail) async throws(DeliveryFailure)
}

/// Why a message did not leave.
package struct DeliveryFailure: Error, Equatable {
    /// Whether trying the same message again is useless: it would be refused the same way.
    package let isPermanent: Bool
    /// One sentence for the operator; holds no secret and no content of the mail.
    package let message: String

    package init(isPermanent: Bool, message: String) {
        self.isPermanent = isPermanent
        self.message = message
    }
}
