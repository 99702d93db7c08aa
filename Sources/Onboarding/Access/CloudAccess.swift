import Basics
public import Directory
public import Foundation
public import Records

/// Who has what in one cloud.
public struct CloudAccess: Sendable {
    public let organization: Organization
    public let cloud: Cloud
    public let holders: Page<CloudHolder>
    /// In which the organization's days begin and end.
    public let timeZone: TimeZone
}

extension Onboarding {
    /// - Parameters:
    ///   - organization: by slug.
    ///   - cloud: by slug.
    /// - Throws: `.notFound` for a cloud that is not there, or of an
    ///   organization that is not the actor's to see.
    public func access(
        organization: String, cloud: String, _ page: PageRequest, by actor: Actor
    ) async throws -> CloudAccess {
        try await reading(by: actor) { turn in
            let place = try turn.organization(slug: organization)
            try turn.requireRead(of: place)
            guard let found = try turn.snapshot.cloud(slug: cloud, of: place.id) else {
                throw Authority.missing("cloud", cloud)
            }
            return CloudAccess(
                organization: place, cloud: found, holders: try turn.snapshot.holders(in: found, page, at: turn.now),
                timeZone: try timeZone(of: place.locality))
        }
    }
}
