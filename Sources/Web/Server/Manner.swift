import HTTPTypes
import Hummingbird

/// How an API speaks to programs; what has no manner is a page, and speaks to people.
///
/// Programs come with tokens, a cookie is good for reading alone, every call is counted, and what is
/// refused is told in the form of that API. A second API is a folder with a `RouteGroup`, its reader of
/// bodies, and its manner in `all`.
struct Manner: Sendable {
    /// What lies at these paths, or below them, is spoken so.
    let roots: [String]
    /// Who is known here.
    let callers: Callers
    /// Whether the answer bears the name that the caller gave the request.
    let echoesRequestID: Bool
    let refuse: @Sendable (WebRefusal, Request, WebContext) throws -> Response

    /// Whom `Front` looks for behind a call.
    enum Callers: Sendable {
        /// Whoever has a session; what else opens a route is read there.
        case sessions
        case sessionsAndTokens
        case tokens
    }

    init(
        roots: [String], callers: Callers = .sessions, echoesRequestID: Bool = false,
        refuse: @escaping @Sendable (WebRefusal, Request, WebContext) throws -> Response
    ) {
        self.roots = roots
        self.callers = callers
        self.echoesRequestID = echoesRequestID
        self.refuse = refuse
    }

    static let all = [api, openID, authZEN]

    /// The one in which is spoken at a path; nil for pages.
    static func at(_ path: String) -> Manner? {
        all.first { $0.roots.contains { path.isBelow($0) } }
    }
}

extension String {
    /// Whether this path is `root` itself or lies below it.
    func isBelow(_ root: String) -> Bool {
        hasPrefix(root) && (utf8.count == root.utf8.count || utf8.dropFirst(root.utf8.count).first == UInt8(ascii: "/"))
    }
}

extension Manner {
    private static let longestRequestID = 200

    /// What the caller calls the request, where the answer is to say it: to the letter, and only what a log may hold.
    func requestID(of request: Request) -> String? {
        requestID(named: request.headers[.xRequestID])
    }

    func requestID(named text: String?) -> String? {
        guard echoesRequestID, let text, (1...Self.longestRequestID).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        return text
    }
}
