import Directory
import Onboarding

extension Privileges {
    /// What a page shows of it; actions stand with the feature that they belong to.
    var shown: [String: Any] {
        [
            "gainedCount": gained.count, "hasGained": !gained.isEmpty, "gained": Self.features(gained),
            "lostCount": lost.count, "hasLost": !lost.isEmpty, "lost": Self.features(lost), "keptCount": kept.count,
            "hasKept": !kept.isEmpty, "addsMFA": addsMFA,
            "hasNewRoles": !gainedRoles.isEmpty, "newRoles": gainedRoles.map(\.name).joined(separator: ", "),
        ]
    }

    /// In the order of the matrix, in which actions of one feature are neighbours.
    private static func features(_ actions: [Action]) -> [[String: Any]] {
        var groups: [(feature: String, labels: [String])] = []
        for action in actions {
            if groups.last?.feature == action.feature {
                groups[groups.count - 1].labels.append(action.label)
            } else {
                groups.append((action.feature, [action.label]))
            }
        }
        return groups.map { ["feature": $0.feature, "actions": $0.labels.joined(separator: ", ")] }
    }
}
