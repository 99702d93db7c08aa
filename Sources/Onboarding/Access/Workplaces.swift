import Basics
public import Directory
public import Records

extension Turn {
    /// The organizations for which somebody may submit, by their own duties and those
    /// of whom they stand in for; nil: every one.
    func submissionPlaces() throws -> [OrganizationID]? {
        guard let person = actor.person else { return [] }
        let duties = try duties(of: person.id)
            .filter { $0.duty == .representative || $0.duty == .deliveryManager }
        guard duties.allSatisfy({ $0.organization != nil }) else { return nil }
        return duties.compactMap(\.organization)
    }
}

extension Onboarding {
    /// Whether there is an organization for which the actor may submit requests.
    public func maySubmit(_ actor: Actor) async throws -> Bool {
        try await reading(by: actor) { try $0.submissionPlaces()?.isEmpty != true }
    }

    /// For which organizations the actor may submit requests: their own first, then by name.
    ///
    /// Whoever may for every one is told of a page of them; the rest is reached by its short name.
    public func workplaces(of actor: Actor) async throws -> [Organization] {
        try await reading(by: actor) { turn in
            guard let places = try turn.submissionPlaces() else {
                return try turn.snapshot.organizations(PageRequest(limit: PageRequest.greatestLimit)).items
            }
            let own = actor.person?.organization
            return try Set(places).compactMap { try turn.snapshot.organization($0) }
                .sorted { ($0.id == own ? 0 : 1, $0.name.text) < ($1.id == own ? 0 : 1, $1.name.text) }
        }
    }
}
