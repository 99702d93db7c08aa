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
    /// Oldest first; empty where nobody had to be asked.
    ///
    /// Of what was lowered or shortened since, to what was held before.
    public let consents: [Agreement]

    /// One who agreed, to which profile.
    public struct Agreement: Hashable, Sendable {
        /// The one that was decided: another than the approval's where only some of it is left.
        public let request: RequestID
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
        return Approval(
            request: request.id, workflow: request.run.workflow, requestedBy: try display(request.requester),
            requestedAt: request.createdAt, consents: try consents(to: request, in: cloud))
    }

    private func consents(to request: Request, in cloud: CloudID) throws -> [Approval.Agreement] {
        if request.left != nil { return try consents(behind: request, in: cloud) }
        let asked = request.run.items.first { $0.id == cloud.text }?.asked
        return try snapshot.history(of: request.id).compactMap { entry -> Approval.Agreement? in
            let profile: String
            switch entry.event.decisions[cloud.text] {
            case .approve: profile = asked ?? ""
            case .lower(let lowered, _): profile = lowered
            case .reject, nil: return nil
            }
            return Approval.Agreement(
                request: request.id, by: try display(entry.by), onBehalfOf: try entry.onBehalfOf.map(address),
                at: entry.at, profile: profile)
        }
    }

    /// Nobody is asked for what only takes away: what is left was agreed to as a part of what was held before.
    private func consents(behind reduction: Request, in cloud: CloudID) throws -> [Approval.Agreement] {
        guard let holder = reduction.holder else { return [] }
        var (mark, former): (GrantMark?, Grant?) = (nil, nil)
        while true {
            let found = try snapshot.grants(.person(holder), after: mark, limit: Self.stride).map(\.grant)
            for grant in found where grant.cloud == cloud {
                if let left = grant.spans.first(where: { $0.request == reduction.id }) {
                    let parts = former?.spans.filter { $0.overlaps(left) } ?? []
                    return try parts.compactMap { try snapshot.request($0.request) }
                        .flatMap { try consents(to: $0, in: cloud) }
                        .reduce(into: []) { all, one in if !all.contains(one) { all.append(one) } }
                        .sorted { $0.at < $1.at }
                }
                former = grant
            }
            guard let last = found.last, found.count == Self.stride else { return [] }
            mark = GrantMark(last)
        }
    }

    private static var stride: Int { 100 }
}

extension Grant {
    /// Whether there is a moment at which both would hold.
    fileprivate func overlaps(_ other: Grant) -> Bool {
        (other.until.map { since < $0 } ?? true) && (until.map { other.since < $0 } ?? true)
    }
}
