package import Basics
import Directory
import Records
import Workflow

/// Because of what somebody has a profile: the request that gave it, and who agreed.
package struct Approval: Hashable, Sendable {
    package let request: RequestID
    package let workflow: String
    /// An address, or `operator NAME`.
    package let requestedBy: String
    package let requestedAt: Timestamp
    /// Oldest first; empty where nobody had to be asked, as for what was only taken away.
    package let consents: [Agreement]

    /// One who agreed, to which profile.
    package struct Agreement: Hashable, Sendable {
        package let by: String
        package let onBehalfOf: String?
        package let at: Timestamp
        package let profile: String
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
