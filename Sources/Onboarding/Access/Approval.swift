public import Basics
import Directory
import Records
import Workflow

/// Because of what somebody has a profile: the request that gave it, and who agreed.
public struct Approval: Hashable, Sendable {
    public let request: RequestID
    public let workflow: String
    /// An address, or `operator NAME`.
    public let requestedBy: String
    public let requestedAt: Timestamp
    /// Oldest first; empty where nobody had to be asked, as for what was only taken away.
    public let consents: [Agreement]

    /// One who agreed, to which profile.
    public struct Agreement: Hashable, Sendable {
        public let by: String
        public let onBehalfOf: String?
        public let at: Timestamp
        public let profile: String
    }
}

extension Turn {
    /// What became of one cloud in a request; nil for a request that is gone.
    func approval(of request: RequestID, in cloud: CloudID) throws -> Approval? {
        guard let request = try snapshot.request(request) else { return nil }
        let asked = request.run.items.first { $0.id == cloud.text }?.asked
        let consents = try snapshot.history(of: request.id).compactMap { entry -> Approval.Agreement? in
            let profile: String
            switch entry.event.decisions[cloud.text] {
            case .approve: profile = asked ?? ""
            case .lower(let lowered, _): profile = lowered
            case .reject, nil: return nil
            }
            return Approval.Agreement(
                by: try display(entry.by), onBehalfOf: try entry.onBehalfOf.map(address), at: entry.at,
                profile: profile)
        }
        return Approval(
            request: request.id, workflow: request.run.workflow, requestedBy: try display(request.requester),
            requestedAt: request.createdAt, consents: consents)
    }
}
