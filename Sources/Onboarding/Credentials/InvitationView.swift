public import Basics
import Directory
import OpenSSL
import Records
import Workflow

/// What whoever opens an invitation is shown before they type anything.
public struct InvitationView: Sendable {
    public let name: String
    public let email: EmailAddress
    public let language: Language
    /// Nil among the provider's own staff.
    public let organization: String?
    /// Nil where the operator asked.
    public let invitedBy: String?
    /// What was granted so far, or is to be.
    public let items: [Item]
    /// Whether the password is still to be chosen; else it was, and opens the enrolment again.
    public let choosesPassword: Bool
    /// Whether another may be chosen in place of a forgotten one.
    public let mayChooseAnew: Bool
    /// Whether the account is active already, and the link is for its authenticator.
    public let hasAccount: Bool
    /// Whether an authenticator works until the new one is proven.
    public let hasFactor: Bool
    /// Whether a factor is offered and not demanded: nothing that was granted needs one.
    public let offersFactor: Bool
    /// Code points that a password needs where a factor is enrolled, and where none is.
    public let leastWithFactor = PasswordRules.leastWithMFA
    public let leastAlone = PasswordRules.leastAlone

    public struct Item: Sendable {
        /// The cloud's name.
        public let cloud: String
        /// The profile's name.
        public let profile: String
    }
}

extension Onboarding {
    /// Reads only: looking at an invitation uses nothing up.
    ///
    /// - Throws: `.notFound` for a token that opens nothing, `.expired` for an old one.
    public func invitation(token: Secret) async throws -> InvitationView {
        let tokenHash = try SHA256.digest(of: PastedInvitation.token(in: token).exposed)
        return try await reading(by: .usher) { turn in
            let invited = try turn.invitee(tokenHash)
            let requester = try turn.requester(of: invited.request)
            return InvitationView(
                name: invited.person.name.text, email: invited.person.email, language: invited.person.language,
                organization: invited.organization?.name.text, invitedBy: requester?.name.text,
                items: try turn.grantedItems(of: invited.request), choosesPassword: invited.choosesPassword,
                mayChooseAnew: invited.mayChooseAnew, hasAccount: invited.person.state == .active,
                hasFactor: try turn.snapshot.factor(of: invited.person.id, .active) != nil,
                offersFactor: invited.choosesPassword && !needsFactor(invited.request))
        }
    }
}

extension Turn {
    /// The clouds of a request that its holder gets, by name.
    func grantedItems(of request: Request) throws -> [InvitationView.Item] {
        try request.run.items.filter { $0.state == .granted || $0.state == .active }.map { item in
            let cloud = try CloudID(item.id).flatMap { try snapshot.cloud($0) }
            return InvitationView.Item(
                cloud: cloud?.label ?? item.id, profile: catalogue.profile(item.profile)?.name ?? item.profile)
        }
    }
}
