import Onboarding

extension PersonOffer: PageCase {}

/// What a list and a page show of a person alike.
struct ShownPerson: PagePart {
    let id, name, email, state: String
    /// The class of the mark beside the state.
    let tone: String
    /// A profile of theirs needs one.
    let lacksFactor: Bool
    let duties: String?
}

/// `/people`.
struct PeoplePage: PageValue {
    static let template = "people"

    struct Row {
        let person: ShownPerson
        let hasFactor: Bool
        let grants: String?
    }

    let organization, query: String
    let places: [Workplace.Option]
    let maySubmit: Bool
    let found: [Row]
    let isFirst: Bool
    let next: String?
}

/// `/people/{person}`.
struct PersonPage: PageValue {
    static let template = "person"

    enum Done: String, PageCase { case sessions }

    struct Grant {
        let cloud, slug, org, profile, since: String
        let until: String?
        /// What holds then.
        let next: String?
        let hasEnded: Bool
        let request: String
    }

    struct Representative { let email, name: String }

    let person: ShownPerson
    let organization: String?
    let query, languageName, since: String
    let factorSince: String?
    let isLocked: Bool
    let grants: [Grant]
    let open: [RequestLine]
    let representatives: [Representative]
    let may: Set<PersonOffer>
    /// More than to change profiles.
    let mayMore: Bool
    let isClosed: Bool
    let done: Done?
    /// The form that was refused, and what was typed there.
    let `in`: PersonOffer?
    let reason, lastDay: String?
}
