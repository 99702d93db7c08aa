import Basics

extension Onboarding {
    /// What waits, for whoever watches over the process: numbers only, asked of nobody in particular.
    package func workload(upTo limit: Int) async throws -> Workload {
        let now = world.now()
        return try await store.read { try $0.workload(at: now, upTo: limit) }
    }
}
