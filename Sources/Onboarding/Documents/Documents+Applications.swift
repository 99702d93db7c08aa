public import Basics
import Directory
import Records

// The JSON documents about applications.

extension ApplicationView {
    public var json: JSON {
        let registration = application.registration
        return [
            "clientId": .string(application.id.text), "name": .string(application.name.text),
            "kind": .string(application.kind.rawValue),
            "state": .string(application.removedAt == nil ? "active" : "removed"),
            "redirects": .strings(registration.redirects), "logoutRedirects": .strings(registration.logoutRedirects),
            "logoutNotice": JSON(registration.logoutNotice),
            "grants": .strings(registration.grants.map(\.rawValue).sorted()),
            "scopes": .strings(registration.scopes.map(\.rawValue).sorted()), "organizations": .strings(organizations),
            "algorithm": .string(registration.algorithm.rawValue),
            "sessionSeconds": .integer(registration.sessionSeconds), "resources": .strings(registration.resources),
            "keys": registration.keys ?? .null, "mustPush": .bool(registration.mustPush),
            "mustProveKey": .bool(registration.mustProveKey),
            "createdAt": .string(application.createdAt.iso8601),
            "secrets": .array(
                secrets.map { ["createdAt": .string($0.createdAt.iso8601), "endsAt": JSON($0.endsAt)] }),
        ]
    }
}

extension ApplicationFinding {
    public var json: JSON {
        [
            "code": .string(code), "severity": .string(isFault ? "fault" : "note"),
            "message": .string(sentence.english),
        ]
    }
}

extension TokenKeyView {
    public var json: JSON {
        [
            "id": .string(key.id), "algorithm": .string(key.algorithm.rawValue),
            "state": .string(state.rawValue), "createdAt": .string(key.createdAt.iso8601),
            "signsFrom": .string(key.signsFrom.iso8601),
        ]
    }
}

extension ApplicationSignIn {
    public var json: JSON {
        [
            "id": .string(id.text), "application": .string(application),
            "scopes": .strings(scopes.map(\.rawValue).sorted()), "since": .string(since.iso8601),
            "endsAt": .string(endsAt.iso8601), "device": .bool(isOfDevice),
        ]
    }
}
