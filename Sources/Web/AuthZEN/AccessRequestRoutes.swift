import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Operations
import Records

/// Access asked for where it was denied, by the AuthZEN Access Request and Approval Profile (draft of June 2026).
///
/// `docs/access-requests.md` is the guide. Served only where the setting names the draft.
struct AccessRequestRoutes: RouteGroup {
    static let capability = "urn:openid:authzen:capability:access-request"
    /// After how many seconds it is worth asking again.
    private static let pollSeconds = 10
    private static let greatestBytes = 65_536

    let onboarding: Onboarding

    func add(to router: Router<WebContext>) {
        router.post(RouterPath(AuthZENPaths.requests)) { request, context in
            let actor = try Self.actor(context)
            let reader = AccessRequestReader(try await QuestionReader(request, upTo: Self.greatestBytes))
            let submission = try reader.submission(
                key: HTTPField.Name.idempotencyKey.flatMap { request.headers[$0] }, by: context.access?.holder.clientID)
            let task = try await onboarding.requestAccess(submission, by: actor)
            var answer = try answer(task, status: task.status == .pending ? .accepted : .created)
            answer.headers[.location] = address(of: task)
            return answer
        }
        router.get(RouterPath("\(AuthZENPaths.requests)/{task}")) { _, context in
            let task = try await onboarding.accessTask(try Self.handle(context), by: try Self.actor(context))
            return try answer(task, status: .ok)
        }
        router.post(RouterPath("\(AuthZENPaths.requests)/{task}/cancel")) { request, context in
            let actor = try Self.actor(context)
            let comment = try await AccessRequestReader.comment(of: request)
            let task = try await onboarding.cancelAccess(try Self.handle(context), comment: comment, by: actor)
            return try answer(task, status: .ok)
        }
    }

    private static func handle(_ context: WebContext) throws -> String { try context.parameters.require("task") }

    /// Whoever asks with a token that is good for this.
    private static func actor(_ context: WebContext) throws -> Actor {
        guard let access = context.access else {
            throw Fault(.unauthenticated, "Ask with an access token: Authorization: Bearer, or DPoP with its proof.")
        }
        try access.requireAccessRequests()
        return access.actor
    }

    // MARK: Answers

    private func address(of task: AccessTask) -> String {
        "\(onboarding.issuer)\(AuthZENPaths.requests)/\(task.id)"
    }

    private func answer(_ task: AccessTask, status: HTTPResponse.Status) throws -> Response {
        var document: JSON.Members = ["task": json(task)]
        if !task.isList, let approval = task.items.first?.approval { document["result"] = Self.json(approval) }
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        if task.status == .pending { headers[.retryAfter] = "\(Self.pollSeconds)" }
        return Response(
            status: status, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: JSON.object(document).bytes(pretty: false))))
    }

    private func json(_ task: AccessTask) -> JSON {
        var links: JSON.Members = ["ticket": .string(task.page)]
        if task.mayCancel { links["cancel"] = .string("\(address(of: task))/cancel") }
        var members: JSON.Members = [
            "id": .string(task.id), "status": .string(task.status.rawValue),
            "status_endpoint": .string(address(of: task)), "expires_at": .string(task.expiresAt.iso8601),
            "links": .object(links),
        ]
        if let step = task.step { members["progress"] = ["step_name": .string(step)] }
        if task.isList { members["items"] = .array(task.items.map(Self.json)) }
        return .object(members)
    }

    private static func json(_ item: AccessTask.Item) -> JSON {
        var members: JSON.Members = [
            "resource": item.resource, "action": item.action, "status": .string(item.status.rawValue),
        ]
        if let approval = item.approval { members["result"] = json(approval) }
        return .object(members)
    }

    private static func json(_ approval: ApprovalReference) -> JSON {
        [
            "mode": "reevaluate",
            "approval": [
                "id": .string(approval.id), "approved_at": .string(approval.approvedAt.iso8601),
                "approved_until": .string(approval.approvedUntil.iso8601),
            ],
        ]
    }
}

extension AccessRequestRefusal.Kind {
    /// Section "Error Responses".
    var status: HTTPResponse.Status {
        switch self {
        case .notRequestable, .invalidDenialBinding: .badRequest
        case .expiredDenial, .taskExpired: .gone
        case .duplicateRequest, .invalidTaskState: .conflict
        case .unknownTask: .notFound
        }
    }
}

/// What is refused, as the profile writes it (RFC 9457).
enum AccessProblem {
    private static let names = "urn:openid:authzen:access-request:error:"

    static func response(_ refusal: WebRefusal) -> Response {
        let kind = AccessRequestRefusal.Kind(rawValue: refusal.code)
        // Whatever is wrong with what was sent is one status in this API.
        let isAboutBody = [.unprocessableContent, .unsupportedMediaType].contains(refusal.status)
        let status = isAboutBody ? .badRequest : refusal.status
        let document: JSON = [
            "type": .string(kind.map { names + $0.rawValue } ?? "about:blank"),
            "title": .string(status.reasonPhrase), "status": .integer(Int64(status.code)),
            "detail": .string(refusal.fault.told),
        ]
        var headers = refusal.headers
        headers[.contentType] = "application/problem+json"
        return Response(
            status: status, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: document.bytes(pretty: false))))
    }
}

extension Fault {
    /// All that is wrong, by its members; their problem documents have no place of their own for these.
    fileprivate var told: String {
        faults.isEmpty ? message : faults.map { "\($0.field): \($0.message)" }.joined(separator: " ")
    }
}
