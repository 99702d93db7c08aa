import Basics
import HTTPTypes
import Hummingbird
import Onboarding
import Records
import Translation

/// `/delegations` and `/people/{email}/delegations`: who acts in whose place.
struct DelegationsAPI {
    let onboarding: Onboarding

    func add(to group: APIGroup) {
        group.list("/delegations", use: listOwn)
        group.list("/people/{email}/delegations", use: list)
        group.post("/people/{email}/delegations", use: add)
        group.on(.delete, "/people/{email}/delegations/{delegate}", query: ["from"], use: end)
    }

    @Sendable
    private func listOwn(_ call: APICall) async throws -> Response {
        try await list(call, of: nil, by: try call.actor)
    }

    @Sendable
    private func list(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        return try await list(call, of: try call.person, by: actor)
    }

    /// On either side of the person; nil is whoever asks.
    private func list(_ call: APICall, of person: EmailAddress?, by actor: Actor) async throws -> Response {
        let found = try await onboarding.delegations(of: person, try call.query.page(), by: actor)
        return try call.page(found.items.map(\.json), next: found.next)
    }

    @Sendable
    private func add(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let email = try call.person
        let (to, from, until) = try await call.body {
            ($0.text("to"), $0.optionalText("from"), $0.text("until"))
        }
        let delegate = try APICall.address(to, field: "to")
        let delegation = try await onboarding.delegate(
            email, to: delegate, from: try from.map { try Onboarding.moment($0, field: "from") },
            until: try Onboarding.moment(until, field: "until"), by: actor)
        return try call.answer(delegation.json(person: email, delegate: delegate), status: .created)
    }

    /// What was ended, as it was.
    @Sendable
    private func end(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let text = try call.path("delegate")
        guard let delegate = try? EmailAddress(text) else { throw Authority.missing("person", text) }
        let person = try call.person
        let ended = try await onboarding.endDelegation(
            of: person, to: delegate, from: try call.query["from"].map { try Self.instant($0, field: "from") },
            by: actor)
        return try call.page(ended.map { $0.json(person: person, delegate: delegate) }, next: nil)
    }

    // MARK: Words

    private static func instant(_ text: String, field: String) throws -> Timestamp {
        guard let instant = Timestamp(iso8601: text) else {
            throw Fault.invalid(
                field, "invalid_date", "Write \(field) as an instant with a zone: 2027-01-15T18:00:00Z.")
        }
        return instant
    }
}
