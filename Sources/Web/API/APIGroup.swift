import Basics
import HTTPTypes
import Hummingbird
import Onboarding

/// The routes below `/api/v1`: each says which parameters it knows, and whether it can be tried out.
struct APIGroup {
    typealias Handler = @Sendable (APICall) async throws -> Response

    /// Who may be answered at all; what they may do is decided by the use cases.
    enum Caller: Sendable {
        /// Who has no session yet: the proof is in the body.
        case anybody
        /// Who is signed in, a second factor may be owed.
        case signedIn
        /// Who has proven all that they have.
        case proven
    }

    let router: Router<WebContext>
    let baseURL: String

    /// - Parameters:
    ///   - path: below the root, with `{name}` for what varies, as OpenAPI writes it.
    ///   - query: the parameters that are known.
    ///   - caller: who must call; whoever is not is refused before anything that they sent is read.
    ///   - canDryRun: whether `Usher-Dry-Run: true` is understood; elsewhere it is refused, for whoever asks to change
    ///     nothing must not change something.
    func on(
        _ method: HTTPRequest.Method, _ path: String, query: [String] = [], by caller: Caller = .proven,
        canDryRun: Bool = false, use handler: @escaping Handler
    ) {
        router.on(RouterPath(APICall.root + path), method: method) { [baseURL] request, context in
            switch caller {
            case .anybody: break
            case .signedIn: _ = try context.signedIn()
            case .proven: _ = try context.actor()
            }
            let isDryRun = try Self.wantsDryRun(request, canDryRun: canDryRun)
            let call = APICall(
                request: request, context: context, query: try APIQuery(context.target, known: query),
                isDryRun: isDryRun,
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

    func get(_ path: String, query: [String] = [], by caller: Caller = .proven, use handler: @escaping Handler) {
        on(.get, path, query: query, by: caller, use: handler)
    }

    /// A list in pages: `after` and `limit` beside the filters.
    func list(_ path: String, filters: [String] = [], use handler: @escaping Handler) {
        on(.get, path, query: filters + ["after", "limit"], use: handler)
    }

    func post(_ path: String, by caller: Caller = .proven, use handler: @escaping Handler) {
        on(.post, path, by: caller, use: handler)
    }

    func delete(_ path: String, by caller: Caller = .proven, use handler: @escaping Handler) {
        on(.delete, path, by: caller, use: handler)
    }
}
