import Basics
import Directory
import Records

extension Authority {
    /// Whether an application may know of tokens of others: of those that are for it and no other, and with the scope
    /// for it of all, where it serves whoever holds them.
    ///
    /// - Parameter audience: whom the tokens are for.
    static func mayKnow(
        _ application: Application, tokensFor audience: [String], of organization: OrganizationID?
    ) -> Bool {
        let isForIt = !audience.isEmpty && audience.allSatisfy(application.registration.resources.contains)
        guard isForIt || application.registration.scopes.contains(.introspection) else { return false }
        return application.serves(organization)
    }
}

extension Actor {
    /// Whether it is an application with this right towards an organization; nil is the provider itself.
    func isApplication(with scope: Scope, towards organization: OrganizationID?) -> Bool {
        application(with: scope)?.serves(organization) == true
    }

    /// The application that it is, if it has this right towards those whom it serves.
    func application(with scope: Scope) -> Application? {
        guard case .application(let application, let scopes)? = program, scopes.contains(scope) else { return nil }
        return application
    }
}

/// What programs may ask, by the scopes of their tokens and for the organizations that they are for.
extension Turn {
    /// Whether the actor is an application with this right towards an organization; nil is the provider itself.
    func isApplication(with scope: Scope, towards organization: OrganizationID?) -> Bool {
        actor.isApplication(with: scope, towards: organization)
    }

    /// Who hears of changes: operators, and services with the scope for it.
    ///
    /// - Returns: of which organizations; nil for all, and of the provider itself.
    /// - Throws: `Fault.Code.forbidden`.
    func requireChanges() throws -> [OrganizationID]? {
        if try isOperator() { return nil }
        // As it is now: one question may wait for a minute.
        guard case .application(let known, let scopes)? = actor.program, scopes.contains(.changes),
            let application = try snapshot.application(known.id), application.removedAt == nil,
            application.registration.scopes.contains(.changes)
        else {
            throw Fault(.forbidden, "Changes are told to operators, and to services with the scope changes.")
        }
        return application.served
    }

    func isProgram(_ id: APIAccountID) -> Bool {
        guard case .account(let account)? = actor.program else { return false }
        return account.id == id
    }

    /// Whether a program asks about itself, in a cloud of its own customer: which others there are is not its to learn.
    func isOwn(_ id: APIAccountID, in organization: Organization) -> Bool {
        guard case .account(let account)? = actor.program else { return false }
        return account.id == id && account.organization == organization.id
    }
}
