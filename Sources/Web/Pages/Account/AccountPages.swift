import Directory
import Onboarding

/// `/account`.
struct AccountPage: PageValue {
    static let template = "account"

    enum Done: String, PageCase {
        case password, language, sessions, address, application
        case addressProven = "address-proven"
    }

    struct NewAddress {
        let address, request: String
        let isUnproven: Bool
    }

    struct Session {
        let id, client, since, seen: String
        let isOwn: Bool
    }

    /// Somebody's sign-in at an application.
    struct Application {
        let id, name, since: String
        let isOfDevice: Bool
    }

    let done: Done?
    let name, email: String
    let organization: String?
    let grants: [ShownGrant]
    let languages: [ShownChoice]
    let newAddress: NewAddress?
    let hasFactor: Bool
    let factorSince: String?
    let codesLeft: Int
    let fewCodes, needsCode: Bool
    /// Characters of a password.
    let least: Int
    let sessions: [Session]
    let hasOthers: Bool
    let applications: [Application]
    let hasApplications: Bool
    let signIns: [ShownEvent]
}

/// What an account may do, and where.
struct ShownGrant {
    let cloud, profile: String
    let until: String?
}

extension OwnAccount {
    func shownGrants(_ catalogue: Catalogue, _ dates: ReaderDates) -> [ShownGrant] {
        profile.grants.map { grant in
            ShownGrant(
                cloud: grant.cloud.label,
                profile: catalogue.profile(grant.grant.profile)?.name ?? grant.grant.profile,
                until: grant.grant.until.map(dates.day))
        }
    }
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
