import Basics
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/sessions`: signing in with a program.
///
/// Half a session, whose second factor is owed, opens `/sessions/current` and nothing else.
struct SessionsAPI {
    let onboarding: Onboarding
    let limiter: RateLimiter

    func add(to group: APIGroup) {
        group.post("/sessions", by: .anybody, use: begin)
        group.list("/sessions", use: list)
        group.delete("/sessions", use: endOthers)
        group.get("/sessions/current", by: .signedIn, use: current)
        group.delete("/sessions/current", by: .signedIn, use: endCurrent)
        group.post("/sessions/current/code", by: .signedIn, use: prove)
        group.get("/sessions/{id}", use: show)
        group.delete("/sessions/{id}", use: end)
    }

    @Sendable
    private func begin(_ call: APICall) async throws -> Response {
        // Before what they sent is read; a right password uses no try up.
        try limiter.count(call.context.client, at: onboarding.world.now())
        let (email, password) = try await call.body { ($0.text("email"), Secret($0.text("password"))) }
        let entered = try await onboarding.signIn(email: email, password: password, from: call.context.client)
        limiter.giveBack(call.context.client, at: onboarding.world.now())
        return try call.created(entered.json, at: "/sessions/\(entered.visitor.session.id)")
    }

    /// The code is used up; the token before it opens nothing any more.
    @Sendable
    private func prove(_ call: APICall) async throws -> Response {
        _ = try call.context.signedIn()
        guard let token = call.context.token else { throw Fault(.unauthenticated, "Sign in first.") }
        let code = try await call.body { $0.text("code") }
        let (entered, verdict) = try await onboarding.prove(code, in: token, from: call.context.client)
        guard let entered else { throw CodeRefusal(verdict: verdict, fault: verdict.refusal) }
        return try call.answer(entered.json)
    }

    @Sendable
    private func current(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        guard case .object(var members) = visitor.session.json(isCurrent: true) else { throw Self.noSession }
        members["person"] = visitor.person.json
        members["owesCode"] = .bool(visitor.owesCode)
        members["owesFactor"] = .bool(visitor.owes == .factor)
        return try call.answer(.object(members))
    }

    @Sendable
    private func endCurrent(_ call: APICall) async throws -> Response {
        _ = try call.context.signedIn()
        if let token = call.context.token { try await onboarding.signOut(token) }
        return Response(status: .noContent)
    }

    @Sendable
    private func list(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        let (page, sessions) = (try call.query.page(), try await onboarding.sessions(of: visitor))
        // Newest first, and few: nobody signs in more often in twelve hours than a page holds.
        let rest = sessions.drop { session in page.after.map { session.id.text >= $0 } ?? false }
        let shown = Array(rest.prefix(page.limit))
        return try call.page(
            shown.map { $0.json(isCurrent: $0.id == visitor.session.id) },
            next: shown.count < rest.count ? shown.last?.id.text : nil)
    }

    @Sendable
    private func show(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        let id = try call.path("id")
        guard let session = try await onboarding.sessions(of: visitor).first(where: { $0.id.text == id }) else {
            throw Authority.missing("session", id)
        }
        return try call.answer(session.json(isCurrent: session.id == visitor.session.id))
    }

    @Sendable
    private func end(_ call: APICall) async throws -> Response {
        let visitor = try call.context.signedIn()
        _ = try visitor.actor()
        let text = try call.path("id")
        guard let id = SessionID(text) else { throw Authority.missing("session", text) }
        try await onboarding.endSession(id, by: visitor)
        return Response(status: .noContent)
    }

    @Sendable
    private func endOthers(_ call: APICall) async throws -> Response {
        try await onboarding.endSession(nil, by: try call.context.signedIn())
        return Response(status: .noContent)
    }

    private static var noSession: Fault { Fault(.unauthenticated, "Sign in first.") }
}

extension SignIn {
    var json: JSON {
        [
            "token": .string(String(decoding: token.exposed, as: UTF8.self)), "owesCode": .bool(visitor.owesCode),
            "owesFactor": .bool(visitor.owes == .factor), "expiresAt": .string(visitor.session.endsAt.iso8601),
            "session": .string(visitor.session.id.text),
            "person": visitor.person.json,
        ]
    }
}

extension Session {
    fileprivate var endsAt: Timestamp { createdAt.adding(seconds: SessionLimits.overallSeconds) }

    fileprivate func json(isCurrent: Bool) -> JSON {
        [
            "id": .string(id.text), "client": .string(client), "createdAt": JSON(createdAt), "seenAt": JSON(seenAt),
            "verifiedAt": JSON(verifiedAt), "expiresAt": JSON(endsAt),
            "idleSeconds": .integer(SessionLimits.idleSeconds), "current": .bool(isCurrent),
        ]
    }
}
