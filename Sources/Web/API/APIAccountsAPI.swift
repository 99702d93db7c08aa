import Basics
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/api-accounts`: accounts of programs and their secrets, each with a person who owns it.
struct APIAccountsAPI {
    let onboarding: Onboarding

    func add(to group: APIGroup) {
        group.list("/organizations/{slug}/api-accounts", use: list)
        group.post("/organizations/{slug}/api-account-requests", use: request)
        group.post("/api-accounts", use: collect)
        group.get("/api-accounts/{client}", use: show)
        group.post("/api-accounts/{client}/secrets", use: rotate)
        group.post("/api-accounts/{client}/secret-verifications", use: verify)
        group.post("/api-accounts/{client}/owner", use: assign)
        group.post("/api-accounts/{client}/closure", use: close)
    }

    @Sendable
    private func list(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.apiAccounts(
            organization: try call.path("slug"), try call.query.page(), by: actor)
        return try call.page(found.items.map(\.json), next: found.next)
    }

    @Sendable
    private func request(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let organization = try call.path("slug")
        let (owner, purpose, grants) = try await call.body {
            ($0.text("owner"), $0.text("purpose"), $0.grants("grants"))
        }
        let view = try await onboarding.requestAPIAccount(
            organization: organization, owner: owner, purpose: purpose, grants: grants, by: actor)
        return try call.created(view.json, at: "/requests/\(view.id)")
    }

    /// The account is there from now on; its secret is in this answer and in no other.
    @Sendable
    private func collect(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let token = try await call.body { Secret($0.text("token")) }
        let issued = try await onboarding.collectAPIAccount(token: token, by: actor)
        return try call.created(issued.json, at: "/api-accounts/\(issued.clientID)")
    }

    @Sendable
    private func show(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        return try call.answer(try await onboarding.apiAccount(try call.clientID, by: actor).json)
    }

    @Sendable
    private func rotate(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let id = try call.clientID
        let days = try await call.body { $0.optionalNumber("overlapDays") ?? Onboarding.usualOverlapDays }
        let issued = try await onboarding.rotateAPISecret(id, overlapDays: days, by: actor)
        return try call.answer(issued.json, status: .created)
    }

    /// 200 for a secret that was accepted, and for nothing else.
    @Sendable
    private func verify(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let id = try call.clientID
        let secret = try await call.body { Secret($0.text("secret")) }
        let verdict = try await onboarding.verifyAPISecret(secret, of: id, by: actor)
        guard verdict.accepted else { throw CodeRefusal(verdict: verdict, fault: verdict.refusalOfSecret) }
        return try call.answer(verdict.json)
    }

    /// 202 where somebody has to agree first; the request says who.
    @Sendable
    private func assign(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let id = try call.clientID
        let text = try await call.body { $0.text("owner") }
        let owner = try APICall.address(text, field: "owner")
        let assignment = try await onboarding.assignAPIAccount(id, to: owner, by: actor)
        return try call.answer(assignment.json, status: assignment.request == nil ? .ok : .accepted)
    }

    @Sendable
    private func close(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let id = try call.clientID
        let reason = try await call.body { $0.text("reason") }
        return try call.answer(try await onboarding.closeAPIAccount(id, reason: reason, by: actor).json)
    }
}
