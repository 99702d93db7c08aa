import Basics
import Onboarding
import Records
import Storage

/// What the audit trail alone does not show: that nothing happened beside it,
/// and that nothing stands open to rewrite it.
extension Examination {
    mutating func examineTrail(_ app: App) async {
        await check("guards") {
            let missing = try await app.store.missingGuards()
            guard missing.isEmpty else {
                return (
                    false,
                    "Triggers that keep the past from being rewritten are missing or changed: "
                        + "\(missing.joined(separator: ", ")). Somebody took them away by hand."
                )
            }
            return (true, "The audit trail and the histories refuse to be rewritten.")
        }
        await examineGaps(app)
        await check("heads") { try await Self.heads(app) }
        await check("catalogue") { try await Self.catalogue(app) }
    }

    private mutating func examineGaps(_ app: App) async {
        var defects: [Defect] = []
        await check("trail") {
            let gaps = try await app.store.read { try $0.auditGaps(limit: 1_000) }
            defects = gaps.map { Defect(request: $0.subject, difference: $0.text) }
            guard !gaps.isEmpty else {
                return (true, "Requests, grants, duties and people agree with the audit trail.")
            }
            return (false, "Requests, grants, duties or people of which the audit trail says nothing: \(gaps.count).")
        }
        checks[checks.count - 1].defects = defects
    }

    /// The head kept beside the keys, and those sent elsewhere.
    private static func heads(_ app: App) async throws -> (Bool, String) {
        guard let kept = try app.onboarding.heads.keeper.kept() else {
            return (true, "No head is kept in keys/ yet: the next command that signs keeps one.")
        }
        let sent = try await app.onboarding.sentHeads()
        guard let unsent = sent.first(where: { $0.sequence == nil }) else {
            let places = sent.isEmpty ? "sent nowhere (audit.heads)" : "sent to \(sent.count) more places"
            return (true, "Signed head \(kept.sequence) is kept beside the keys, \(places).")
        }
        return (false, "No signed head has reached \(unsent.outlet) yet.")
    }
}
