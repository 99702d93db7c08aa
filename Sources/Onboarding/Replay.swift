import Basics
import Workflow

/// What a replay of histories found.
package struct ReplayVerdict: Sendable {
    package let requests: Int
    /// Requests whose history does not give their stored run.
    package let defects: [String]
}

extension Onboarding {
    /// Folds the history of every request through `step` and compares the bytes with what is stored.
    package func replayAll() async throws -> ReplayVerdict {
        var page = PageRequest(limit: 500)
        var requests = 0
        var defects: [String] = []
        while true {
            let current = page
            let (found, next) = try await store.read { snapshot in
                let page = try snapshot.requests(RequestFilter(), current)
                return (try page.items.map { ($0.id, try self.replayDefect(of: $0, in: snapshot)) }, page.next)
            }
            requests += found.count
            defects += found.compactMap { id, defect in defect.map { "\(id): \($0)" } }
            guard let next else { return ReplayVerdict(requests: requests, defects: defects) }
            page = PageRequest(after: next, limit: 500)
        }
    }

    private func replayDefect(of request: Request, in snapshot: any Snapshot) throws -> String? {
        let definition = try library.definition(of: request.run, in: snapshot)
        let history = try snapshot.history(of: request.id)
        guard Int64(history.count) == request.version else {
            return "\(history.count) history entries for version \(request.version)"
        }
        var run: Run?
        for entry in history {
            do throws(Refusal) {
                if case .start(let start) = entry.event {
                    run = try definition.start(start, at: entry.at, calendar: calendar).run
                } else if let before = run {
                    run = try definition.step(before, on: entry.event, at: entry.at, calendar: calendar).run
                } else {
                    return "the history does not begin with a start"
                }
            } catch {
                return "the history has an event that is refused: \(error)"
            }
        }
        return run?.canonicalJSON() == request.run.canonicalJSON() ? nil : "the history gives another state"
    }
}
