public import Basics
import Records

// The JSON documents about accounts of programs.

extension APIAccountView {
    public var json: JSON {
        [
            "clientId": .string(account.id.text), "organization": .string(organization), "owner": .string(owner),
            "purpose": .string(account.purpose), "state": .string(account.closedAt == nil ? "active" : "closed"),
            "request": .string(account.request.text), "createdAt": .string(account.createdAt.iso8601),
            "grants": .array(grants.map { ["cloud": .string($0.cloud), "profile": .string($0.profile)] }),
            "keys": account.keys ?? .null,
            "secrets": .array(
                secrets.map { ["createdAt": .string($0.createdAt.iso8601), "endsAt": JSON($0.endsAt)] }),
        ]
    }
}

extension ProgramAssignment {
    /// `request` is the one that gave the account its beginning; this
    /// is the one that may give it another owner.
    public var json: JSON { account.json.with("ownerRequest", JSON(request?.text)) }
}

extension IssuedSecret {
    /// With the secret in clear, the one time that it is shown.
    public var json: JSON {
        [
            "clientId": .string(clientID), "clientSecret": .string(String(decoding: secret.exposed, as: UTF8.self)),
            "olderEndsAt": JSON(olderEndsAt),
        ]
    }
}
