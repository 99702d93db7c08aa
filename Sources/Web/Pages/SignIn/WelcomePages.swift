/// `/welcome`: where the code of an invitation is typed.
struct WelcomeLinkPage: PageValue {
    static let template = "welcome-link"
    /// The link opens nothing: another one can be asked for.
    var isOver = false
}

/// `/welcome/renewed`.
struct WelcomeRenewedPage: PageValue {
    static let template = "welcome-renewed"
}

/// Page one of an enrolment: who invited whom, to what, and the password.
struct WelcomePasswordPage: PageValue {
    static let template = "welcome-password"

    let token, name, email: String
    let organization, invitedBy: String?
    let items: [ShownItem]
    let hasAccount, hasWorkingFactor: Bool
    let choosesPassword, mayChooseAnew, choosesAnew: Bool
    let offersFactor, wantsFactor: Bool
    /// Characters.
    let least, leastWithFactor: Int
}

/// Page two: the new authenticator.
struct WelcomeCodePage: PageValue {
    static let template = "welcome-code"

    let session: String
    /// The keepsake that the end is kept in.
    let of: String
    let uri, secret: String
    /// SVG.
    let picture: String
}

/// Page three: the recovery codes, and what the person may do now.
struct WelcomeDonePage: PageValue {
    static let template = "welcome-done"

    let of: String
    let items: [ShownItem]
    let hasFactor, isOfNewFactor: Bool
    let codes: [String]
    /// One a line, to be copied.
    let codesText: String
}
