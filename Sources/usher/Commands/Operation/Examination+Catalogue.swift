import Basics
import Onboarding

/// Which catalogue decides, and whether it is the one on record.
extension Examination {
    /// Whether what decides here is what the trail says.
    static func catalogue(_ app: App) async throws -> (Bool, String) {
        let stamp = try CatalogueStamp(app.onboarding.catalogue)
        guard let recorded = try await app.onboarding.recordedCatalogue() else {
            return (true, "\(stamp.text). Not on record yet: the next command that writes records it.")
        }
        guard recorded == stamp else {
            return (true, "\(stamp.text). Another one was installed last, perhaps by another node: \(recorded.text).")
        }
        return (true, "\(stamp.text), as the audit trail says.")
    }
}
