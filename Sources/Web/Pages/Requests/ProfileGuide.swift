import Basics
import Directory
import Onboarding
import Translation

/// What each profile may do, from the catalogue, for whoever has to choose one.
struct ProfileGuide {
    let catalogue: Catalogue
    let words: Words
    let language: Language

    /// `profiles`, from the lowest; `features` with their actions and who may perform them.
    var values: [String: Any] {
        ["profiles": catalogue.profiles.map(shown), "features": features, "matrixVersion": catalogue.matrixVersion]
    }

    /// With the highest profile that is contained in it by name, and what comes on top.
    private func shown(_ profile: Profile) -> [String: Any] {
        let below = catalogue.profiles.last { $0.isLower(than: profile) }
        var values: [String: Any] = [
            "code": profile.code, "name": profile.name, "needsMFA": profile.needsMFA,
            "roles": profile.roles.filter { below?.roles.contains($0) != true }.map { role in
                ["about": words.text("role.\(role.code).about", in: language) ?? role.description]
            },
        ]
        values["below"] = below?.name
        return values
    }

    /// In the order of the matrix, whose neighbours share a feature.
    private var features: [[String: Any]] {
        var features: [(name: String, actions: [Action])] = []
        for action in catalogue.actions {
            if features.last?.name == action.feature {
                features[features.count - 1].actions.append(action)
            } else {
                features.append((action.feature, [action]))
            }
        }
        return features.map { feature in
            [
                "feature": feature.name, "columns": catalogue.profiles.count + 1,
                "actions": feature.actions.map { action in
                    [
                        "label": action.label,
                        "cells": catalogue.profiles.map { ["may": $0.includes(action.requires), "code": $0.code] },
                    ] as [String: Any]
                },
            ]
        }
    }
}
