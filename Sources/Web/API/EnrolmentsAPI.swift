import Basics
import HTTPTypes
import Hummingbird
import Onboarding

/// `/enrolments`: from the token in the mail to an active account, for whoever has no session yet.
///
/// Tokens and secrets travel in bodies only, and looking uses nothing up.
struct EnrolmentsAPI {
    let onboarding: Onboarding
    let limiter: RateLimiter
    let renewals: RateLimiter

    func add(to group: APIGroup) {
        group.post("/enrolments", by: .anybody, use: start)
        group.post("/enrolments/invitation", by: .anybody, use: invitation)
        group.post("/enrolments/renewal", by: .anybody, use: renew)
        group.post("/enrolments/verification", by: .anybody, use: verify)
    }

    @Sendable
    private func invitation(_ call: APICall) async throws -> Response {
        try await counted(call) {
            let token = try await call.body { Secret($0.text("token")) }
            return try call.answer(try await onboarding.invitation(token: token).json)
        }
    }

    /// The same answer whatever was sent: it says what happens
    /// *if* somebody with this address is invited.
    @Sendable
    private func renew(_ call: APICall) async throws -> Response {
        try renewals.count(call.context.client, at: onboarding.world.now())
        let email = try await call.body { $0.text("email") }
        try await onboarding.renewInvitation(for: email)
        return Response(status: .accepted)
    }

    @Sendable
    private func start(_ call: APICall) async throws -> Response {
        try await counted(call) {
            let (token, password, wantsFactor, choosesAnew) = try await call.body {
                (Secret($0.text("token")), Secret($0.text("password")), $0.flag("factor"), $0.flag("anew"))
            }
            let start = try await onboarding.startEnrolment(
                token: token, password: password, wantsFactor: wantsFactor, choosesAnew: choosesAnew)
            return try call.answer(start.json)
        }
    }

    @Sendable
    private func verify(_ call: APICall) async throws -> Response {
        try await counted(call) {
            let (session, code) = try await call.body { (Secret($0.text("session")), $0.text("code")) }
            return try call.answer(try await onboarding.verifyEnrolment(session: session, code: code).json)
        }
    }

    /// Whoever guesses tokens is slowed down, as at the pages, before what they sent is read.
    ///
    /// What is right costs no try.
    private func counted(_ call: APICall, _ body: () async throws -> Response) async throws -> Response {
        try limiter.count(call.context.client, at: onboarding.world.now())
        let answer = try await body()
        limiter.giveBack(call.context.client, at: onboarding.world.now())
        return answer
    }
}
