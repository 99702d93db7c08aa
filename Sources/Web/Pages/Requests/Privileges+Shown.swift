import Directory
import Onboarding

/// Privileges of a profile; actions stand with the feature that they belong to.
struct ShownPrivileges: PagePart {
    struct Feature { let feature, actions: String }

    let gainedCount, lostCount, keptCount: Int
    let gained, lost: [Feature]
    let hasKept, addsMFA: Bool
    let newRoles: String
    let hasNewRoles: Bool

    init(_ privileges: Privileges) {
        gainedCount = privileges.gained.count
        lostCount = privileges.lost.count
        keptCount = privileges.kept.count
        gained = Self.features(privileges.gained)
        lost = Self.features(privileges.lost)
        hasKept = !privileges.kept.isEmpty
        addsMFA = privileges.addsMFA
        newRoles = privileges.gainedRoles.map(\.name).joined(separator: ", ")
        hasNewRoles = !privileges.gainedRoles.isEmpty
    }

    /// In the order of the matrix, in which actions of one feature are neighbours.
    private static func features(_ actions: [Action]) -> [Feature] {
        actions.byFeature.map { Feature(feature: $0.feature, actions: $0.actions.map(\.label).joined(separator: ", ")) }
    }
}

extension [Action] {
    /// As they come, neighbours of one feature together.
    var byFeature: [(feature: String, actions: [Action])] {
        var groups: [(feature: String, actions: [Action])] = []
        for action in self {
            if groups.last?.feature == action.feature {
                groups[groups.count - 1].actions.append(action)
            } else {
                groups.append((action.feature, [action]))
            }
        }
        return groups
    }
}
