/// `/operation/applications`.
struct ApplicationsPage: PageValue {
    static let template = "operation-applications"

    struct Row { let id, name, kind, scopes: String }

    /// One that signs tokens.
    struct Key {
        let id, algorithm, state: String
        let isSigning: Bool
        let since: String
    }

    let applications: [Row]
    let isEmpty, isFirst: Bool
    let next: String?
    let keys: [Key]
    /// One was removed a moment ago.
    let hasGone: Bool
}

/// `/operation/applications/{id}`.
struct ApplicationPage: PageValue {
    static let template = "operation-application"

    enum Done: String, PageCase { case added }

    struct Finding {
        let isFault: Bool
        let sentence: String
    }

    struct Secret {
        let since: String
        let until: String?
    }

    let id, name, kind: String
    let done: Done?
    let since: String
    let findings: [Finding]
    let redirects, logoutRedirects: [String]
    let logoutNotice: String?
    let scopes: [ExplainedScope]
    let grants, organizations, resources: [String]
    let algorithm, duration: String
    /// Whether people sign in to it.
    let signsIn: Bool
    let mustPush, mustProveKey: Bool
    /// How many; nil where it has none.
    let keys: String?
    let secrets: [Secret]
    let mayRotate: Bool
    let overlapDays, reason: String
    /// Which form was refused.
    let isRotating, isRemoving: Bool
}

/// `/operation/applications/new`.
struct ApplicationFormPage: PageValue {
    static let template = "operation-application-new"

    enum Kind: String, PageCase { case web, native, service }

    struct Choice {
        let value, id, about: String
        let isChosen: Bool
    }

    let name: String
    let kind: Kind
    let redirects, logoutRedirects, logoutNotice: String
    /// Of people who sign in, and of services in their own name.
    let scopes, rights: [Choice]
    let organizations: String
    let grants: [Choice]
    /// Whether it knows RS256 alone.
    let isOld: Bool
    let sessionMinutes, resources, keys: String
    let mustPush, mustProveKey: Bool
    /// Whether what is seldom needed is shown at once.
    let isOpen: Bool
}

/// `/operation/applications/{id}/secret`.
struct ApplicationSecretPage: PageValue {
    static let template = "operation-application-secret"

    let id, name, client, secret: String
}
