import Basics

/// One thing that can be asked of Usher: said once, for the API that serves it, the server's client that sends it,
/// the command line that runs it here or there, and the tests that try it as everybody.
///
/// Its name is that of the property that holds it, and its `operationId` in `api/openapi.yaml`. What is asked
/// for is decided by the use case alone; here stands only who may be answered at all.
public struct APIOperation: Sendable {
    public enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// Who may be answered at all.
    public enum Audience: String, Sendable {
        /// Who has no session yet: the proof is in the body.
        case anybody
        /// Who is signed in, a second factor may be owed.
        case signedIn
        /// Who has proven all that they have.
        case proven
    }

    /// What is worth guessing, or costs others something: counted by the caller's network before anything is read.
    public enum Limit: Sendable, CaseIterable {
        /// Passwords; what was right uses no try up.
        case passwords
        /// The secrets of mailed links; what was right uses no try up.
        case links
        /// Mails that anybody may have sent to somebody.
        case mails
        /// Dry runs, by person: they tell which addresses are taken, and leave no trace.
        case rehearsals

        public var countsWhatIsRight: Bool { self == .mails || self == .rehearsals }
    }

    /// What the body may be.
    public enum Content: Sendable {
        /// Nothing, or an empty object.
        case nothing
        /// A JSON object.
        case members
        /// A table of people: CSV, or a workbook.
        case table
    }

    public let name: String
    public let method: Method
    /// Below `/api/v1`, with `{name}` for what varies, as OpenAPI writes it.
    public let path: String
    /// The names of what varies in the path, in their order.
    public let placeholders: [String]
    /// The parameters behind `?` that are known.
    public let parameters: [String]
    public let audience: Audience
    public let limit: Limit?
    /// Whether it can be tried out; elsewhere the wish is refused, for whoever asks to change
    /// nothing must not change something.
    public let canDryRun: Bool
    public let content: Content
    private let read: (@Sendable (APIInput) throws -> Void)?
    private let run: @Sendable (APICall) async throws -> APIAnswer

    private init(
        _ name: String, _ method: Method, _ path: String, _ parameters: [String], _ audience: Audience,
        _ limit: Limit?, _ canDryRun: Bool, _ content: Content, read: (@Sendable (APIInput) throws -> Void)?,
        run: @escaping @Sendable (APICall) async throws -> APIAnswer
    ) {
        self.name = name
        self.method = method
        self.path = path
        placeholders = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        self.parameters = parameters
        self.audience = audience
        self.limit = limit
        self.canDryRun = canDryRun
        self.content = content
        self.read = read
        self.run = run
    }

    /// What needs no words beside its address.
    init(
        _ method: Method, _ path: String, query parameters: [String] = [], for audience: Audience = .proven,
        content: Content = .nothing, limit: Limit? = nil, canDryRun: Bool = false, name: String = #function,
        run: @escaping @Sendable (APICall) async throws -> APIAnswer
    ) {
        self.init(
            name, method, path, parameters, audience, limit, canDryRun, content, read: nil,
            run: { call in
                try call.read { _ in }
                return try await run(call)
            })
    }

    /// What reads a JSON object, member by member, before anything is done.
    init<Input: Sendable>(
        _ method: Method, _ path: String, query parameters: [String] = [], for audience: Audience = .proven,
        limit: Limit? = nil, canDryRun: Bool = false, name: String = #function,
        reading read: @escaping @Sendable (APIInput) throws -> Input,
        run: @escaping @Sendable (APICall, Input) async throws -> APIAnswer
    ) {
        self.init(
            name, method, path, parameters, audience, limit, canDryRun, .members, read: { _ = try read($0) },
            run: { call in try await run(call, try call.read(read)) })
    }

    /// A list in pages: `after` and `limit` beside the filters.
    static func list(
        _ path: String, filters: [String] = [], name: String = #function,
        run: @escaping @Sendable (APICall) async throws -> APIAnswer
    ) -> APIOperation {
        APIOperation(.get, path, query: filters + ["after", "limit"], name: name, run: run)
    }

    /// - Throws: what the use case refuses; `CodeRefusal` for a code or a secret, `StaleSight` for
    ///   what changed since it was seen.
    public func answer(_ call: APICall) async throws -> APIAnswer { try await run(call) }

    /// The members of its body, as the reading itself names them.
    public var members: [APIInput.Member] {
        guard let read else { return [] }
        return APIInput.members { try read($0) }
    }
}
