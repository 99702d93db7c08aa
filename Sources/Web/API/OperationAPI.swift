import Basics
import HTTPTypes
import Hummingbird
import Onboarding
import Records
import Workflow

/// `/operation`, `/workflows`, `/effects` and `/audit`: the work itself, for whoever looks after it.
struct OperationAPI {
    let onboarding: Onboarding

    func add(to group: APIGroup) {
        group.get("/operation", use: status)
        group.get("/workflows", use: workflows)
        group.get("/workflows/{name}", use: workflow)
        group.get("/workflows/{name}/picture", query: ["format"], use: draw)
        group.get("/workflows/{name}/runs", use: runs)
        group.on(.post, "/workflows/{name}/migrations", query: ["after", "limit"], canDryRun: true, use: migrate)
        group.list("/effects", filters: ["parked"], use: effects)
        group.post("/effects/retry", use: retryAll)
        group.post("/effects/drop-ended", use: dropEnded)
        group.post("/effects/{key}/retry", use: retry)
        group.post("/effects/{key}/drop", use: drop)
        group.list("/audit", filters: AuditWish.fields + ["order", "addresses"], use: audit)
    }

    /// How the installation fares; numbers are counted up to 100,000.
    @Sendable
    private func status(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        return try call.answer(
            try await onboarding.operationStatus(upTo: MetricsRoutes.greatestCount, by: actor).json)
    }

    /// How many requests rest in each state, by version.
    @Sendable
    private func runs(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let counts = try await onboarding.runCounts(by: actor)
        let name = try definition(call).name
        return try call.page(counts.filter { $0.workflow == name }.map(\.json), next: nil)
    }

    @Sendable
    private func workflows(_ call: APICall) async throws -> Response {
        _ = try call.actor
        return try call.page(try await onboarding.workflowStandings().map(\.json), next: nil)
    }

    @Sendable
    private func workflow(_ call: APICall) async throws -> Response {
        _ = try call.actor
        let name = try definition(call).name
        guard let standing = try await onboarding.workflowStandings().first(where: { $0.definition.name == name })
        else { throw Authority.missing("workflow", name) }
        return try call.answer(standing.json)
    }

    @Sendable
    private func draw(_ call: APICall) async throws -> Response {
        _ = try call.actor
        return try call.picture(Drawing(try definition(call)))
    }

    private func definition(_ call: APICall) throws -> Definition {
        let name = try call.path("name")
        guard let definition = onboarding.library.current[name] else { throw Authority.missing("workflow", name) }
        return definition
    }

    /// As many requests as are migrated while a caller waits; `next` goes on.
    private static let greatestMigrations = 100

    /// Of each request what became of it, or with a dry run what would.
    @Sendable
    private func migrate(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let workflow = try call.path("name")
        let page = try call.query.page(greatestLimit: Self.greatestMigrations)
        let text = try await call.body { $0.oneOrAll("request") }
        let only = try text.map { text throws -> Basics.RequestID in
            guard let id = Basics.RequestID(text) else { throw Authority.missing("request", text) }
            return id
        }
        let isDryRun = call.isDryRun
        let found = try await onboarding.migrateRequests(
            of: workflow, only: only, isDryRun: isDryRun, page, by: actor)
        return try call.page(found.items.map { $0.json(isDone: !isDryRun) }, next: found.next)
    }

    @Sendable
    private func effects(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.effects(
            try call.query.flag("parked") ? .parked : nil, try call.query.page(), by: actor)
        return try call.page(found.items.map(\.json), next: found.next)
    }

    @Sendable
    private func retry(_ call: APICall) async throws -> Response {
        try await settle(call) { try await onboarding.retryEffect($0, reason: $1, by: $2) }
    }

    @Sendable
    private func drop(_ call: APICall) async throws -> Response {
        try await settle(call) { try await onboarding.dropEffect($0, reason: $1, by: $2) }
    }

    /// All that is parked, or what met one error.
    @Sendable
    private func retryAll(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let (reason, error) = try await call.body { ($0.text("reason"), $0.optionalText("error")) }
        let count = try await onboarding.retryEffects(error: error, reason: reason, by: actor)
        _ = try await onboarding.performDue()
        return try call.answer(["count": .integer(Int64(count))])
    }

    @Sendable
    private func dropEnded(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let reason = try await call.body { $0.text("reason") }
        let count = try await onboarding.dropEndedEffects(reason: reason, by: actor)
        return try call.answer(["count": .integer(Int64(count))])
    }

    private func settle(
        _ call: APICall, _ body: (String, String, Actor) async throws -> Void
    ) async throws -> Response {
        let actor = try call.actor
        let key = try call.path("key")
        let reason = try await call.body { $0.text("reason") }
        try await body(key, reason, actor)
        _ = try await onboarding.performDue()
        return try call.answer(try await onboarding.effect(key, by: actor).json)
    }

    @Sendable
    private func audit(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let page = try call.query.page()
        // The whole trail is read from its beginning, so that its chain can be
        // followed; what is looked for, from its end.
        let isFiltered = AuditWish.fields.contains { call.query[$0] != nil }
        let found =
            isFiltered
            ? try await onboarding.auditEntries(
                AuditWish { call.query[$0] }, oldestFirst: try Self.isOldestFirst(call), page, by: actor)
            : try await onboarding.auditEntries(page, by: actor)
        let document = found.document(withAddresses: try call.query.flag("addresses"))
        return try call.page(document, next: found.next)
    }

    private static func isOldestFirst(_ call: APICall) throws -> Bool {
        switch call.query["order"] {
        case nil, "newest": false
        case "oldest": true
        default: throw Fault.invalid("order", "unknown_order", "The order of a list is newest or oldest.")
        }
    }
}
