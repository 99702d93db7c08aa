import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/people` and `/search`: accounts, and their second factors.
struct PeopleAPI {
    let onboarding: Onboarding

    func add(to group: APIGroup) {
        group.list("/people", filters: ["organization"], use: list)
        group.get("/search", query: ["q"], use: search)
        group.get("/people/{email}", use: show)
        group.post("/people/{email}/suspension", use: suspend)
        group.post("/people/{email}/resumption", use: resume)
        group.post("/people/{email}/closure", use: close)
        group.post("/people/{email}/duties", use: appoint)
        group.post("/people/{email}/address", use: requestAddress)
        group.get("/people/{email}/mfa", use: factor)
        group.post("/people/{email}/mfa/verifications", use: verify)
        group.post("/people/{email}/mfa/resets", use: reset)
        group.post("/people/{email}/mfa/unlocks", use: unlock)
    }

    @Sendable
    private func list(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.people(
            organization: call.query["organization"], try call.query.page(), by: actor)
        return try call.page(found.items.map(\.json), next: found.next)
    }

    /// People by the beginning of a name or address, and requests by id, of what the caller may see.
    @Sendable
    private func search(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        return try call.answer(try await onboarding.search(try call.query.required("q"), by: actor).json)
    }

    @Sendable
    private func show(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        return try call.tagged(try await onboarding.person(try call.person, by: actor).json)
    }

    @Sendable
    private func suspend(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let email = try call.person
        let (reason, until) = try await call.body { ($0.text("reason"), $0.optionalText("until")) }
        return try await change(call, email, by: actor) {
            try await onboarding.suspend(email, until: until, reason: reason, by: actor)
        }
    }

    @Sendable
    private func resume(_ call: APICall) async throws -> Response {
        try await change(call) { try await onboarding.resume($0, reason: $1, by: $2) }
    }

    @Sendable
    private func close(_ call: APICall) async throws -> Response {
        try await change(call) { try await onboarding.close($0, reason: $1, by: $2) }
    }

    private func change(
        _ call: APICall, _ body: (EmailAddress, String, Actor) async throws -> RequestView
    ) async throws -> Response {
        let actor = try call.actor
        let email = try call.person
        let reason = try await call.body { $0.text("reason") }
        return try await change(call, email, by: actor) { try await body(email, reason, actor) }
    }

    /// What is left of the account, with the request that was begun beside it.
    private func change(
        _ call: APICall, _ email: EmailAddress, by actor: Actor, _ body: () async throws -> RequestView
    ) async throws -> Response {
        if call.isBound { try call.requireMatch(try await onboarding.person(email, by: actor).json) }
        let request = try await body()
        let person = try await onboarding.person(email, by: actor).json
        let gaps = try await onboarding.gaps(after: request)
        return try call.tagged(
            person.with("request", .string(request.id)).with("gaps", .array(gaps.map(JSON.string))), core: person)
    }

    /// 202 where somebody has to agree first; the request says who.
    @Sendable
    private func appoint(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let email = try call.path("email")
        let (duty, organization, name, locale) = try await call.body {
            (
                $0.choice("duty", Duty.representative), $0.optionalText("organization"), $0.optionalText("name"),
                $0.optionalText("locale") ?? "en"
            )
        }
        let appointed = try await onboarding.appoint(
            email: email, name: name, duty, organization: organization, language: locale, by: actor)
        return try call.answer(appointed.json, status: appointed.request == nil ? .ok : .accepted)
    }

    /// For somebody whose account the caller looks after; they prove it themselves.
    @Sendable
    private func requestAddress(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let email = try call.person
        let address = try await call.body { $0.text("address") }
        let view = try await onboarding.requestAddressChange(of: email, to: address, by: actor)
        return try call.created(view.json, at: "/requests/\(view.id)")
    }

    // MARK: Factors

    @Sendable
    private func factor(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        return try call.answer(try await onboarding.mfaStatus(of: try call.person, by: actor).json)
    }

    /// 200 for a code that was accepted, and for nothing else.
    @Sendable
    private func verify(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let email = try call.person
        let code = try await call.body { $0.text("code") }
        let verdict = try await onboarding.verify(code, of: email, by: actor)
        guard verdict.accepted else { throw CodeRefusal(verdict: verdict, fault: verdict.refusal) }
        return try call.answer(verdict.json)
    }

    @Sendable
    private func reset(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let email = try call.person
        let (reason, stolen) = try await call.body { ($0.text("reason"), $0.flag("stolen")) }
        let view = try await onboarding.requestFactorReset(of: email, reason: reason, stolen: stolen, by: actor)
        return try call.created(view.json, at: "/requests/\(view.id)")
    }

    @Sendable
    private func unlock(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let email = try call.person
        let reason = try await call.body { $0.text("reason") }
        let view = try await onboarding.requestFactorUnlock(of: email, reason: reason, by: actor)
        return try call.created(view.json, at: "/requests/\(view.id)")
    }
}

/// A code or a secret that was refused, with all that the verification says.
struct CodeRefusal: Error {
    let verdict: CodeVerification
    let fault: Fault
}
