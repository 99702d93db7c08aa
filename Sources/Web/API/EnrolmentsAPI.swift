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

    func add(to group: APIGroup) {
        group.post("/enrolments", use: start)
        group.post("/enrolments/invitation", use: invitation)
        group.post("/enrolments/renewal", use: renew)
        group.post("/enrolments/verification", use: verify)
    }

    @Sendable
    private func invitation(_ call: APICall) async throws -> Response {
        let token = try await call.body { Secret($0.text("token")) }
        try count(call)
        return try call.answer(try await onboarding.invitation(token: token).json)
    }

    /// The same answer whatever was sent: it says what happens *if* somebody with this address is invited.
    @Sendable
    private func renew(_ call: APICall) async throws -> Response {
        let email = try await call.body { $0.text("email") }
        try count(call)
        try await onboarding.renewInvitation(for: email)
        return Response(status: .accepted)
    }

    @Sendable
    private func start(_ call: APICall) async throws -> Response {
        let (token, password, wantsFactor, choosesAnew) = try await call.body {
            (Secret($0.text("token")), Secret($0.text("password")), $0.flag("factor"), $0.flag("anew"))
        }
        try count(call)
        let start = try await onboarding.startEnrolment(
            token: token, password: password, wantsFactor: wantsFactor, choosesAnew: choosesAnew)
        return try call.answer(start.json)
    }

    @Sendable
    private func verify(_ call: APICall) async throws -> Response {
        let (session, code) = try await call.body { (Secret($0.text("session")), $0.text("code")) }
        try count(call)
        return try call.answer(try await onboarding.verifyEnrolment(session: session, code: code).json)
    }

    /// Whoever guesses tokens is slowed down, as at the pages.
    private func count(_ call: APICall) throws {
        try limiter.count(call.context.client.address, at: onboarding.world.now())
    }
}
