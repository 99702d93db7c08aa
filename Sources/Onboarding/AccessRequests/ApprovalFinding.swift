import Basics
import Directory
import Records
import Workflow

/// What an approval that was presented with a question comes to: it decides nothing, the grant does.
public enum ApprovalFinding: Sendable {
    /// What it gave is why the answer is yes.
    case holds(ApprovalReference)
    case fails(Failure)

    /// Why the answer is no all the same (section "Completion Semantics").
    public enum Failure: String, Sendable, CaseIterable {
        case expired = "approval_expired"
        case outOfScope = "out_of_scope"
        case grantPending = "grant_pending"
        case policyDenied = "policy_denied"
        case unverifiable = "approval_unverifiable"
    }
}

extension Inquiry {
    /// Nil where none was presented, and where nothing is to be told of it: beside a yes that it has no part in,
    /// and where a code is what is owed.
    func finding(on question: DecisionQuestion, _ answer: DecisionAnswer) throws -> ApprovalFinding? {
        guard let presented = question.sent.approval, case .decided(let decision) = answer,
            decision.verdict != .stepUp
        else { return nil }
        let failure: ApprovalFinding.Failure
        if let (request, item) = try approved(presented, for: question) {
            let reference = try turn.approval(of: request, item: item.index)
            let found = try self.failure(of: request, item, reference, question, decision)
            if decision.verdict == .allow { return found == nil ? .holds(reference) : nil }
            failure = found ?? .policyDenied
        } else {
            failure = .unverifiable
        }
        return decision.verdict == .allow ? nil : .fails(failure)
    }

    private typealias Approved = (index: Int, cloud: CloudID, profile: Profile?)

    /// What an approval gave, if it is one of whoever asks, for this subject.
    private func approved(_ text: String, for question: DecisionQuestion) throws -> (Request, Approved)? {
        guard let handle = try AccessHandle(text, .approval, turn.keys),
            let request = try turn.snapshot.request(handle.request),
            case .denied(let denied)? = request.subject, denied.items.indices.contains(handle.item),
            case .person(let person?)? = try subject(question.subject), request.holder == person.id,
            try turn.isOwn(request)
        else { return nil }
        let cloud = denied.items[handle.item].cloud
        guard let item = request.run.items.first(where: { $0.id == cloud.text }),
            AccessTask.Status(of: item, request.run.ended) == .approved
        else { return nil }
        return (request, (handle.item, cloud, turn.catalogue.profile(item.profile)))
    }

    /// Nil where the approval is good for this.
    private func failure(
        of request: Request, _ item: Approved, _ reference: ApprovalReference, _ question: DecisionQuestion,
        _ decision: Decision
    ) throws -> ApprovalFinding.Failure? {
        guard turn.now < reference.approvedUntil else { return .expired }
        guard let place = try place(of: question.resource), place.cloud.id == item.cloud,
            let action = turn.catalogue.action(question.action), item.profile?.includes(action.requires) == true
        else { return .outOfScope }
        // What was given is gone, or something else has taken its place.
        guard let holder = request.holder,
            let grant = try turn.snapshot.liveGrant(of: holder, in: item.cloud, at: turn.now),
            grant.request == request.id
        else { return .expired }
        return decision.reason == .grantNotBegun ? .grantPending : nil
    }
}
