import Basics
import Onboarding

/// `/api-accounts`: accounts of programs and their secrets, each with a person who owns it.
extension APIOperation {
    static let programs = [
        listProgramAccounts, requestProgramAccount, collectProgramAccount, showProgramAccount, rotateSecret,
        setProgramKeys, verifySecret, assignProgramAccount, closeProgramAccount,
    ]

    public static var listProgramAccounts: APIOperation {
        .list("/organizations/{slug}/api-accounts") { call in
            let found = try await call.onboarding.apiAccounts(
                organization: call["slug"], try call.query.page(), by: try call.actor)
            return .list(found, \.json)
        }
    }

    public static var requestProgramAccount: APIOperation {
        APIOperation(.post, "/organizations/{slug}/api-account-requests") {
            (owner: $0.text("owner"), purpose: $0.text("purpose"), grants: $0.grants("grants"))
        } run: { call, wish in
            .began(
                try await call.onboarding.requestAPIAccount(
                    organization: call["slug"], owner: wish.owner, purpose: wish.purpose, grants: wish.grants,
                    by: call.actor))
        }
    }

    /// The account is there from now on; its secret is in this answer and in no other.
    public static var collectProgramAccount: APIOperation {
        APIOperation(.post, "/api-accounts") {
            $0.secret("token")
        } run: { call, token in
            let issued = try await call.onboarding.collectAPIAccount(token: token, by: call.actor)
            return .created(issued.json, at: "/api-accounts/\(issued.clientID)")
        }
    }

    public static var showProgramAccount: APIOperation {
        APIOperation(.get, "/api-accounts/{client}") { call in
            .document(try await call.onboarding.apiAccount(call.program, by: call.actor).json)
        }
    }

    public static var rotateSecret: APIOperation {
        APIOperation(.post, "/api-accounts/{client}/secrets") {
            $0.optionalNumber("overlapDays")
        } run: { call, days in
            let issued = try await call.onboarding.rotateAPISecret(
                call.program, overlapDays: days ?? Onboarding.usualOverlapDays, by: call.actor)
            return .document(issued.json, status: 201)
        }
    }

    /// In place of every secret.
    public static var setProgramKeys: APIOperation {
        APIOperation(.post, "/api-accounts/{client}/keys") {
            $0.document("keys")
        } run: { call, keys in
            .document(try await call.onboarding.setProgramKeys(call.program, keys, by: call.actor).json)
        }
    }

    /// 200 for a secret that was accepted, and for nothing else.
    public static var verifySecret: APIOperation {
        APIOperation(.post, "/api-accounts/{client}/secret-verifications") {
            $0.secret("secret")
        } run: { call, secret in
            let verdict = try await call.onboarding.verifyAPISecret(secret, of: call.program, by: call.actor)
            guard verdict.accepted else { throw CodeRefusal(verdict, verdict.refusalOfSecret) }
            return .document(verdict.json)
        }
    }

    /// 202 where somebody has to agree first; the request says who.
    public static var assignProgramAccount: APIOperation {
        APIOperation(.post, "/api-accounts/{client}/owner") {
            $0.text("owner")
        } run: { call, owner in
            let assignment = try await call.onboarding.assignAPIAccount(
                call.program, to: EmailAddress(owner, field: "owner"), by: call.actor)
            return .document(assignment.json, status: assignment.request == nil ? 200 : 202)
        }
    }

    public static var closeProgramAccount: APIOperation {
        APIOperation(.post, "/api-accounts/{client}/closure") {
            $0.text("reason")
        } run: { call, reason in
            .document(try await call.onboarding.closeAPIAccount(call.program, reason: reason, by: call.actor).json)
        }
    }
}
