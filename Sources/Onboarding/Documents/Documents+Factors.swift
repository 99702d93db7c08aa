public import Basics
public import Directory
import OneTimePassword
import OpenSSL
public import Records

// The JSON documents about second factors and decisions.

extension MFAStatus {
    public var json: JSON {
        [
            "email": .string(email.text), "factor": .string(factor == nil ? "none" : "active"),
            "kind": JSON(factor?.kind.rawValue), "since": JSON(factor?.createdAt),
            "lastVerifiedAt": JSON(factor?.lastAcceptedAt), "misses": .integer(Int64(attempts.misses)),
            "locked": .bool(attempts.locked), "blockedUntil": JSON(attempts.blockedUntil),
            "recoveryCodesLeft": .integer(Int64(recoveryCodesLeft)),
        ]
    }
}

extension CodeVerification {
    public var json: JSON {
        [
            "accepted": .bool(accepted), "reason": .string(reason.rawValue),
            "retryAfterSeconds": JSON(retryAfterSeconds),
        ]
    }
}

extension Decision {
    public var json: JSON {
        [
            "decision": .string(verdict.rawValue), "reason": .string(reason.rawValue),
            "profile": JSON(profile), "requires": .string(requires),
            "matrixVersion": .integer(Int64(matrixVersion)),
        ]
    }
}

extension Delegation {
    /// - Parameters:
    ///   - person: address of whose place it is.
    ///   - delegate: address of who acts in it.
    public func json(person: EmailAddress, delegate: EmailAddress) -> JSON {
        [
            "person": .string(person.text), "delegate": .string(delegate.text), "from": .string(from.iso8601),
            "until": .string(until.iso8601),
        ]
    }
}

extension DelegationView {
    public var json: JSON {
        delegation.json(person: person.email, delegate: delegate.email).with("holds", .bool(holds))
    }
}

extension InvitationView {
    public var json: JSON {
        [
            "name": .string(name), "email": .string(email.text), "locale": .string(language.rawValue),
            "organization": JSON(organization), "invitedBy": JSON(invitedBy), "items": .array(items.map(\.json)),
            "choosesPassword": .bool(choosesPassword),
            "mayChooseAnew": .bool(mayChooseAnew), "offersFactor": .bool(offersFactor),
            "leastWithFactor": .integer(Int64(leastWithFactor)), "leastAlone": .integer(Int64(leastAlone)),
        ]
    }
}

extension InvitationView.Item {
    fileprivate var json: JSON { ["cloud": .string(cloud), "profile": .string(profile)] }
}

extension EnrolmentStart {
    public var json: JSON {
        guard let setup else {
            return [
                "session": .null, "otpauth": .null, "secret": .null, "algorithm": .null, "digits": .null,
                "period": .null, "next": "done",
            ]
        }
        return setup.json
    }
}

extension EnrolmentStart.Setup {
    public var json: JSON {
        [
            "session": .string(session), "otpauth": .string(uri.text), "secret": .string(secret),
            "algorithm": .string(parameters.algorithm.rawValue),
            "digits": .integer(Int64(parameters.digits.rawValue)),
            "period": .integer(Int64(parameters.periodSeconds)), "next": "verify",
        ]
    }
}

extension EnrolmentEnd {
    public var json: JSON {
        ["state": .string(state), "recoveryCodes": .strings(recoveryCodes)]
    }
}

extension CloudHolder {
    /// As one of the people with something in a cloud.
    public var json: JSON {
        [
            "person": person.json, "profile": .string(grant.profile), "since": JSON(grant.since),
            "until": JSON(grant.until), "then": JSON(grant.later.first), "request": .string(grant.request.text),
            "mfa": .string(hasFactor ? "active" : "none"),
        ]
    }
}
