package import Basics

/// A part of a request that waits for an answer.
package struct InboxEntry: Hashable, Sendable {
    package let request: RequestID
    package let part: String
    package let audience: Audience
    package let dueAt: Timestamp?

    package init(request: RequestID, part: String, audience: Audience, dueAt: Timestamp?) {
        self.request = request
        self.part = part
        self.audience = audience
        self.dueAt = dueAt
    }
}

package struct DueTimer: Hashable, Sendable {
    package let request: RequestID
    package let timer: String
    package let at: Timestamp

    package init(request: RequestID, timer: String, at: Timestamp) {
        self.request = request
        self.timer = timer
        self.at = at
    }
}
