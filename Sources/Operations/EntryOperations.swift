import Basics
import Onboarding

/// `/enrolments` and `/passwords`: what a mailed link opens, for whoever has no session yet.
///
/// Tokens and secrets travel in bodies only, and looking uses nothing up.
extension APIOperation {
    static let entries = [
        startEnrolment, readInvitation, renewInvitation, verifyEnrolment, choosePassword, forgotPassword,
    ]

    public static var readInvitation: APIOperation {
        APIOperation(.post, "/enrolments/invitation", for: .anybody, limit: .links) {
            $0.secret("token")
        } run: { call, token in
            .document(try await call.onboarding.invitation(token: token).json)
        }
    }

    public static var startEnrolment: APIOperation {
        APIOperation(.post, "/enrolments", for: .anybody, limit: .links) {
            (
                token: $0.secret("token"), password: $0.secret("password"), wantsFactor: $0.flag("factor"),
                choosesAnew: $0.flag("anew")
            )
        } run: { call, wish in
            .document(
                try await call.onboarding.startEnrolment(
                    token: wish.token, password: wish.password, wantsFactor: wish.wantsFactor,
                    choosesAnew: wish.choosesAnew
                ).json)
        }
    }

    public static var verifyEnrolment: APIOperation {
        APIOperation(.post, "/enrolments/verification", for: .anybody, limit: .links) {
            (session: $0.secret("session"), code: $0.text("code"))
        } run: { call, proof in
            .document(try await call.onboarding.verifyEnrolment(session: proof.session, code: proof.code).json)
        }
    }

    /// It says what happens *if* somebody with this address is invited.
    public static var renewInvitation: APIOperation {
        APIOperation(.post, "/enrolments/renewal", for: .anybody, limit: .mails) {
            $0.text("email")
        } run: { call, email in
            try await call.onboarding.renewInvitation(for: email)
            return .accepted
        }
    }

    /// It says what happens *if* somebody with this address has an account.
    public static var forgotPassword: APIOperation {
        APIOperation(.post, "/passwords/forgotten", for: .anybody, limit: .mails) {
            $0.text("email")
        } run: { call, email in
            try await call.onboarding.forgotPassword(of: email)
            return .accepted
        }
    }

    public static var choosePassword: APIOperation {
        APIOperation(.post, "/passwords", for: .anybody, limit: .links) {
            (token: $0.secret("token"), password: $0.secret("password"), code: $0.optionalText("code"))
        } run: { call, wish in
            try await call.onboarding.choosePassword(wish.password, token: wish.token, code: wish.code ?? "")
            return .done
        }
    }
}
