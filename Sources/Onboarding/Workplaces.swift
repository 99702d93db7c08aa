import Basics
package import Directory

extension Authority {
    /// The organizations for which somebody may submit, by their own duties and those of whom they stand in for; nil:
    /// every one.
    static func submissionPlaces(
        of actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> [OrganizationID]? {
        guard let person = actor.person, try mayAct(person.id, in: snapshot) else { return [] }
        let selves =
            try [person.id] + snapshot.delegators(of: person.id, at: now).filter { try mayAct($0, in: snapshot) }
        let duties = try selves.flatMap { try snapshot.duties(of: $0) }
            .filter { $0.duty == .representative || $0.duty == .deliveryManager }
        guard duties.allSatisfy({ $0.organization != nil }) else { return nil }
        return duties.compactMap(\.organization)
    }
}

extension Onboarding {
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
