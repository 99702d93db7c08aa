package import Directory

/// What a profile brings to whoever has another one, or none, by the privilege matrix.
package struct Privileges: Sendable {
    /// In the order of the matrix.
    package let gained: [Action]
    package let lost: [Action]
    /// Allowed before and after.
    package let kept: [Action]
    /// What the profile lets do beyond the actions of the matrix,
    /// such as to see everything that is there.
    package let gainedRoles: [Role]
    package let lostRoles: [Role]
    /// The profile wants a second factor and the one before did not.
    package let addsMFA: Bool

    init(of profile: Profile, over held: Profile?, in catalogue: Catalogue) {
        func allows(_ profile: Profile?, _ action: Action) -> Bool { profile?.includes(action.requires) ?? false }
        gained = catalogue.actions.filter { allows(profile, $0) && !allows(held, $0) }
        lost = catalogue.actions.filter { !allows(profile, $0) && allows(held, $0) }
        kept = catalogue.actions.filter { allows(profile, $0) && allows(held, $0) }
        gainedRoles = profile.roles.filter { held?.roles.contains($0) != true }
        lostRoles = held?.roles.filter { !profile.roles.contains($0) } ?? []
        addsMFA = profile.needsMFA && held?.needsMFA != true
    }
}
