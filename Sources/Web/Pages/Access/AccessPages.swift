import Basics
import Directory
import Onboarding

/// What a decision comes to.
enum ShownVerdict: String, PageCase {
    case allow, deny
    /// Allowed with a fresh code.
    case code

    init(_ verdict: Decision.Verdict) {
        switch verdict {
        case .allow: self = .allow
        case .deny: self = .deny
        case .stepUp: self = .code
        }
    }
}

/// Who agreed to a profile.
struct ShownConsent {
    let by: String
    let onBehalfOf: String?
    let moment, profile: String
}

/// `/access`: who could do what.
struct AccessPage: PageValue {
    static let template = "access"

    struct Entry {
        let cloud, place: String
        let name: String
        /// An address, or a client id.
        let account: String
        let isProgram: Bool
        /// What `/access/why` is asked.
        let why: String
        let profile, since: String
        let until: String?
        /// What holds then.
        let next: String?
        /// That it ended otherwise since then.
        let ended: String?
        /// Of an account that was not active.
        let state: String?
        let hasFactor: Bool
        let request: String?
        let consents: [ShownConsent]
        let verdict: ShownVerdict?
        /// Why not.
        let reason: String?
    }

    /// What was typed.
    struct Wish { let organization, cloud, person: String }

    let wish: Wish
    let profiles, actions: [ShownChoice]
    /// For the field of a day.
    let day: String
    /// The same filters, as the addresses of pages and files have them.
    let query, csv: String
    let isFiltered, isFirst: Bool
    /// Of which instant it tells; empty where it was refused.
    var moment = ""
    var timeZone = ""
    var entries: [Entry] = []
    var isEmpty = true
    var next: String?
    var isRefused = false
}

/// `/access/why`: one decision, with its reasons.
struct WhyPage: PageValue {
    static let template = "access-why"

    struct Role {
        let name: String
        let isHeld, needsFactor: Bool
    }

    struct Answer {
        let verdict: ShownVerdict
        let sentence: String
        let who, place: String
        /// Of an account that is not active.
        let state: String?
        /// What is held; nil: nothing.
        let profile: String?
        let since: String
        let until: String?
        /// What holds then.
        let next: String?
        /// Nil where it may not be read.
        let request: String?
        let workflow, requestedBy, asked: String
        let consents: [ShownConsent]
        let feature, label, needed, version: String
        let roles: [Role]
        let changes: [String]
        /// Nothing that somebody could change would help.
        let isHopeless: Bool
    }

    /// The form by which whoever reads this asks for it.
    struct Ask {
        let action, profile, key: String
        /// As they were typed.
        let reason, until: String
    }

    /// As it was typed.
    let subject, cloud: String
    let actions: [ShownChoice]
    var answer: Answer?
    /// Nil where they may not, or need not.
    var ask: Ask?
}
