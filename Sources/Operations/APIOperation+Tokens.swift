public import Basics
public import Onboarding
public import Records

/// What may be asked with an access token.
extension APIOperation {
    /// What an application needs that asks in its own name; what is not here it may not ask.
    private static let ofApplications: [String: Scope] = [
        "decideAction": .decisions, "explainDecision": .decisions, "showWholeCatalogue": .decisions,
        "showCatalogue": .decisions, "listAccess": .people,
        "listPeople": .people, "showPerson": .people, "listOrganizations": .people, "showOrganization": .people,
        "listClouds": .people, "listGrants": .people, "listChanges": .changes, "listServices": .resources,
        "addService": .resources, "listResources": .resources, "addResource": .resources,
        "importResources": .resources, "showResource": .resources, "putResource": .resources,
        "changeResource": .resources, "removeResource": .resources,
    ]

    /// What the program of a customer may ask, about itself.
    private static let ofPrograms: Set = [
        "decideAction", "explainDecision", "showProgramAccount", "showWholeCatalogue", "showCatalogue",
    ]

    /// The scope with which an application may ask this in its own name; nil where none may.
    public var scopeOfApplications: Scope? { Self.ofApplications[name] }

    public var isForPrograms: Bool { Self.ofPrograms.contains(name) }

    /// - Throws: `ScopeRefusal`.
    public func requireScope(of token: AccessToken) throws {
        switch token.holder {
        case .person:
            if token.scopes.contains(.api) || method == .get && token.scopes.contains(.apiRead) { return }
            throw ScopeRefusal(needed: method == .get ? .apiRead : .api)
        case .application:
            guard let needed = scopeOfApplications else { throw ScopeRefusal(needed: nil) }
            guard token.scopes.contains(needed) else { throw ScopeRefusal(needed: needed) }
        case .program: guard isForPrograms else { throw ScopeRefusal(needed: nil) }
        }
    }
}

extension AccessToken {
    /// To ask for access that was denied: by a service with the scope for it, or by a person for themselves.
    ///
    /// - Throws: `ScopeRefusal`.
    public func requireAccessRequests() throws {
        let needed: Scope? =
            switch holder {
            case .application: .accessRequests
            case .person: .api
            case .program: nil
            }
        guard let needed, scopes.contains(needed) else { throw ScopeRefusal(needed: needed) }
    }
}

/// A token that is good, but not for this.
public struct ScopeRefusal: Error {
    /// Nil where no scope would do.
    public let needed: Scope?

    public var fault: Fault {
        guard let needed else {
            return Fault(.forbidden, "This is not asked by a program in its own name: it needs a person.")
        }
        return Fault(.forbidden, "This token is not for that: it needs the scope \(needed.rawValue).")
    }
}
