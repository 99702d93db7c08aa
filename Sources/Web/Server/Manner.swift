import Hummingbird

/// How an API speaks to programs; what has no manner is a page, and speaks to people.
///
/// Programs come with tokens, a cookie is good for reading alone, every call is counted, and what is
/// refused is told in the form of that API. A second API is a folder with a `RouteGroup`, its reader of
/// bodies, and its manner in `all`.
struct Manner: Sendable {
    /// What lies at these paths, or below them, is spoken so.
    let roots: [String]
    let refuse: @Sendable (WebRefusal, Request, WebContext) throws -> Response

    static let all = [api, openID]

    /// The one in which is spoken at a path; nil for pages.
    static func at(_ path: String) -> Manner? {
        all.first { $0.roots.contains { path == $0 || path.hasPrefix("\($0)/") } }
    }
}
