/// `/sign-in`.
struct SignInPage: PageValue {
    static let template = "sign-in"
    /// Where to go on; a path of this site.
    let next: String
    /// As it was typed.
    var email = ""
    /// The password was changed a moment ago.
    var isNewPassword = false
}

/// `/sign-in/code`.
struct SignInCodePage: PageValue {
    static let template = "sign-in-code"
    let next: String
    var isLocked = false
}

/// `/sign-in/factor`: for whom the password opens nothing.
struct SignInFactorPage: PageValue {
    static let template = "sign-in-factor"
    let email: String
}

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
    let hasItems, hasAccount, hasWorkingFactor: Bool
    let choosesPassword, mayChooseAnew, choosesAnew: Bool
    let offersFactor, wantsFactor: Bool
    /// Characters.
    let least, leastWithFactor: Int
}

/// A profile in a cloud.
struct ShownItem {
    let cloud, profile: String
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
    let hasItems, hasFactor, isOfNewFactor: Bool
    let codes: [String]
    /// One a line, to be copied.
    let codesText: String
}

/// `/forgotten-password`.
struct ForgottenPasswordPage: PageValue {
    static let template = "forgotten-password"
    let isSent: Bool
}

/// `/new-password`: where the code of the mail is typed.
struct NewPasswordLinkPage: PageValue {
    static let template = "new-password-link"
    var isOver = false
}

/// `/new-password`: the password itself.
struct NewPasswordPage: PageValue {
    static let template = "new-password"
    let token, email: String
    let wantsCode: Bool
    /// Characters.
    let least: Int
}

/// `/lost-device`.
struct LostDevicePage: PageValue {
    static let template = "lost-device"

    /// The account needs an authenticator and has none.
    let owesFactor: Bool
    let isLocked: Bool
    /// What is asked for is to have it unlocked, not replaced.
    let isToUnlock: Bool
    let reason: String
    let stolen: Bool
}

/// `/lost-device/asked`.
struct LostDeviceDonePage: PageValue {
    static let template = "lost-device-done"
    /// Of the request.
    let id: String
    let isStaff, isToUnlock: Bool
}

/// `/requests/{id}/collected`: the account of a program, while its secret is shown.
struct RequestCollectedPage: PageValue {
    static let template = "request-collected"
    let id, client, secret: String
}

/// An error, in the frame of every page.
struct ErrorPage: PageValue {
    static let template = "error"

    let message: String
    /// By which the log knows what happened.
    let request: String
    let isOutage, isMissing: Bool
}

/// `/account/recovery-codes`.
struct AccountCodesPage: PageValue {
    static let template = "account-codes"
    let codes: [String]
    let codesText: String
    let isNewFactor: Bool
}

/// `/account/factor`.
struct AccountFactorPage: PageValue {
    static let template = "account-factor"
    let proof, uri, secret: String
    /// SVG.
    let picture: String
}

/// `/inbox/bulk/{id}`: what became of requests that were approved together.
struct BulkDonePage: PageValue {
    static let template = "bulk-done"

    struct Line {
        let id, subject: String
        let isApproved: Bool
        /// Why not.
        let refusal: String?
    }

    let batch: String
    let lines: [Line]
    let approved, refused: Int
    let hasApproved, hasRefused: Bool
}

/// `/operation/workflows`.
struct OperationWorkflowsPage: PageValue {
    static let template = "operation-workflows"

    struct Row {
        let name, title: String
        let version: Int
        /// Why nothing begins by it; empty where it does.
        let hindrance: String
        let isStartable: Bool
        /// Counts as the reader writes them.
        let open, ended, older: String
        let hasOlder: Bool
    }

    let workflows: [Row]
}
