import Basics
import Hummingbird
import Records

/// `/healthz` and `/readyz`, for whatever watches over the process.
struct HealthRoutes: RouteGroup {
    let store: any Store
    let probe: WriteProbe

    /// Alive: this process answers.
    ///
    /// Asked every second by whatever watches, so it comes before all that finds out who asks.
    static func addLiveness(to router: Router<WebContext>) {
        router.get("healthz") { request, _ in
            // It stands before the front, which refuses disguises of every other path.
            guard request.head.path?.prefix(while: { $0 != "?" }) == "/healthz" else { throw HTTPError(.badRequest) }
            return "ok\n"
        }
    }

    /// Ready: what it needs to do its work answers too, and takes writes.
    func add(to router: Router<WebContext>) {
        router.get("readyz") { [store, probe] _, _ -> String in
            _ = try await store.read { try $0.note("ready") }
            try await probe.require()
            return "ready\n"
        }
    }
}
