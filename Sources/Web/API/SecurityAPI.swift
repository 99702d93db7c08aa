import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/security-events`, and what of them people see: sign-ins and sessions.
struct SecurityAPI {
    let onboarding: Onboarding

    func add(to group: APIGroup) {
        group.list("/security-events", filters: ["kind", "person", "order"], use: list)
        group.list("/account/sign-ins", use: ownSignIns)
        group.list("/people/{email}/sign-ins", use: signIns)
        group.get("/people/{email}/sessions", use: sessions)
        group.delete("/people/{email}/sessions", use: endSessions)
    }

    @Sendable
    private func list(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let kind = try call.query["kind"].map { text in
            guard let kind = SecurityEvent.Kind(rawValue: text) else {
                throw Fault.invalid("kind", "unknown_kind", "There is no such kind of security event.")
            }
            return kind
        }
        let isOldestFirst: Bool
        switch call.query["order"] {
        case nil, "newest": isOldestFirst = false
        case "oldest": isOldestFirst = true
        default: throw Fault.invalid("order", "unknown_order", "The order of a list is newest or oldest.")
        }
        let found = try await onboarding.securityEvents(
            kind.map { [$0] }, of: try call.query["person"].map { try APICall.address($0, field: "person") },
            oldestFirst: isOldestFirst, try call.query.page(), by: actor)
        return try call.page(found.document, next: found.next)
    }

    @Sendable
    private func ownSignIns(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let visitor = try call.context.signedIn()
        let found = try await onboarding.signIns(of: visitor.person.email, try call.query.page(), by: actor)
        return try call.page(found.signIns, next: found.next)
    }

    @Sendable
    private func signIns(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.signIns(of: try call.person, try call.query.page(), by: actor)
        return try call.page(found.signIns, next: found.next)
    }

    @Sendable
    private func sessions(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        return try call.page(try await onboarding.sessions(of: try call.person, by: actor).map(\.json), next: nil)
    }

    @Sendable
    private func endSessions(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let ended = try await onboarding.endSessions(of: try call.person, by: actor)
        return try call.answer(["ended": .integer(Int64(ended))])
    }
}
