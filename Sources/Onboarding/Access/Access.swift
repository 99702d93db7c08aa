package import Basics
package import Directory
package import Records

extension Onboarding {
    /// *May this person do this here, now?* Asked by the platform for each action.
    ///
    /// - Parameters:
    ///   - cloud: `ORG/CLOUD`, both by slug.
    ///   - mfaAgeSeconds: how long ago the platform saw the person prove
    ///     their factor; nil takes what Usher saw.
    ///   - asker: nil is the platform itself.
    /// - Throws: `.notFound` for an unknown action or cloud, and for a cloud that is
    ///   none of the asker's. An unknown person is denied like one without a grant:
    ///   the platform need not know who exists.
    package func decide(
        _ label: String, by email: EmailAddress, in cloud: String, mfaAgeSeconds: Int64?, askedBy asker: Actor? = nil
    ) async throws -> Decision {
        let (action, place) = try question(label, cloud)
        if let mfaAgeSeconds, !(0...Self.greatestAgeSeconds).contains(mfaAgeSeconds) {
            throw Fault.invalid("mfaAge", "out_of_range", "An age of MFA is 0 to \(Self.greatestAgeSeconds) seconds.")
        }
        let now = world.now()
        let name = cloud
        let standing = try await reading(by: asker ?? .usher, at: now) { turn -> Standing in
            guard let organization = try turn.snapshot.organization(slug: place.organization),
                let cloud = try turn.snapshot.cloud(slug: place.cloud, of: organization.id)
            else { throw Authority.missing("cloud", name) }
            let known = try turn.snapshot.person(emailKey: email.key)
            let grant = try known.flatMap { try turn.snapshot.liveGrant(of: $0.id, in: cloud.id) }
                .flatMap(Standing.Held.init)
            if asker != nil {
                try turn.requireDecision(about: known, in: organization, named: name, hasGrant: grant != nil)
            }
            let factor = try known.flatMap { try turn.snapshot.factor(of: $0.id, .active) }
            return Standing(
                of: known, grant: grant, towards: organization.id, factor: factor,
                lastVerifiedAt: mfaAgeSeconds.map { now.adding(seconds: -$0) } ?? factor?.lastAcceptedAt)
        }
        return catalogue.decide(action, for: standing, at: now)
    }

    /// Ten years: no answer depends on more, and arithmetic stays far from its limits.
    private static var greatestAgeSeconds: Int64 { 315_360_000 }
}
