public import Basics
public import Records
public import Workflow

/// What one request would have done under an edited definition.
public struct RehearsedRequest: Sendable {
    public let id: RequestID
    public let version: Int
    /// Nil if it would have gone the same way.
    public let divergence: Rehearsal.Divergence?
}

extension Onboarding {
    /// Plays the histories of a page of requests of the same workflow through an edited definition.
    ///
    /// Reads only.
    /// - Throws: `.forbidden` for anybody but operators.
    public func rehearse(
        _ edited: Definition, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<RehearsedRequest> {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            return try turn.snapshot.requests(RequestFilter(workflow: edited.name), page).map {
                try turn.rehearse($0, edited)
            }
        }
    }

    /// - Throws: `.forbidden` for anybody but operators, `.notFound` if there is no such
    ///   request, `.conflict` if it is of another workflow.
    public func rehearse(
        _ edited: Definition, request id: RequestID, by actor: Actor
    ) async throws -> RehearsedRequest {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            let request = try turn.request(id)
            guard request.run.workflow == edited.name else {
                throw Fault(.conflict, "Request \(id.text) follows \(request.run.workflow), not \(edited.name).")
            }
            return try turn.rehearse(request, edited)
        }
    }
}

extension Turn {
    fileprivate func rehearse(_ request: Request, _ edited: Definition) throws -> RehearsedRequest {
        let history = try snapshot.history(of: request.id)
        let wasMigrated = history.contains { if case .migrate = $0.event { true } else { false } }
        let divergence = Rehearsal(edited).divergence(
            of: try history.map {
                .init(
                    event: $0.event, at: $0.at, name: $0.name, to: $0.to,
                    calendar: try calendars.calendar(of: $0, in: snapshot))
            },
            // A history that began under an older version is compared by the states that it recorded.
            recorded: wasMigrated ? nil : try library.definition(of: request.run, in: snapshot), at: world.now())
        return RehearsedRequest(id: request.id, version: request.run.version, divergence: divergence)
    }
}
