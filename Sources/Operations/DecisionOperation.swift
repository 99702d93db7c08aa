import Basics
import Onboarding

extension APIOperation {
    private enum Verdict: String, CaseIterable { case approve, reject }

    private struct Decision: Sendable {
        let verdict: Verdict
        let items: [ItemDecision]
        let reason: String?
        let shown: String?

        init(_ input: APIInput) {
            verdict = input.choice("decision", .reject)
            items = input.objects("items").map {
                ItemDecision(cloud: $0.text("cloud"), lowered: $0.optionalText("profile"))
            }
            reason = input.optionalText("reason")
            shown = input.optionalText("shown")
        }
    }

    /// All that waits, or the clouds that are named; `shown` or the tag of what was seen bind the decision to it.
    public static var decideRequest: APIOperation {
        APIOperation(.post, "/requests/{id}/decisions", reading: Decision.init) { call, wish in
            let (id, actor) = (try call.request, try call.actor)
            let seen = try await call.sight(of: id)
            let shown = wish.shown ?? seen
            switch wish.verdict {
            case .approve:
                guard wish.reason == nil else {
                    throw Fault.invalid("reason", "unexpected", "An approval has no reason: leave it out.")
                }
                _ = try await call.onboarding.approve(id, items: wish.items, shown: shown, by: actor)
            case .reject:
                if let index = wish.items.firstIndex(where: { $0.lowered != nil }) {
                    throw Fault.invalid(
                        "items[\(index)].profile", "unexpected", "What is rejected has no profile: leave it out.")
                }
                _ = try await call.onboarding.reject(
                    id, clouds: wish.items.map(\.item), reason: wish.reason ?? "", shown: shown, by: actor)
            }
            return try await call.settled(id)
        }
    }
}
