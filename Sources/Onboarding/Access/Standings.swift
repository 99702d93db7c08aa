import Basics
import Directory
import Records

/// What is known of whoever is asked about, made of what is kept: one reading of it for every way to ask.
extension Standing {
    /// Of somebody in one cloud.
    ///
    /// An unknown person is denied like one without a grant: the platform need not know who exists. How a stranger's
    /// account stands is no more this cloud's business.
    /// - Parameters:
    ///   - organization: to which the cloud belongs.
    ///   - factor: the one that is active; nil for none.
    init(
        of person: Person?, grant: Held?, towards organization: OrganizationID, factor: Factor?,
        lastVerifiedAt: Timestamp?
    ) {
        guard let person else {
            self.init(account: .active, grant: nil, factor: .none, lastVerifiedAt: nil)
            return
        }
        let isStranger = grant == nil && person.organization != organization
        self.init(
            account: isStranger ? .active : person.state, grant: grant, factor: factor == nil ? .none : .active,
            lastVerifiedAt: lastVerifiedAt)
    }

    /// Of a program in one cloud.
    ///
    /// It has no authenticator, so an action that needs MFA is denied, whatever its profile; but for those of
    /// which the catalogue says that a program may, or that its key counts as one.
    init(of program: APIAccount?, grant: APIGrant?, for action: Directory.Action, at now: Timestamp) {
        let proves =
            switch action.requires.programs {
            case .never: false
            case .withKey: program?.keys != nil
            case .always: true
            }
        self.init(
            account: grant != nil && program?.closedAt != nil ? .closed : .active,
            grant: grant.map { Held(profile: $0.profile, since: $0.since, until: nil) },
            factor: proves ? .active : .none, lastVerifiedAt: proves ? now : nil)
    }
}
