import Basics
import HTTPTypes
import Hummingbird
import Onboarding

/// `/passwords`: another password for whoever forgot theirs, by a mailed link and the factor.
struct PasswordsAPI {
    let onboarding: Onboarding
    let limiter: RateLimiter

    func add(to group: APIGroup) {
        group.post("/passwords", use: choose)
        group.post("/passwords/forgotten", use: order)
    }

    /// The same answer whatever was sent: it says what happens *if* somebody with this address has an account.
    @Sendable
    private func order(_ call: APICall) async throws -> Response {
        let email = try await call.body { $0.text("email") }
        try limiter.count(call.context.client.address, at: onboarding.world.now())
        try await onboarding.forgotPassword(of: email)
        return Response(status: .accepted)
    }

    @Sendable
    private func choose(_ call: APICall) async throws -> Response {
        let (token, password, code) = try await call.body {
            (Secret($0.text("token")), Secret($0.text("password")), $0.optionalText("code"))
        }
        try limiter.count(call.context.client.address, at: onboarding.world.now())
        try await onboarding.choosePassword(password, token: token, code: code ?? "")
        return Response(status: .noContent)
    }
}
