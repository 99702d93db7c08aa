import Basics
package import Directory
package import Records

extension Authority {
    /// The organizations for which somebody may submit, by their own duties and those of whom they stand in for; nil:
    /// every one.
    static func submissionPlaces(
        of actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> [OrganizationID]? {
        guard let person = actor.person else { return [] }
        let duties = try duties(of: person.id, at: now, in: snapshot)
            .filter { $0.duty == .representative || $0.duty == .deliveryManager }
        guard duties.allSatisfy({ $0.organization != nil }) else { return nil }
        return duties.compactMap(\.organization)
    }
}

extension Onboarding {
    /// Whether there is an organization for which the actor may submit requests.
    package func maySubmit(_ actor: Actor) async throws -> Bool {
        let now = world.now()
        return try await store.read { try Authority.submissionPlaces(of: actor, at: now, in: $0)?.isEmpty != true }
    }

    /// For which organizations the actor may submit requests: their own first, then by name.
    ///
    /// Whoever may for every one is told of a page of them; the rest is reached by its short name.
    package func workplaces(of actor: Actor) async throws -> [Organization] {
        let now = world.now()
        return try await store.read { snapshot in
            guard let places = try Authority.submissionPlaces(of: actor, at: now, in: snapshot) else {
                return try snapshot.organizations(PageRequest(limit: PageRequest.greatestLimit)).items
            }
            let own = actor.person?.organization
            return try Set(places).compactMap { try snapshot.organization($0) }
                .sorted { ($0.id == own ? 0 : 1, $0.name.text) < ($1.id == own ? 0 : 1, $1.name.text) }
        }
    }
}
