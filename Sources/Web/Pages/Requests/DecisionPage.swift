import Onboarding

/// `/requests/{id}/decide`.
struct DecisionPage: PageValue {
    static let template = "decide"

    struct Difference { let fact, before, now: String }

    struct Holder {
        let name, email: String
        /// What state it is in.
        let account: String
        let isActive, hasFactor: Bool
        let holdings: [Holding]
    }

    struct Holding {
        let cloud, profile: String
        let until: String?
    }

    struct NewCloud { let name, slug: String }

    struct Requester {
        let name: String
        let email: String?
        let isStaff: Bool
    }

    struct Hindrance { let message: String }

    /// A fact that the answer is bound to.
    struct Seen { let key, value: String }

    struct Item {
        let id, title: String
        let email: String?
        let asked, held: String
        let hasHeld: Bool
        let heldUntil: String?
        /// What holds again once what is asked for, or in a review what is held, has ended.
        let next: String?
        /// What goes on before what is asked for begins.
        let before: String?
        let privileges: Gain?
        let roles: [String]
        /// What the choices are called.
        let approve, reject: String
        let mayApprove, mayReject: Bool
        /// What was chosen before.
        let isApproved, isRejected, isLeft: Bool
        let lower: [Lower]
    }

    struct Gain { let privileges: ShownPrivileges }

    /// A profile that may do less than what was asked.
    struct Lower {
        let id, code, profile: String
        let gained: Int
        let isMore: Bool
        let lost: Int
        let isLess: Bool
        let newRoles: String
        let hasNewRoles, isChosen: Bool
    }

    struct Offer {
        let choice, verb: String
        let isQuestion, isAnswer, isRefusal: Bool
        let wantsCode: Bool
        /// As it was typed before.
        let text: String
        let isOpen: Bool
    }

    struct Settled {
        let title, profile, state: String
        let isOwn: Bool
    }

    let id, workflow, subject, state: String
    /// What the whole page is bound to.
    let seal: String
    let reason, askedAt: String
    let difference: [Difference]
    let holder: Holder?
    let newCloud: NewCloud?
    /// The one that it is about as a whole.
    let cloud: String?
    let organization: String?
    let requester: Requester
    let replaces, until, due: String?
    let isOverdue: Bool
    let flags: [String]
    let dialogue: [ShownEntry]
    let hint, onBehalfOf: String?
    let hindrance: Hindrance?
    let hasFactor, needsCode, isReview: Bool
    /// There are items to choose for.
    let decides: Bool
    let items: [Item]
    let seen: [Seen]
    let shownCount, openCount: Int
    let isLong: Bool
    let comment: String?
    /// What needs no words is one button beside the others; what needs them has a form of its own.
    let plain, spoken: [Offer]
    let settled: [Settled]
    let entries: [ShownEntry]
    let guide: ProfileGuide
}
