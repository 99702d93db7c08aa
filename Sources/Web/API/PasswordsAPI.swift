import Basics
import HTTPTypes
import Hummingbird
import Onboarding

/// `/passwords`: another password for whoever forgot theirs, by a mailed link and the factor.
struct PasswordsAPI {
    let onboarding: Onboarding
    let limiter: RateLimiter
    let renewals: RateLimiter

    func add(to group: APIGroup) {
        group.post("/passwords", by: .anybody, use: choose)
        group.post("/passwords/forgotten", by: .anybody, use: order)
    }

    /// The same answer whatever was sent: it says what happens *if*
    /// somebody with this address has an account.
    @Sendable
    private func order(_ call: APICall) async throws -> Response {
        try renewals.count(call.context.client, at: onboarding.world.now())
        let email = try await call.body { $0.text("email") }
        try await onboarding.forgotPassword(of: email)
        return Response(status: .accepted)
    }

    @Sendable
    private func choose(_ call: APICall) async throws -> Response {
        try limiter.count(call.context.client, at: onboarding.world.now())
        let (token, password, code) = try await call.body {
            (Secret($0.text("token")), Secret($0.text("password")), $0.optionalText("code"))
        }
        try await onboarding.choosePassword(password, token: token, code: code ?? "")
        limiter.giveBack(call.context.client, at: onboarding.world.now())
        return Response(status: .noContent)
    }
}
