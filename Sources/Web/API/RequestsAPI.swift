import Basics
import Directory
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Records
import Workflow

/// `/requests` and `/inbox`: submitting, following and deciding.
struct RequestsAPI {
    let onboarding: Onboarding
    /// A dry run tells which addresses are taken, and leaves no
    /// trace: nobody needs hundreds in a minute.
    private let rehearsals = RateLimiter(burst: 120)

    init(onboarding: Onboarding) { self.onboarding = onboarding }

    /// - Throws: `Fault.Code.tooMany` for one dry run too many of this person.
    private func countRehearsal(_ call: APICall) throws {
        guard call.isDryRun, let visitor = call.context.visitor else { return }
        let standing = rehearsals.take(visitor.person.id.text, at: onboarding.world.now())
        guard standing.isRefused else { return }
        throw Fault(
            .tooMany, "Too many calls. Wait \(standing.seconds) seconds and try again.",
            retryAfterSeconds: standing.seconds)
    }

    func add(to group: APIGroup) {
        group.list("/requests", filters: ["organization", "state", "mine", "overdue"], use: list)
        group.on(.post, "/requests", canDryRun: true, use: submit)
        group.on(
            .post, "/requests/batches",
            query: ["organization", "allOrNothing", "map", "grants", "until", "reason", "locale"], canDryRun: true,
            use: submitAll)
        group.get("/requests/{id}", query: ["history"], use: show)
        group.get("/requests/{id}/picture", query: ["format"], use: draw)
        group.post("/requests/{id}/decisions", use: decide)
        group.post("/requests/{id}/questions", use: ask)
        group.post("/requests/{id}/answers", use: answer)
        group.post("/requests/{id}/cancellation", use: cancel)
        group.post("/requests/{id}/invitations", use: invite)
        group.post("/requests/{id}/freeze", use: freeze)
        group.post("/requests/{id}/thaw", use: thaw)
        group.post("/requests/{id}/deadline", use: moveDeadline)
        group.list("/inbox", use: inbox)
    }

    @Sendable
    private func list(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.requests(
            organization: call.query["organization"], mine: try call.query.flag("mine"), state: call.query["state"],
            overdue: try call.query.flag("overdue"), try call.query.page(), by: actor)
        return try call.page(found.items.map(\.json), next: found.next)
    }

    @Sendable
    private func inbox(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.inbox(try call.query.page(), by: actor)
        return try call.page(found.items.map(\.json), next: found.next)
    }

    /// Under the same `Idempotency-Key` the same request again, however often it is sent.
    @Sendable
    private func submit(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        try countRehearsal(call)
        let key = HTTPField.Name.idempotencyKey.flatMap { call.request.headers[$0] }
        let submission = try await call.body { body in
            Submission(
                organization: body.text("organization"), email: body.text("email"), name: body.text("name"),
                language: body.optionalText("locale") ?? "en",
                grants: body.grants("grants"),
                until: body.optionalText("until"), reason: body.text("reason"), idempotencyKey: key)
        }
        let view = try await onboarding.submit(submission, by: actor, dryRun: call.isDryRun)
        if call.isDryRun { return try call.answer(view.json) }
        return try call.created(try await current(view.id, by: actor).json, at: "/requests/\(view.id)")
    }

    /// As many rows as are settled while a caller waits; more are accepted, to be asked after.
    private static let greatestRows = 1_000
    private static let greatestBytes = 1 << 20
    private static let greatestAcceptedBytes = 16 << 20

