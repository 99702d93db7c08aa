import Onboarding
import Records

extension Examination {
    /// So many that are lost are named.
    private static let namedWebhooks = 5

    /// Whether every receiver hears what changes, but for those that an operator stopped.
    static func webhooks(_ app: App) async throws -> (Bool, String) {
        let status = try await app.onboarding.operationStatus(by: .operator(App.operatorName))
        let counts = status.workload.webhooks
        if counts.lost > 0 {
            let named = status.troubledWebhooks.filter { $0.progress.state != .failing }.prefix(namedWebhooks)
            let words = named.map { "\($0.name): \($0.progress.error ?? "")" }.joined(separator: " ")
            return (
                false,
                "Webhooks that are told nothing any more: \(counts.lost). \(words) Mend the receiver, then "
                    + "usher webhook start NAME; how each fares says usher webhook list."
            )
        }
        guard counts.failing > 0 else { return (true, "Every webhook takes what it is told.") }
        return (true, "Webhooks that fail, and are tried again: \(counts.failing). See usher webhook list.")
    }
}
