public import Basics

/// One message to one person, before it is rendered.
public struct Mail: Sendable, Hashable {
    /// The effect's key: the same on every try, so that a repeat can be recognised.
    public let key: String
    public let recipient: EmailAddress
    /// As the directory has it: any Unicode, not yet judged.
    ///
    /// What sends the mail encodes or refuses it.
    public let recipientName: String
    public let language: Language
    /// Name of the template without language and suffix: `approval-asked`.
    public let template: String
    /// What the template may show, by the names that `docs/mail.md` lists.
    public let fields: [String: MailField]
    /// When the effect was ordered, not when it is sent: a retry then gives the same bytes.
    ///
    /// Becomes the Date header.
    public let createdAt: Timestamp
    /// What all mails about one matter have in common, such as a request's id.
    public let thread: String?

    public init(
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
public indirect enum MailField: Sendable, Hashable {
    /// Plain text, not yet escaped for any format. An empty text counts as absent.
    case text(String)
    case flag(Bool)
    case list([[String: MailField]])
}