    /// As programs call tables of text and workbooks; Windows calls a CSV by the name of Excel.
    static let tableTypes = [
        "text/csv", "text/tab-separated-values", "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]

    /// A table as `request submit --csv` takes it: the answer is the
    /// verdict on every row, or where it will be.
    @Sendable
    private func submitAll(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        try countRehearsal(call)
        let organization = try call.query.required("organization")
        try APIBody.require(Self.tableTypes, of: call.request)
        let query = call.query
        let reading = FileReading(
            map: query["map"], grants: query["grants"] ?? "", until: query["until"] ?? "",
            reason: query["reason"] ?? "", locale: query["locale"] ?? "")
        let allOrNothing = try call.query.flag("allOrNothing")
        let bytes = Array(try await call.request.body.collect(upTo: Self.greatestAcceptedBytes).readableBytesView)
        if bytes.count <= Self.greatestBytes, !call.prefersNoWait {
            do {
                let verdict = try await onboarding.submitAll(
                    csv: bytes, reading, organization: organization, by: actor, allOrNothing: allOrNothing,
                    dryRun: call.isDryRun, greatestRows: Self.greatestRows)
                return try call.answer(verdict.json)
            } catch let fault as Fault where fault.faults.first?.code == "too_many_rows" {
                // Found out while the file was read, before
                // anything was submitted: it is worked off below.
            }
        }
        let id = try await onboarding.beginBatch(
            csv: bytes, reading, organization: organization,
            submits: call.isDryRun ? .never : allOrNothing ? .ifAllGood : .allGood, by: actor)
        return try call.accepted(try await onboarding.batch(id, by: actor).0.json, at: "/actions/\(id)")
    }

    @Sendable
    private func show(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let withHistory = try call.query.flag("history")
        var view = try await onboarding.request(try call.requestID, withHistory: withHistory, by: actor)
        let document = view.json
        view.history = nil
        return try call.tagged(document, core: view.json)
    }

    enum Verdict: String, CaseIterable { case approve, reject }

    /// All that waits, or the clouds that are named; `shown` or
    /// `If-Match` bind the decision to what was seen.
    @Sendable
    private func decide(_ call: APICall) async throws -> Response {
        struct Wish: Sendable {
            let verdict: Verdict
            let items: [ItemDecision]
            let reason: String?
            let shown: String?
        }
        let actor = try call.actor
        let id = try call.requestID
        let wish = try await call.body { body in
            Wish(
                verdict: body.choice("decision", .reject),
                items: body.objects("items").map {
                    ItemDecision(cloud: $0.text("cloud"), lowered: $0.optionalText("profile"))
                },
                reason: body.optionalText("reason"), shown: body.optionalText("shown"))
        }
        let seen = try await requireMatch(call, id, by: actor)
        switch wish.verdict {
        case .approve:
            guard wish.reason == nil else {
                throw Fault.invalid("reason", "unexpected", "An approval has no reason: leave it out.")
            }
            _ = try await onboarding.approve(id, items: wish.items, shown: wish.shown ?? seen, by: actor)
        case .reject:
            if let index = wish.items.firstIndex(where: { $0.lowered != nil }) {
                throw Fault.invalid(
                    "items[\(index)].profile", "unexpected", "What is rejected has no profile: leave it out.")
            }
            _ = try await onboarding.reject(
                id, clouds: wish.items.map(\.item), reason: wish.reason ?? "", shown: wish.shown ?? seen, by: actor)
        }
        return try await settled(call, id, by: actor)
    }

    @Sendable
    private func ask(_ call: APICall) async throws -> Response {
        try await say(call) { try await onboarding.ask($0, question: $1, by: $2) }
    }

    @Sendable
    private func answer(_ call: APICall) async throws -> Response {
        try await say(call) { try await onboarding.answer($0, $1, by: $2) }
    }

    private func say(
        _ call: APICall, _ member: String = "text",
        _ body: (Basics.RequestID, String, Actor) async throws -> RequestView
    ) async throws -> Response {
        let text = try await call.body { $0.text(member) }
        return try await step(call) { try await body($0, text, $1) }
    }

    /// One step of one request, by whoever saw what they say they saw; and the request as it then is.
    private func step(
        _ call: APICall, _ body: (Basics.RequestID, Actor) async throws -> RequestView
    ) async throws -> Response {
        let actor = try call.actor
        let id = try call.requestID
        _ = try await requireMatch(call, id, by: actor)
        _ = try await body(id, actor)
        return try await settled(call, id, by: actor)
    }

    @Sendable
    private func cancel(_ call: APICall) async throws -> Response {
        try await call.emptyBody()
        return try await step(call) { try await onboarding.cancel($0, by: $1) }
    }

    /// Sends whoever is invited a new link.
    @Sendable
    private func invite(_ call: APICall) async throws -> Response {
        try await call.emptyBody()
        return try await step(call) { try await onboarding.renewInvitation(of: $0, by: $1) }
    }

    @Sendable
    private func freeze(_ call: APICall) async throws -> Response {
        try await say(call, "reason") { try await onboarding.freeze($0, reason: $1, by: $2) }
    }

    @Sendable
    private func thaw(_ call: APICall) async throws -> Response {
        try await say(call, "reason") { try await onboarding.thaw($0, reason: $1, by: $2) }
    }

    @Sendable
    private func moveDeadline(_ call: APICall) async throws -> Response {
        let (at, timer, reason) = try await call.body {
            ($0.text("at"), $0.optionalText("timer"), $0.text("reason"))
        }
        return try await step(call) {
            try await onboarding.moveDeadline(of: $0, timer: timer, to: at, reason: reason, by: $1)
        }
    }

    /// - Returns: what `If-Match` names, for the step to be bound to; nil without that header.
    private func requireMatch(_ call: APICall, _ id: Basics.RequestID, by actor: Actor) async throws -> String? {
        guard call.isBound else { return nil }
        let document = try await onboarding.request(id, withHistory: false, by: actor).json
        try call.requireMatch(document)
        guard case .object(let members) = document, case .string(let shown)? = members["shown"] else { return nil }
        return shown
    }

    /// Read again: the consequences that were carried out at once may have moved it on.
    private func settled(_ call: APICall, _ id: Basics.RequestID, by actor: Actor) async throws -> Response {
        try call.tagged(try await onboarding.request(id, withHistory: false, by: actor).json)
    }

    private func current(_ id: String, by actor: Actor) async throws -> RequestView {
        guard let id = Basics.RequestID(id) else { throw Authority.missing("request", id) }
        return try await onboarding.request(id, withHistory: false, by: actor)
    }

    /// The definition that the request follows, with its way marked.
    @Sendable
    private func draw(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let (definition, trail) = try await onboarding.picture(of: try call.requestID, by: actor)
        return try call.picture(Drawing(definition, trail: trail))
    }
}

extension APICall {
    /// As `format` says: text that Graphviz or Mermaid draws.
    func picture(_ drawing: Drawing) throws -> Response {
        let (text, type) =
            switch query["format"] {
            case nil, "mermaid": (drawing.mermaid(), "text/vnd.mermaid")
            case "dot": (drawing.dot(), "text/vnd.graphviz")
            default: throw Fault.invalid("format", "unknown_format", "A picture is mermaid or dot.")
            }
        return Response(
            status: .ok, headers: [.contentType: "\(type); charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
