import Basics
import Hummingbird
import Onboarding

/// `/healthz` and `/readyz`, for whatever watches over the process.
struct HealthRoutes {
    let store: any Store

    func add(to router: Router<WebContext>) {
        // Alive: this process answers.
        router.get("healthz") { _, _ in "ok\n" }
        // Ready: what it needs to do its work answers too.
        router.get("readyz") { [store] _, _ -> String in
            _ = try await store.read { try $0.note("ready") }
            return "ready\n"
        }
    }
}
