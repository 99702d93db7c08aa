public import Directory

/// What a profile brings to whoever has another one, or none, by the privilege matrix.
public struct Privileges: Sendable {
    /// In the order of the matrix.
    public let gained: [Action]
    public let lost: [Action]
    /// Allowed before and after.
    public let kept: [Action]
    /// What the profile lets do beyond the actions of the matrix,
    /// such as to see everything that is there.
    public let gainedRoles: [Role]
    public let lostRoles: [Role]
    /// The profile wants a second factor and the one before did not.
    public let addsMFA: Bool

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
