public import Basics

/// Which draft of the AuthZEN Access Request and Approval Profile is spoken.
///
/// Drafts change from one to the next, so that each is asked for by its name, and another takes no other's place.
public enum AccessRequestDraft: String, Sendable, CaseIterable {
    /// `authzen-access-request-approval-profile-1_0`, draft 1.
    case june2026 = "draft-2026-06"
}

/// What the profile refuses, by its names (section "Error Responses").
public struct AccessRequestRefusal: Error {
    public enum Kind: String, Sendable, CaseIterable {
        case notRequestable = "not_requestable"
        case expiredDenial = "expired_denial"
        case invalidDenialBinding = "invalid_denial_binding"
        case duplicateRequest = "duplicate_request"
        case unknownTask = "unknown_task"
        case taskExpired = "task_expired"
        case invalidTaskState = "invalid_task_state"
    }

    public let kind: Kind
    public let sentence: Sentence

    public static func unbound(_ sentence: Sentence) -> AccessRequestRefusal { .init(.invalidDenialBinding, sentence) }

    init(_ kind: Kind, _ sentence: Sentence) {
        self.kind = kind
        self.sentence = sentence
    }
}
