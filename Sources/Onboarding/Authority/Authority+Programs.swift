import Basics
import Records

/// What programs may ask, by the scopes of their tokens and for the organizations that they are for.
extension Turn {
    /// Whether the actor is an application with this right towards an organization; nil is the provider itself.
    func isApplication(with scope: Scope, towards organization: OrganizationID?) -> Bool {
        guard case .application(let application, let scopes)? = actor.program else { return false }
        return scopes.contains(scope) && application.serves(organization)
    }

    func isProgram(_ id: APIAccountID) -> Bool {
        guard case .account(let account)? = actor.program else { return false }
        return account.id == id
    }
}
