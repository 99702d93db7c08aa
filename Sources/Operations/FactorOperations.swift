import Basics
import Onboarding

/// `/people/{email}/mfa`: second factors of people, for whoever looks after their accounts.
extension APIOperation {
    static let factors = [showFactor, verifyCode, resetFactor, unlockFactor]

    public static var showFactor: APIOperation {
        APIOperation(.get, "/people/{email}/mfa") { call in
            .document(try await call.onboarding.mfaStatus(of: call.person, by: call.actor).json)
        }
    }

    /// 200 for a code that was accepted, and for nothing else.
    public static var verifyCode: APIOperation {
        APIOperation(.post, "/people/{email}/mfa/verifications") {
            $0.text("code")
        } run: { call, code in
            let verdict = try await call.onboarding.verify(code, of: call.person, by: call.actor)
            guard verdict.accepted else { throw CodeRefusal(verdict, verdict.refusal) }
            return .document(verdict.json)
        }
    }

    public static var resetFactor: APIOperation {
        APIOperation(.post, "/people/{email}/mfa/resets") {
            (reason: $0.text("reason"), stolen: $0.flag("stolen"))
        } run: { call, wish in
            .began(
                try await call.onboarding.requestFactorReset(
                    of: call.person, reason: wish.reason, stolen: wish.stolen, by: call.actor))
        }
    }

    public static var unlockFactor: APIOperation {
        APIOperation(.post, "/people/{email}/mfa/unlocks") {
            $0.text("reason")
        } run: { call, reason in
            .began(try await call.onboarding.requestFactorUnlock(of: call.person, reason: reason, by: call.actor))
        }
    }
}
