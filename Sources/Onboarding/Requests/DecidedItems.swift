import Basics
import Records
public import Workflow

/// What was decided of one item of a request, as of then: events hold it, no sentence is read back.
public struct DecidedItem: Sendable {
    /// By slug.
    public let cloud: String
    /// The profile that was asked for.
    public let asked: String
    public let decision: Event.Decision
}

extension Turn {
    /// `prod DTM instead of OPE, test approved`, for the history;
    /// of a review, which names people, how many.
    func words(for decisions: [String: Event.Decision], on request: Request) throws -> String? {
        if request.campaign != nil, !decisions.isEmpty {
            let kept = decisions.values.count { $0 == .approve }
            return "\(kept) confirmed, \(decisions.count - kept) withdrawn"
        }
        let words = try decided(decisions, on: request).map { item in
            switch item.decision {
            case .approve: "\(item.cloud) \(item.asked) approved"
            case .lower(let profile, _): "\(item.cloud) \(profile) approved instead of \(item.asked)"
            case .reject: "\(item.cloud) \(item.asked) refused"
            }
        }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    /// In the order of the request; nothing of a review, whose items are people.
    func decided(_ decisions: [String: Event.Decision], on request: Request) throws -> [DecidedItem] {
        guard request.campaign == nil, !decisions.isEmpty else { return [] }
        return try request.run.items.compactMap { item in
            try decisions[item.id].map {
                DecidedItem(cloud: try itemView(item).cloud, asked: item.asked, decision: $0)
            }
        }
    }
}

extension Event {
    /// By item; of a choice of another kind, and of what nobody chose, nothing.
    var decisions: [String: Decision] { if case .choice(let choice) = self { choice.decisions } else { [:] } }
}
