/// The names that a template may use.
///
/// `docs/mail.md` says what each one holds; the workflow checker compares with these.
public enum MailFields {
    /// Names at the top of a message.
    public static let names: Set<String> = free.union([
        "product", "organization", "requestId", "personName", "personEmail", "requesterName", "requesterEmail",
        "recipientName", "items", "until", "link", "home", "token", "expiresAt", "dueAt", "state", "actorName",
        "hasItems", "inFile", "isHolder", "newCloud", "newCloudSlug", "cloud", "waitingCount",
        "hasAccess", "replacedName",
        "asRepresentative", "asManager", "asDutyManager", "asOperator", "program", "programPurpose", "formerOwner",
        "newAddress", "addressCode", "standsInFor", "from",
    ])

    /// Names inside one row of `items`.
    public static let item: Set<String> = [
        "cloud", "profile", "profileName", "asked", "lowered", "refused", "itemPerson", "confirmed", "withdrawn",
        "bySilence", "decidedBy", "left", "leftName", "shortened", "before", "next", "nextName",
    ]

    /// What people wrote in their own words, over several lines perhaps.
    ///
    /// Every other text is one line.
    public static let free: Set<String> = ["reason", "comment"]

    /// The fields whose section repeats for each row, so that
    /// inside it the names of a row count first.
    static let lists: Set<String> = ["items"]
}
