import Basics
import Directory
import Records

/// What is known of whoever is asked about, made of what is kept: one reading of it for every way to ask.
extension Standing {
    /// Of somebody in one cloud.
    ///
    /// An unknown person is denied like one without a grant: the platform need not know who exists. How a stranger's
    /// account stands, and whether there is a factor, is no more this cloud's business.
    /// - Parameters:
    ///   - organization: to which the cloud belongs.
    ///   - factor: the one that is active; nil for none.
    init(
        of person: Person?, grant: Held?, towards organization: OrganizationID, factor: Factor?,
        lastVerifiedAt: Timestamp?
    ) {
        guard let person,
            !Self.isStranger(hasGrant: grant != nil, isOfOrganization: person.organization == organization)
        else {
            self.init(account: .active, grant: nil, factor: .none, lastVerifiedAt: nil)
            return
        }
        self.init(
            account: person.state, grant: grant, factor: factor == nil ? .none : .active,
            lastVerifiedAt: lastVerifiedAt)
    }

    /// Of a program in one cloud.
    init(of program: APIAccount?, grant: APIGrant?, for action: Directory.Action, at now: Timestamp) {
        self = ProgramStanding(of: program, grant: grant).standing(for: action, at: now)
    }
}

extension ProgramStanding {
    init(of program: APIAccount?, grant: APIGrant?) {
        self.init(
            isClosed: program?.closedAt != nil,
            grant: grant.map { Standing.Held(profile: $0.profile, since: $0.since, until: nil) },
            hasKeys: program?.keys != nil)
    }
}
