import Hummingbird
import Synchronization

/// Which methods each path knows, for whoever asks with another one (RFC 9110, section 15.5.6).
///
/// Filled when every route is there; the middleware that asks it is older than the routes.
final class RouteMethods: Sendable {
    private struct Route {
        /// Nil stands for what varies.
        let parts: [String?]
        let method: String
    }

    private let routes = Mutex<[Route]>([])

    func fill(from router: Router<WebContext>) {
        let known = router.routes.map { route in
            let parts = route.path.description.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) }
            return Route(parts: parts, method: route.method.rawValue)
        }
        routes.withLock { $0 = known }
    }

    /// In alphabetical order; empty for a path that nothing has.
    func allowed(at path: String) -> [String] {
        let parts = path.split(separator: "/").map(String.init)
        let fitting = routes.withLock { routes in
            routes.filter { route in
                route.parts.count == parts.count && zip(route.parts, parts).allSatisfy { $0 == nil || $0 == $1 }
            }
        }
        // As the router does it: what is written out goes before what varies, from the left.
        let best = fitting.map(\.parts).min { left, right in
            zip(left, right).first { ($0 == nil) != ($1 == nil) }.map { $0.0 != nil } ?? false
        }
        let methods = fitting.filter { $0.parts == best }.map(\.method)
        return Set(methods.flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }).sorted()
    }

    /// The page on which a form for this path stands: the nearest one upwards.
    func page(of path: String) -> String {
        var parts = path.split(separator: "/")
        while !parts.isEmpty {
            let page = "/" + parts.joined(separator: "/")
            if allowed(at: page).contains("GET") { return page }
            parts.removeLast()
        }
        return "/"
    }
}
