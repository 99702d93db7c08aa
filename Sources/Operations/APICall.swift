public import Basics
public import Onboarding
public import Records

/// One call of an operation: who asks, and in which words.
public struct APICall: Sendable {
    public enum Caller: Sendable {
        case nobody
        /// Signed in by this token; a second factor may be owed.
        case visitor(Visitor, token: Secret)
        /// By an access token, in a person's name or in its own.
        case token(AccessToken)
        /// The owner of the data folder, perhaps for a person.
        case owner(Actor)
    }

    public enum Body: Sendable {
        case nothing
        case members(JSON.Members)
        /// A table, as the bytes of its file.
        case table([UInt8])
    }

    let onboarding: Onboarding
    let caller: Caller
    /// From where it comes.
    let client: Client
    /// What stands in the path for what varies, unescaped.
    private let values: [String: String]
    let query: APIQuery
    private let body: Body
    /// Check only, and say what would become of it.
    let isDryRun: Bool
    /// Whether the caller would rather ask again than wait (RFC 7240, section 4.1).
    let prefersNoWait: Bool
    /// Under the same one the same request again, however often it is sent.
    let idempotencyKey: String?
    /// The tags of what the caller saw, where the call is bound to it (RFC 9110, section 13.1.1).
    private let sights: [String]?

    public init(
        _ onboarding: Onboarding, _ caller: Caller, from client: Client, values: [String: String], query: APIQuery,
        body: Body, isDryRun: Bool = false, prefersNoWait: Bool = false, idempotencyKey: String? = nil,
        sights: [String]? = nil
    ) {
        self.onboarding = onboarding
        self.caller = caller
        self.client = client
        self.values = values
        self.query = query
        self.body = body
        self.isDryRun = isDryRun
        self.prefersNoWait = prefersNoWait
        self.idempotencyKey = idempotencyKey
        self.sights = sights
    }

    // MARK: Who

    /// Whoever asks, with all that they have.
    ///
    /// - Throws: `Fault.Code.unauthenticated`.
    var actor: Actor {
        get throws {
            switch caller {
            case .owner(let actor): actor
            case .visitor(let visitor, _): try visitor.actor()
            case .token(let token): token.actor
            case .nobody: throw Self.nobody
            }
        }
    }

    /// - Throws: `Fault.Code.unauthenticated` for whoever has no session; a code may be owed still.
    var visitor: Visitor {
        get throws {
            guard case .visitor(let visitor, _) = caller else { throw noSession }
            return visitor
        }
    }

    /// Who is signed in and owes nothing.
    var provenVisitor: Visitor {
        get throws {
            let visitor = try visitor
            _ = try visitor.actor()
            return visitor
        }
    }

    /// - Throws: as `visitor`.
    var token: Secret {
        get throws {
            guard case .visitor(_, let token) = caller else { throw noSession }
            return token
        }
    }

    private static var nobody: Fault { Fault(.unauthenticated, "Sign in first.") }

    /// What is done in a session, by whoever has none.
    private var noSession: Fault {
        guard case .token = caller else { return Self.nobody }
        return Fault(.forbidden, "This is done in a session, by password and code, and not with an access token.")
    }

    // MARK: What

    /// A part of the path.
    subscript(name: String) -> String { values[name] ?? "" }

    /// What is no identifier names nothing.
    func id<ID>(_ name: String, _ kind: String, _ read: (String) -> ID?) throws -> ID {
        guard let id = read(self[name]) else { throw Authority.missing(kind, self[name]) }
        return id
    }

    /// The person whom the path names; what is no address is nobody's.
    var person: EmailAddress { get throws { try person("email") } }

    func person(_ name: String) throws -> EmailAddress { try id(name, "person") { try? EmailAddress($0) } }

    var request: RequestID { get throws { try id("id", "request", RequestID.init) } }

    var program: APIAccountID { get throws { try id("client", "API account", APIAccountID.init) } }

    /// What the body holds, read by `read`.
    func read<Value>(_ read: (APIInput) throws -> Value) throws -> Value {
        guard case .members(let members) = body else { return try APIInput.read([:], read) }
        return try APIInput.read(members, read)
    }

    /// Of a file; empty where there is none.
    var table: [UInt8] {
        guard case .table(let bytes) = body else { return [] }
        return bytes
    }

    /// The same parameters, for the page of a list after `cursor`.
    public func going(onAfter cursor: String) -> String { query.going(onAfter: cursor) }

    // MARK: Versions

    /// Whether the caller binds the call to what they saw.
    var isBound: Bool { sights != nil }

    /// - Parameter document: null for what is not there, which nobody saw.
    /// - Throws: `StaleSight` if the caller saw another one than `document`.
    func requireSight(of document: JSON) throws {
        guard let sights else { return }
        guard document != .null else { throw StaleSight() }
        guard !sights.contains("*") else { return }
        guard sights.contains(try APIAnswer.tag(of: document)) else { throw StaleSight() }
    }
}
