/// Something that a person may do in a cloud, in the provider's words: "Manage resources".
public struct Role: Hashable, Sendable {
    /// The key in `profiles.yaml`: `manage-resources`.
    public let code: String
    public let name: String
    public let description: String
    /// The role works only while the person's second factor is active.
    public let needsMFA: Bool
    /// Whether a program may have it, which proves no second factor.
    public let programs: Programs

    /// What of a program's proofs counts as a second factor, from the strictest on.
    public enum Programs: String, Sendable, CaseIterable, Comparable {
        /// None.
        case never
        /// A key of its own, proven for each token and with each use of one.
        case withKey = "with-key"
        /// Nothing has to: a secret will do.
        case always

        public static func < (left: Self, right: Self) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }
}

/// A set of roles under one name; a person has at most one in each cloud.
public struct Profile: Hashable, Sendable {
    /// As stored and shown: `OPE`.
    ///
    /// Grants and requests keep this text, never an alias.
    public let code: String
    public let name: String
    /// Other codes for the same profile; the seed's matrix writes `MNT` for `DTM`.
    public let aliases: [String]
    public let roles: [Role]

    /// At least one role works only with an active second factor.
    public var needsMFA: Bool { roles.contains { $0.needsMFA } }

    /// Whether a program may have it: as the strictest of its roles that need a second factor says.
    public var programs: Role.Programs { roles.filter(\.needsMFA).map(\.programs).min() ?? .always }

    /// Every role of `other` is a role of this profile; each profile includes itself.
    public func includes(_ other: Profile) -> Bool { Set(roles).isSuperset(of: other.roles) }

    /// May do strictly less than `other`: what a delivery manager may choose when an item is lowered.
    public func isLower(than other: Profile) -> Bool { other.includes(self) && !includes(other) }

    public static func <= (left: Profile, right: Profile) -> Bool { right.includes(left) }
}

/// One entry of the privilege matrix.
public struct Action: Hashable, Sendable {
    /// What the platform asks for: `create-instance`.
    public let label: String
    /// The group under which the matrix lists it: `Bodies`.
    public let feature: String
    /// The profile as the matrix writes it, alias or not: `MNT`.
    public let written: String
    /// The lowest profile that may perform it, aliases resolved.
    public let requires: Profile

    /// The action asks for a fresh second factor: its lowest profile holds a role that needs one.
    ///
    /// Judged by what the action requires, not by what the person holds, so that a Power user
    /// who does what a Standard user may is not stepped up.
    public var needsMFA: Bool { requires.needsMFA }
}
