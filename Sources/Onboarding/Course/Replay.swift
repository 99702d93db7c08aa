public import Basics
import Foundation
import Records
import Workflow

/// What a replay of histories found.
public struct ReplayVerdict: Sendable {
    /// A request whose history does not give its stored run.
    public struct Defect: Hashable, Sendable {
        public let request: RequestID
        /// The first event that is refused, or the members of the run that differ with both values.
        public let difference: String
    }

    public let requests: Int
    public let defects: [Defect]
}

extension Onboarding {
    /// Folds the history of every request through `step` and compares the bytes with what is stored.
    ///
    /// - Parameter progress: hears how many were replayed, a page at a time.
    public func replayAll(progress: (Int) -> Void = { _ in }) async throws -> ReplayVerdict {
        var page = PageRequest(limit: 500)
        var requests = 0
        var defects: [ReplayVerdict.Defect] = []
        while true {
            let current = page
            let (found, next) = try await reading(by: .usher) { turn in
                let page = try turn.snapshot.requests(RequestFilter(), current)
                return (try page.items.map { ($0.id, try turn.replayDefect(of: $0)) }, page.next)
            }
            requests += found.count
            defects += found.compactMap { id, defect in defect.map { .init(request: id, difference: $0) } }
            progress(requests)
            guard let next else { return ReplayVerdict(requests: requests, defects: defects) }
            page = PageRequest(after: next, limit: 500)
        }
    }

    /// Nil for the same bytes.
    fileprivate static func difference(stored: String, replayed: String) -> String? {
        guard stored != replayed else { return nil }
        let (old, new) = (members(of: stored), members(of: replayed))
        let names = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
        func shown(_ value: JSON?) -> String {
            guard let text = value?.bytes(pretty: false) else { return "nothing" }
            return text.count > 200
                ? "\(String(decoding: text.prefix(200), as: UTF8.self))…" : String(decoding: text, as: UTF8.self)
        }
        return names.map { "\($0) is \(shown(old[$0])), by the history \(shown(new[$0]))" }.joined(separator: "; ")
    }

    private static func members(of run: String) -> JSON.Members {
        // A run that is no object differs in everything.
        guard let json = try? JSONDecoder().decode(JSON.self, from: Data(run.utf8)), case .object(let members) = json
        else { return [:] }
        return members
    }
}

extension Turn {
    fileprivate func replayDefect(of request: Request) throws -> String? {
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
        return run.flatMap { Onboarding.difference(stored: request.run.canonicalJSON(), replayed: $0.canonicalJSON()) }
    }
}
