/// Something that a person may do in a cloud, in the provider's words: "Manage resources".
package struct Role: Hashable, Sendable {
    /// The key in `profiles.yaml`: `manage-resources`.
    package let code: String
    package let name: String
    package let description: String
    /// The role works only while the person's second factor is active.
    package let needsMFA: Bool
    /// Whether a program may have it, which proves no second factor.
    package let programs: Programs

    /// What of a program's proofs counts as a second factor, from the strictest on.
    package enum Programs: String, Sendable, CaseIterable, Comparable {
        /// None.
        case never
        /// A key of its own, proven for each token and with each use of one.
        case withKey = "with-key"
        /// Nothing has to: a secret will do.
        case always

        package static func < (left: Self, right: Self) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }
}

/// A set of roles under one name; a person has at most one in each cloud.
package struct Profile: Hashable, Sendable {
    /// As stored and shown: `OPE`.
    ///
    /// Grants and requests keep this text, never an alias.
    package let code: String
    package let name: String
    /// Other codes for the same profile; the seed's matrix writes `MNT` for `DTM`.
    package let aliases: [String]
    package let roles: [Role]

    /// At least one role works only with an active second factor.
    package var needsMFA: Bool { roles.contains { $0.needsMFA } }

    /// Whether a program may have it: as the strictest of its roles that need a second factor says.
    package var programs: Role.Programs { roles.filter(\.needsMFA).map(\.programs).min() ?? .always }

    /// Every role of `other` is a role of this profile; each profile includes itself.
    package func includes(_ other: Profile) -> Bool { Set(roles).isSuperset(of: other.roles) }

    /// May do strictly less than `other`: what a delivery manager may choose when an item is lowered.
    package func isLower(than other: Profile) -> Bool { other.includes(self) && !includes(other) }

    package static func <= (left: Profile, right: Profile) -> Bool { right.includes(left) }
}

/// One entry of the privilege matrix.
package struct Action: Hashable, Sendable {
    /// What the platform asks for: `create-instance`.
    package let label: String
    /// The group under which the matrix lists it: `Bodies`.
    package let feature: String
    /// The profile as the matrix writes it, alias or not: `MNT`.
    package let written: String
    /// The lowest profile that may perform it, aliases resolved.
    package let requires: Profile

    /// The action asks for a fresh second factor: its lowest profile holds a role that needs one.
    ///
    /// Judged by what the action requires, not by what the person holds, so that a Power user
    /// who does what a Standard user may is not stepped up.
    package var needsMFA: Bool { requires.needsMFA }
}
