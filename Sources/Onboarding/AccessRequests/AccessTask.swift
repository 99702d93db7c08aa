public import Basics
import Directory
import Records
import Workflow

/// A request for access as the program sees that asked for it: no more than what it asked, and what became of it.
public struct AccessTask: Sendable {
    /// So long its handle leads anywhere, in seconds.
    public static let lifetimeSeconds: Int64 = 400 * 86_400
    /// So long an approval may be presented; what was granted goes on without it.
    public static let approvalSeconds: Int64 = 90 * 86_400

    public enum Status: String, Sendable, CaseIterable {
        case pending, approved, denied, expired, cancelled, failed, partial
    }

    public struct Item: Sendable {
        public let resource: JSON
        public let action: JSON
        public let status: Status
        /// Where it was approved.
        public let approval: ApprovalReference?
    }

    public let id: String
    public let status: Status
    /// At least one.
    public let items: [Item]
    public let isList: Bool
    public let expiresAt: Timestamp
    /// In which state of the workflow it is; nil once it has ended.
    public let step: String?
    public let mayCancel: Bool
    /// Of the request, for people.
    public let page: String
}

/// By what an approval is presented with another evaluation.
public struct ApprovalReference: Sendable, Hashable {
    public let id: String
    public let approvedAt: Timestamp
    public let approvedUntil: Timestamp
}

extension AccessTask.Status {
    /// Of all items together (section "Access Request Response").
    init(of items: [AccessTask.Status]) {
        let all = Set(items)
        self = all.contains(.pending) ? .pending : all.count == 1 ? items[0] : .partial
    }

    /// What became of one item, while its request goes on or by how it ended.
    init(of item: Run.Item, _ ended: Run.Ending?) {
        switch item.state {
        case .refused: self = .denied
        case .granted, .active: self = .approved
        case .moot: self = .cancelled
        case .waiting, .approved, .withdrawn:
            self =
                switch ended {
                case nil: .pending
                case .refused: .denied
                case .lapsed: .expired
                case .withdrawn: .cancelled
                // What was approved and never granted, though others were.
                case .success, .error: .failed
                }
        }
    }
}

extension Turn {
    /// - Precondition: the request is about what was denied.
    func task(of request: Request, _ denied: DeniedAccess) throws -> AccessTask {
        let run = request.run
        let definition = try library.definition(of: run, in: snapshot)
        let items = try denied.items.enumerated().map { index, item in
            let own = run.items.first { $0.id == item.cloud.text }
            let status = own.map { AccessTask.Status(of: $0, run.ended) } ?? .failed
            return AccessTask.Item(
                resource: item.resource, action: item.action, status: status,
                approval: status == .approved ? try approval(of: request, item: index) : nil)
        }
        let mayCancel = run.ended == nil && !definition.partsOffered("cancel", in: run).isEmpty
        return AccessTask(
            id: try AccessHandle(request.id).text(.task, keys), status: AccessTask.Status(of: items.map(\.status)),
            items: items, isList: denied.isList,
            expiresAt: request.createdAt.adding(seconds: AccessTask.lifetimeSeconds),
            step: run.ended == nil ? run.state : nil, mayCancel: mayCancel,
            page: "\(usher.issuer)/requests/\(request.id)")
    }

    /// Of an item that was granted.
    func approval(of request: Request, item: Int) throws -> ApprovalReference {
        let at = try snapshot.history(of: request.id).last?.at ?? request.createdAt
        let longest = at.adding(seconds: AccessTask.approvalSeconds)
        return ApprovalReference(
            id: try AccessHandle(request.id, item: item).text(.approval, keys), approvedAt: at,
            approvedUntil: request.until.map { min($0, longest) } ?? longest)
    }

    /// The request that a handle names.
    ///
    /// - Throws: `AccessRequestRefusal`, the same for what is not there and for what is somebody else's.
    func ownTask(_ handle: String) throws -> (Request, DeniedAccess) {
        guard let id = try AccessHandle(handle, .task, keys)?.request, let request = try snapshot.request(id),
            case .denied(let denied)? = request.subject, try isOwn(request)
        else { throw AccessRequestRefusal(.unknownTask, "There is no such task.") }
        guard request.createdAt.adding(seconds: AccessTask.lifetimeSeconds) > now else {
            throw AccessRequestRefusal(.taskExpired, "The handle of this task has expired.")
        }
        return (request, denied)
    }
}
