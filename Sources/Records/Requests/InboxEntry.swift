public import Basics

/// A part of a request that waits for an answer.
public struct InboxEntry: Hashable, Sendable {
    public let request: RequestID
    public let part: String
    public let audience: Audience
    public let dueAt: Timestamp?

    public init(request: RequestID, part: String, audience: Audience, dueAt: Timestamp?) {
        self.request = request
        self.part = part
        self.audience = audience
        self.dueAt = dueAt
    }
}

public struct DueTimer: Hashable, Sendable {
    public let request: RequestID
    public let timer: String
    public let at: Timestamp

    public init(request: RequestID, timer: String, at: Timestamp) {
        self.request = request
        self.timer = timer
        self.at = at
    }
}
