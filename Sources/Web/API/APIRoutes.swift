import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Operations
import Records

/// `/api/v1`: the list of operations over HTTP; `docs/api.md` is the guide, `api/openapi.yaml` the contract.
struct APIRoutes: RouteGroup {
    static let root = "/api/v1"

    let onboarding: Onboarding
    let document: APIDocument
    let limiters: APILimiters

    func add(to router: Router<WebContext>) {
        document.add(to: router)
        for operation in APIOperation.all { add(operation, to: router) }
    }

    /// How often, then who, and only then what was sent.
    private func add(_ operation: APIOperation, to router: Router<WebContext>) {
        let path = RouterPath(Self.root + operation.path)
        router.on(path, method: operation.httpMethod) { request, context in
            let limit = operation.limit
            try limiters.count(limit, context.client, at: onboarding.world.now())
            let caller = try Self.caller(of: operation, context)
            let isDryRun = try request.wantsDryRun(operation)
            if isDryRun { try limiters.countRehearsal(limit, context, at: onboarding.world.now()) }
            let call = APICall(
                onboarding, caller, from: context.client, values: try Self.values(operation, context),
                query: try APIQuery(context.target.query.map { ($0.name, $0.value) }, known: operation.parameters),
                body: try await APIBody.read(request, for: operation), isDryRun: isDryRun,
                prefersNoWait: request.prefersNoWait,
                idempotencyKey: HTTPField.Name.idempotencyKey.flatMap { request.headers[$0] },
                sights: request.headers[.ifMatch].map(Self.tags))
            let answer = try await operation.answer(call)
            limiters.giveBack(limit, context.client, at: onboarding.world.now())
            return try response(answer, request, context, isDryRun: isDryRun, to: call)
        }
    }

    private static func caller(of operation: APIOperation, _ context: WebContext) throws -> APICall.Caller {
        if let access = context.access, operation.audience != .anybody {
            try operation.requireScope(of: access)
            return .token(access)
        }
        switch operation.audience {
        case .anybody: return .nobody
        case .signedIn: _ = try context.signedIn()
        case .proven: _ = try context.actor()
        }
        guard let visitor = context.visitor, let token = context.token else { return .nobody }
        return .visitor(visitor, token: token)
    }

    /// - Throws: `Fault.Code.notFound` for escapes that are no UTF-8: nothing has such a name.
    private static func values(_ operation: APIOperation, _ context: WebContext) throws -> [String: String] {
        try operation.placeholders.reduce(into: [:]) { values, name in
            guard let text = context.parameters.get(name)?.removingPercentEncoding else {
                throw Fault(.notFound, "There is nothing here.")
            }
            values[name] = text
        }
    }

    // MARK: Answers

    private func response(
        _ answer: APIAnswer, _ request: Request, _ context: WebContext, isDryRun: Bool, to call: APICall
    ) throws -> Response {
        var headers: HTTPFields = [:]
        // Where links lead is a setting, never what a header claims.
        let base = onboarding.settings.baseURL
        headers[.location] = answer.location.map { "\(base)\(Self.root)\($0)" }
        headers[.retryAfter] = answer.retryAfterSeconds.map(String.init)
        headers[.eTag] = answer.tag
        if let name = HTTPField.Name.dryRun, isDryRun { headers[name] = "true" }
        if let next = answer.next, let name = HTTPField.Name.link {
            // Where the list goes on (RFC 8288).
            headers[name] = "<\(base)\(context.target.path)?\(call.going(onAfter: next))>; rel=\"next\""
        }
        if answer.status == 202, request.prefersNoWait, let name = HTTPField.Name("Preference-Applied") {
            headers[name] = "respond-async"
        }
        if let tag = answer.tag, [.get, .head].contains(request.method),
            let known = request.headers[.ifNoneMatch].map(Self.tags), known.contains(tag) || known.contains("*")
        {
            return Response(status: .notModified, headers: [.eTag: tag])
        }
        let status = HTTPResponse.Status(code: answer.status)
        switch answer.content {
        case .nothing: return Response(status: status, headers: headers)
        case .document(let document):
            headers[.contentType] = "application/json"
            return Response(
                status: status, headers: headers,
                body: .init(byteBuffer: ByteBuffer(bytes: document.bytes(pretty: false))))
        case .text(let text, let type):
            headers[.contentType] = "\(type); charset=utf-8"
            return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
        }
    }

    private static func tags(_ header: String) -> [String] {
        header.split(separator: ",").map { $0.withoutOptionalWhitespace }
    }
}

extension APIOperation {
    fileprivate var httpMethod: HTTPRequest.Method {
        switch method {
        case .get: .get
        case .post: .post
        case .put: .put
        case .patch: .patch
        case .delete: .delete
        }
    }
}

extension Request {
    fileprivate func wantsDryRun(_ operation: APIOperation) throws -> Bool {
        guard let name = HTTPField.Name.dryRun, let wish = headers[name], wish != "false" else { return false }
        guard wish == "true" else {
            throw Fault.invalid("Usher-Dry-Run", "wrong_type", "Usher-Dry-Run is true or false.")
        }
        guard operation.canDryRun || operation.method == .get else {
            throw Fault.invalid("Usher-Dry-Run", "unsupported", "This cannot be tried out; nothing was done.")
        }
        return true
    }

    fileprivate var prefersNoWait: Bool {
        guard let name = HTTPField.Name("Prefer") else { return false }
        return headers[values: name].flatMap { $0.split(separator: ",") }
            .contains { $0.withoutOptionalWhitespace.lowercased() == "respond-async" }
    }
}

extension HTTPField.Name {
    fileprivate static let link = HTTPField.Name("Link")
    fileprivate static let dryRun = HTTPField.Name("Usher-Dry-Run")
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")
}
