import Onboarding
import Records

extension Examination {
    /// Whether every receiver hears what changes, but for those that an operator stopped.
    static func webhooks(_ app: App) async throws -> (Bool, String) {
        let counts = try await app.onboarding.workload().webhooks
        if counts.lost > 0 {
            return (false, "Webhooks that are gone or were given up: \(counts.lost). See usher webhook list.")
        }
        guard counts.failing > 0 else { return (true, "Every webhook takes what it is told.") }
        return (true, "Webhooks that fail, and are tried again: \(counts.failing). See usher webhook list.")
    }
}
