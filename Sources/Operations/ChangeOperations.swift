import Basics
import Onboarding
import Records

/// `/changes`: what the platform has to know of.
extension APIOperation {
    static let changes = [listChanges]

    /// In place of a cursor: nothing but where the end is, for whoever reads how things stand first, and follows then.
    private static var end: String { "end" }
    private static var longestWaitSeconds: Int64 { 60 }

    public static var listChanges: APIOperation {
        .list("/changes", filters: ["organization", "wait"]) { call in
            let query = call.query
            let wait = try query.number("wait") ?? 0
            guard (0...longestWaitSeconds).contains(wait) else {
                throw Fault.invalid(
                    "wait", "out_of_range", "An answer waits 0 to \(longestWaitSeconds) seconds for something new.")
            }
            let wish = try query.page()
            let read = { (position: Int64?) in
                try await call.onboarding.changes(
                    after: position, of: query["organization"], limit: wish.limit, by: try call.actor)
            }
            if wish.after == end { return .list(try await read(nil).document, next: nil) }
            guard let position = Int64(wish.after ?? "0"), position >= 0 else {
                throw Fault.invalid("after", "invalid_cursor", "This cursor is not the position of any change.")
            }
            var found = try await read(position)
            // Whoever may not hear of it has been told so by now, and waits for nothing.
            let deadline = ContinuousClock.now + .seconds(wait)
            while found.events.isEmpty, !found.hasMore, !Task.isCancelled {
                let left = deadline - .now
                guard left > .zero, await call.onboarding.pulse.wait(beyond: found.position, for: left) else { break }
                found = try await read(found.position)
            }
            return .list(found.document, next: found.next)
        }
    }
}
