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
        let history = try snapshot.history(of: request.id)
        guard Int64(history.count) == request.version else {
            return "\(history.count) history entries for version \(request.version)"
        }
        // The first migration says under which version the request began.
        let first = history.lazy.compactMap { if case .migrate(let from, _) = $0.event { from } else { nil } }.first
        func definition(_ version: Int) throws -> Definition {
            try library.definition(request.run.workflow, version, in: snapshot)
        }
        var current = try definition(first ?? request.run.version)
        var run: Run?
        do {
            for entry in history {
                let calendar = try calendars.calendar(of: entry, in: snapshot)
                switch (entry.event, run) {
                case (.start(let start), nil):
                    run = try current.start(start, at: entry.at, calendar: calendar).run
                case (_, nil): return "the history does not begin with a start"
                case (.migrate(_, let version), let before?):
                    let next = try definition(version)
                    run = try next.adopt(before, from: current, at: entry.at, calendar: calendar).run
                    current = next
                case (_, let before?):
                    run = try current.step(before, on: entry.event, at: entry.at, calendar: calendar).run
                }
            }
        } catch let refusal as Refusal {
            return "the history has an event that is refused: \(refusal)"
        } catch let refusal as MigrationRefusal {
            return "the history has a migration that is refused: \(refusal)"
        }
        return run?.canonicalJSON() == request.run.canonicalJSON() ? nil : "the history gives another state"
    }
}
