import Basics
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/actions`: long work that was accepted (202), to be asked after by whoever began it.
struct ActionsAPI {
    let onboarding: Onboarding

    func add(to group: APIGroup) {
        group.get("/actions", use: list)
        group.get("/actions/{id}", use: show)
        group.list("/actions/{id}/rows", use: rows)
        group.post("/actions/{id}/cancellation", use: cancel)
    }

    @Sendable
    private func list(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        return try call.page(try await onboarding.batches(by: actor).map(\.json), next: nil)
    }

    /// While it runs, `Retry-After` says when it is worth asking again.
    @Sendable
    private func show(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let (batch, _) = try await onboarding.batch(try Self.id(call), by: actor)
        return try call.answer(batch.json, headers: batch.isAtWork ? [.retryAfter: "1"] : [:])
    }

    /// The rows that have a verdict, by line.
    @Sendable
    private func rows(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.rows(of: try Self.id(call), nil, try call.query.page(), by: actor)
        return try call.page(found.items.map(\.json), next: found.next)
    }

    @Sendable
    private func cancel(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let id = try Self.id(call)
        try await call.emptyBody()
        try await onboarding.stopBatch(id, by: actor)
        return try call.answer(try await onboarding.batch(id, by: actor).0.json)
    }

    private static func id(_ call: APICall) throws -> BatchID {
        let text = try call.path("id")
        guard let id = BatchID(text) else { throw Authority.missing("file", text) }
        return id
    }
}
