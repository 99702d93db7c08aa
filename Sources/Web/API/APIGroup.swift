import Basics
import HTTPTypes
import Hummingbird
import Onboarding

/// The routes below `/api/v1`: each says which parameters it knows, and whether it can be tried out.
struct APIGroup {
    typealias Handler = @Sendable (APICall) async throws -> Response

    let router: Router<WebContext>
    let baseURL: String

    /// - Parameters:
    ///   - path: below the root, with `{name}` for what varies, as OpenAPI writes it.
    ///   - query: the parameters that are known.
    ///   - canDryRun: whether `Usher-Dry-Run: true` is understood; elsewhere it is refused, for whoever asks to change
    ///     nothing must not change something.
    func on(
        _ method: HTTPRequest.Method, _ path: String, query: [String] = [], canDryRun: Bool = false,
        use handler: @escaping Handler
    ) {
        router.on(RouterPath(APICall.root + path), method: method) { [baseURL] request, context in
            let isDryRun = try Self.wantsDryRun(request, canDryRun: canDryRun)
            let call = APICall(
                request: request, context: context, query: try APIQuery(request, known: query), isDryRun: isDryRun,
                baseURL: baseURL)
            return try await handler(call)
        }
    }

    private static func wantsDryRun(_ request: Request, canDryRun: Bool) throws -> Bool {
        guard let name = HTTPField.Name.dryRun, let wish = request.headers[name], wish != "false" else { return false }
        guard wish == "true" else {
            throw Fault.invalid("Usher-Dry-Run", "wrong_type", "Usher-Dry-Run is true or false.")
        }
        guard canDryRun || request.method == .get else {
            throw Fault.invalid("Usher-Dry-Run", "unsupported", "This cannot be tried out; nothing was done.")
        }
        return true
    }

    func get(_ path: String, query: [String] = [], use handler: @escaping Handler) {
        on(.get, path, query: query, use: handler)
    }

    /// A list in pages: `after` and `limit` beside the filters.
    func list(_ path: String, filters: [String] = [], use handler: @escaping Handler) {
        on(.get, path, query: filters + ["after", "limit"], use: handler)
    }

    func post(_ path: String, use handler: @escaping Handler) { on(.post, path, use: handler) }

    func delete(_ path: String, use handler: @escaping Handler) { on(.delete, path, use: handler) }
}
