package import Basics
package import Directory
import OneTimePassword

// The JSON documents about second factors and decisions.

extension MFAStatus {
    package var json: JSON {
        [
            "email": .string(email.text), "factor": .string(factor == nil ? "none" : "active"),
            "kind": JSON(factor?.kind), "since": JSON(factor?.createdAt),
            "lastVerifiedAt": JSON(factor?.lastAcceptedAt), "misses": .integer(Int64(attempts.misses)),
            "locked": .bool(attempts.locked), "blockedUntil": JSON(attempts.blockedUntil),
            "recoveryCodesLeft": .integer(Int64(recoveryCodesLeft)),
        ]
    }
}

extension CodeVerification {
    package var json: JSON {
        [
            "accepted": .bool(accepted), "reason": .string(reason.rawValue),
            "retryAfterSeconds": JSON(retryAfterSeconds),
        ]
    }
}

extension Decision {
    package var json: JSON {
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
    package func json(person: EmailAddress, delegate: EmailAddress) -> JSON {
        [
            "person": .string(person.text), "delegate": .string(delegate.text), "from": .string(from.iso8601),
            "until": .string(until.iso8601),
        ]
    }
}

extension DelegationView {
    package var json: JSON { delegation.json(person: person.email, delegate: delegate.email) }
}
