import Basics
import Directory
import Onboarding
import Translation

/// What each profile may do, from the catalogue, for whoever has to choose one.
struct ProfileGuide: PagePart {
    struct Role { let about: String }

    struct Shown {
        let code, name: String
        let needsMFA: Bool
        /// The highest profile that is contained in it, and what comes on top.
        let below: String?
        let roles: [Role]
    }

    struct Feature {
        let feature: String
        let columns: Int
        let actions: [Row]
    }

    /// An action, and for each profile whether it may perform it.
    struct Row {
        let label: String
        let cells: [Bool]
    }

    /// From the lowest.
    let profiles: [Shown]
    /// In the order of the matrix.
    let features: [Feature]
    let matrixVersion: Int

    init(_ catalogue: Catalogue, _ words: Words, _ language: Language) {
        profiles = catalogue.profiles.map { profile in
            let below = catalogue.profiles.last { $0.isLower(than: profile) }
            let roles = profile.roles.filter { below?.roles.contains($0) != true }.map { role in
                Role(about: words.text("role.\(role.code).about", in: language) ?? role.description)
            }
            return Shown(
                code: profile.code, name: profile.name, needsMFA: profile.needsMFA, below: below?.name, roles: roles)
        }
        features = catalogue.actions.byFeature.map { feature, actions in
            let rows = actions.map { action in
                Row(label: action.label, cells: catalogue.profiles.map { $0.includes(action.requires) })
            }
            return Feature(feature: feature, columns: catalogue.profiles.count + 1, actions: rows)
        }
        matrixVersion = catalogue.matrixVersion
    }
}
