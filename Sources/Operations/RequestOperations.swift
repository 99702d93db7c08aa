import Basics
import Onboarding
import Records
import Workflow

/// `/requests` and `/inbox`: submitting, following and deciding.
extension APIOperation {
    static let requests = [
        listRequests, submitRequest, submitBatch, showRequest, drawRequest, decideRequest, askRequester,
        answerQuestion, cancelRequest, renewInvitationOfRequest, freezeRequest, thawRequest, moveDeadline, inbox,
    ]

    public static var listRequests: APIOperation {
        .list("/requests", filters: ["organization", "state", "mine", "overdue"]) { call in
            let query = call.query
            let found = try await call.onboarding.requests(
                organization: query["organization"], mine: try query.flag("mine"), state: query["state"],
                overdue: try query.flag("overdue"), try query.page(), by: try call.actor)
            return .list(found, \.json)
        }
    }

    public static var inbox: APIOperation {
        .list("/inbox") { call in .list(try await call.onboarding.inbox(call.query.page(), by: call.actor), \.json) }
    }

    public static var submitRequest: APIOperation {
        APIOperation(.post, "/requests", limit: .rehearsals, canDryRun: true) { input in
            Submission(
                organization: input.text("organization"), email: input.text("email"), name: input.text("name"),
                language: input.optionalText("locale") ?? "en", grants: input.grants("grants"),
                until: input.optionalText("until"), reason: input.text("reason"))
        } run: { call, submission in
            var submission = submission
            submission.idempotencyKey = call.idempotencyKey
            let view = try await call.onboarding.submit(submission, by: try call.actor, dryRun: call.isDryRun)
            if call.isDryRun { return .document(view.json) }
            return .began(try await call.current(RequestID(view.id)))
        }
    }

    public static var showRequest: APIOperation {
        APIOperation(.get, "/requests/{id}", query: ["history"]) { call in
            var view = try await call.onboarding.request(
                try call.request, withHistory: try call.query.flag("history"), by: try call.actor)
            let document = view.json
            view.history = nil
            return try .tagged(document, core: view.json)
        }
    }

    /// The definition that the request follows, with its way marked.
    public static var drawRequest: APIOperation {
        APIOperation(.get, "/requests/{id}/picture", query: ["format"]) { call in
            let (definition, trail) = try await call.onboarding.picture(of: try call.request, by: try call.actor)
            return try .picture(Drawing(definition, trail: trail), call)
        }
    }

    // MARK: Steps

    public static var askRequester: APIOperation {
        APIOperation(.post, "/requests/{id}/questions") {
            $0.text("text")
        } run: { call, text in
            try await call.step { try await call.onboarding.ask($0, question: text, by: $1) }
        }
    }

    public static var answerQuestion: APIOperation {
        APIOperation(.post, "/requests/{id}/answers") {
            $0.text("text")
        } run: { call, text in
            try await call.step { try await call.onboarding.answer($0, text, by: $1) }
        }
    }

    public static var cancelRequest: APIOperation {
        APIOperation(.post, "/requests/{id}/cancellation") { call in
            try await call.step { try await call.onboarding.cancel($0, by: $1) }
        }
    }

    /// Sends whoever is invited a new link.
    public static var renewInvitationOfRequest: APIOperation {
        APIOperation(.post, "/requests/{id}/invitations") { call in
            try await call.step { try await call.onboarding.renewInvitation(of: $0, by: $1) }
        }
    }

    public static var freezeRequest: APIOperation {
        APIOperation(.post, "/requests/{id}/freeze") {
            $0.text("reason")
        } run: { call, reason in
            try await call.step { try await call.onboarding.freeze($0, reason: reason, by: $1) }
        }
    }

    public static var thawRequest: APIOperation {
        APIOperation(.post, "/requests/{id}/thaw") {
            $0.text("reason")
        } run: { call, reason in
            try await call.step { try await call.onboarding.thaw($0, reason: reason, by: $1) }
        }
    }

    public static var moveDeadline: APIOperation {
        APIOperation(.post, "/requests/{id}/deadline") {
            (at: $0.text("at"), timer: $0.optionalText("timer"), reason: $0.text("reason"))
        } run: { call, wish in
            try await call.step {
                try await call.onboarding.moveDeadline(
                    of: $0, timer: wish.timer, to: wish.at, reason: wish.reason, by: $1)
            }
        }
    }
}

extension APICall {
    /// One step of the request of the path, by whoever saw what they say they saw; and the request as it then is.
    func step(_ body: (RequestID, Actor) async throws -> RequestView) async throws -> APIAnswer {
        let (id, actor) = (try request, try actor)
        _ = try await sight(of: id)
        _ = try await body(id, actor)
        return try await settled(id)
    }

    /// - Returns: `shown` of what the caller saw, for the step to be bound to; nil where it is not bound.
    func sight(of id: RequestID) async throws -> String? {
        guard isBound else { return nil }
        let view = try await current(id)
        try requireSight(of: view.json)
        return view.shown
    }

    /// Read again: the consequences that were carried out at once may have moved it on.
    func settled(_ id: RequestID) async throws -> APIAnswer { try .tagged(try await current(id).json) }

    func current(_ id: RequestID?) async throws -> RequestView {
        guard let id else { throw Authority.missing("request", "") }
        return try await onboarding.request(id, withHistory: false, by: try actor)
    }
}

extension APIAnswer {
    /// As `format` says: text that Graphviz or Mermaid draws.
    static func picture(_ drawing: Drawing, _ call: APICall) throws -> APIAnswer {
        switch call.query["format"] {
        case nil, "mermaid": APIAnswer(.text(drawing.mermaid(), type: "text/vnd.mermaid"))
        case "dot": APIAnswer(.text(drawing.dot(), type: "text/vnd.graphviz"))
        default: throw Fault.invalid("format", "unknown_format", "A picture is mermaid or dot.")
        }
    }
}
