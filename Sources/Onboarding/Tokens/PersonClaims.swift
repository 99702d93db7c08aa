public import Basics
import Directory
import Records

/// What an application may know of a person, by its scopes (OpenID Connect Core, section 5.4).
extension Onboarding {
    func claims(of person: Person, _ scopes: Set<Scope>) async throws -> JSON.Members {
        try await reading(by: .usher) { try $0.claims(of: person, scopes) }
    }

    /// The answer of the userinfo endpoint.
    ///
    /// - Throws: `TokenRefusal` for a token that is no person's, or was not given for it.
    public func userInfo(_ token: AccessToken) async throws -> JSON {
        guard case .person(let person, _, _) = token.holder, token.scopes.contains(.openid),
            token.audience.contains(issuer)
        else { throw TokenRefusal(.insufficientScope, "The token is not one of a person's with the scope openid.") }
        return .object(try await claims(of: person, token.scopes))
    }
}

extension Turn {
    fileprivate func claims(of person: Person, _ scopes: Set<Scope>) throws -> JSON.Members {
        var claims: JSON.Members = ["sub": .string(person.id.text)]
        if scopes.contains(.profile) {
            claims["name"] = .string(person.name.text)
            claims["preferred_username"] = .string(person.email.text)
            claims["locale"] = .string(person.language.rawValue)
        }
        if scopes.contains(.email) {
            claims["email"] = .string(person.email.text)
            // They opened a link that was sent there, else there were no account.
            claims["email_verified"] = true
        }
        if scopes.contains(.organization) {
            claims["organization"] = JSON(try person.organization.flatMap { try snapshot.organization($0)?.slug.text })
        }
        if scopes.contains(.access) {
            let access = try access(of: person)
            claims["access"] = .array(access.map { ["cloud": .string($0.cloud), "profile": .string($0.profile)] })
            claims["groups"] = .strings(access.map { "\($0.cloud):\($0.profile)" })
        }
        return claims
    }

    /// Profiles that hold now, by the names of their clouds: `acme/prod`.
    private func access(of person: Person) throws -> [(cloud: String, profile: String)] {
        try snapshot.liveGrants(of: person.id, at: now).filter { !$0.hasEnded(at: now) }.compactMap { grant in
            guard let cloud = try snapshot.cloud(grant.cloud),
                let organization = try snapshot.organization(cloud.organization)
            else { return nil }
            return ("\(organization.slug)/\(cloud.slug)", grant.profile)
        }.sorted { $0 < $1 }
    }
}
