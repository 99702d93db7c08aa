import Basics
import Onboarding
import Records
import Workflow

/// `/operation`, `/workflows` and `/effects`: the work itself, for whoever looks after it.
extension APIOperation {
    static let work = [
        showOperation, listWorkflows, showWorkflow, drawWorkflow, countRuns, migrateRequests, listEffects,
        retryEffects, dropEndedEffects, retryEffect, dropEffect,
    ]

    /// How the installation fares.
    public static var showOperation: APIOperation {
        APIOperation(.get, "/operation") { .document(try await $0.onboarding.operationStatus(by: $0.actor).json) }
    }

    // MARK: Workflows

    public static var listWorkflows: APIOperation {
        APIOperation(.get, "/workflows") { .list(try await $0.onboarding.workflowStandings().map(\.json)) }
    }

    public static var showWorkflow: APIOperation {
        APIOperation(.get, "/workflows/{name}") { call in
            let standings = try await call.onboarding.workflowStandings()
            let standing = try call.id("name", "workflow") { name in standings.first { $0.definition.name == name } }
            return .document(standing.json)
        }
    }

    public static var drawWorkflow: APIOperation {
        APIOperation(.get, "/workflows/{name}/picture", query: ["format"]) { call in
            try .picture(Drawing(try call.definition), call)
        }
    }

    /// How many requests rest in each state, by version.
    public static var countRuns: APIOperation {
        APIOperation(.get, "/workflows/{name}/runs") { call in
            let counts = try await call.onboarding.runCounts(by: try call.actor)
            let name = try call.definition.name
            return .list(counts.filter { $0.workflow == name }.map(\.json))
        }
    }

    /// As many requests as are migrated while a caller waits; `next` goes on.
    private static let greatestMigrations = 100

    /// Of each request what became of it, or with a dry run what would.
    public static var migrateRequests: APIOperation {
        APIOperation(.post, "/workflows/{name}/migrations", query: ["after", "limit"], canDryRun: true) {
            $0.oneOrAll("request")
        } run: { (call, request: String?) in
            let only = try request.map { text throws -> RequestID in
                guard let id = RequestID(text) else { throw Authority.missing("request", text) }
                return id
            }
            let isDryRun = call.isDryRun
            let found = try await call.onboarding.migrateRequests(
                of: call["name"], only: only, isDryRun: isDryRun,
                try call.query.page(greatestLimit: greatestMigrations), by: try call.actor)
            return .list(found) { $0.json(isDone: !isDryRun) }
        }
    }

    // MARK: Effects

    public static var listEffects: APIOperation {
        .list("/effects", filters: ["parked"]) { call in
            let found = try await call.onboarding.effects(
                try call.query.flag("parked") ? .parked : nil, try call.query.page(), by: try call.actor)
            return .list(found, \.json)
        }
    }

    public static var retryEffect: APIOperation {
        APIOperation(.post, "/effects/{key}/retry") {
            $0.text("reason")
        } run: { call, reason in
            try await call.settle { try await call.onboarding.retryEffect($0, reason: reason, by: $1) }
        }
    }

    public static var dropEffect: APIOperation {
        APIOperation(.post, "/effects/{key}/drop") {
            $0.text("reason")
        } run: { call, reason in
            try await call.settle { try await call.onboarding.dropEffect($0, reason: reason, by: $1) }
        }
    }

    /// All that is parked, or what met one error.
    public static var retryEffects: APIOperation {
        APIOperation(.post, "/effects/retry") {
            (reason: $0.text("reason"), error: $0.optionalText("error"))
        } run: { call, wish in
            let count = try await call.onboarding.retryEffects(error: wish.error, reason: wish.reason, by: call.actor)
            _ = try await call.onboarding.performDue()
            return .document(["count": .integer(Int64(count))])
        }
    }

    public static var dropEndedEffects: APIOperation {
        APIOperation(.post, "/effects/drop-ended") {
            $0.text("reason")
        } run: { call, reason in
            let count = try await call.onboarding.dropEndedEffects(reason: reason, by: call.actor)
            return .document(["count": .integer(Int64(count))])
        }
    }
}

extension APICall {
    fileprivate var definition: Definition {
        get throws { try id("name", "workflow") { onboarding.library.current[$0] } }
    }

    /// Something is done about the effect of the path; and what became of it.
    fileprivate func settle(_ body: (String, Actor) async throws -> Void) async throws -> APIAnswer {
        let (key, actor) = (self["key"], try actor)
        try await body(key, actor)
        _ = try await onboarding.performDue()
        return .document(try await onboarding.effect(key, by: actor).json)
    }
}
