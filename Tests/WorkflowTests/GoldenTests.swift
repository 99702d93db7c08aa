import Basics
import Foundation
import Testing

@testable import Workflow

/// Histories of every definition version that ever shipped, as they were recorded then: `Golden/NAME-VERSION/`.
///
/// What is there is never changed: databases hold runs of these versions. A new version, once its text is final, gets its
/// folder by `USHER_WRITE_GOLDEN=yes Tools/test.sh --filter GoldenTests`.
@Suite("Golden histories", .timeLimit(.minutes(60)))
struct GoldenTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static let recorded = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).sorted()

    private func definition(of name: String) throws -> Definition {
        let file = Self.folder.appending(path: "\(name)/definition.yaml")
        return try Definition(yaml: String(contentsOf: file, encoding: .utf8), file: name)
    }

    /// One line an event: milliseconds, event and the run after it, by tabs; a blank line between histories.
    private func histories(of name: String) throws -> [[(at: Timestamp, event: Event, run: String)]] {
        let text = try String(contentsOf: Self.folder.appending(path: "\(name)/histories.tsv"), encoding: .utf8)
        return try text.split(separator: "\n\n").map { history in
            try history.split(separator: "\n").map { line in
                let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                try #require(fields.count == 3)
                let at = try #require(Int64(fields[0]))
                return (Timestamp(milliseconds: at), try Event(canonicalJSON: fields[1]), fields[2])
            }
        }
    }

    @Test("replay to the same bytes, event by event, for ever", arguments: recorded)
    func replay(name: String) throws {
        let definition = try definition(of: name)
        var taken: Set<Passage> = []
        for history in try histories(of: name) {
            var run: Run?
            for (at, event, expected) in history {
                let step =
                    if case .start(let start) = event {
                        try definition.start(start, at: at, calendar: .everyDay)
                    } else {
                        try definition.step(try #require(run), on: event, at: at, calendar: .everyDay)
                    }
                #expect(step.run.canonicalJSON() == expected)
                #expect(event.canonicalJSON() == (try Event(canonicalJSON: event.canonicalJSON()).canonicalJSON()))
                taken.formUnion(step.passages)
                run = step.run
            }
        }
        #expect(
            Self.ways(definition).subtracting(taken.map { "\($0.from) \($0.branch.line):\($0.branch.column)" }) == [])
    }

    /// Every branch in every state where it may be taken.
    private static func ways(_ definition: Definition) -> Set<String> {
        var ways: Set<String> = []
        for state in definition.states where state.end == nil {
            // Where all that is waited for is done within the step nobody ever rests, and only `done` leads on.
            let passes =
                state.ask == nil && !state.awaited.isEmpty
                && state.awaited.allSatisfy { definition.effects[$0]?.now == true }
            let timers = passes ? [] : state.timers.flatMap(\.branches)
            let everywhere =
                passes
                ? [] : definition.anywhere.values.filter { $0.isOffered(in: state.name) }.flatMap(\.reaction.branches)
            let own = state.reactions.values.flatMap(\.branches) + timers
            for branch in own + everywhere {
                ways.insert("\(state.name) \(branch.position.line):\(branch.position.column)")
            }
        }
        return ways
    }

    @Test("are kept of every version that ships", arguments: shippedNames)
    func kept(name: String) throws {
        let definition = try shipped(name)
        let folder = "\(name)-\(definition.version)"
        if !Self.recorded.contains(folder), ProcessInfo.processInfo.environment["USHER_WRITE_GOLDEN"] != nil {
            try write(definition, to: folder)
        }
        let kept = try definition.source == self.definition(of: folder).source
        #expect(kept, "the text of a version that shipped has changed: give it a new version")
    }

    /// Walks of every temper, kept as far as each takes a way that no other took.
    private func write(_ definition: Definition, to name: String) throws {
        var missing = Self.ways(definition)
        var text = ""
        for seed in UInt64(1)...4_000 where !missing.isEmpty {
            var walk = try RandomWalk(definition, seed: seed)
            // In every third walk everybody falls silent on the way.
            let patience = seed % 3 == 0 ? Int(seed / 3 % 24) : 400
            for step in 0..<400 where walk.story.run.ended == nil {
                if step < patience { walk.step() } else { try wait(&walk.story) }
            }
            var run: Run?
            var lines: [String] = []
            var isNew = false
            for (event, at) in walk.story.history {
                let step =
                    if case .start(let start) = event {
                        try definition.start(start, at: at, calendar: .everyDay)
                    } else {
                        try definition.step(try #require(run), on: event, at: at, calendar: .everyDay)
                    }
                run = step.run
                lines.append("\(at.milliseconds)\t\(event.canonicalJSON())\t\(step.run.canonicalJSON())")
                for passage in step.passages
                where missing.remove("\(passage.from) \(passage.branch.line):\(passage.branch.column)") != nil {
                    isNew = true
                }
            }
            if isNew { text += lines.joined(separator: "\n") + "\n\n" }
        }
        try #require(missing.isEmpty, "no walk takes \(missing.sorted())")
        let folder = Self.folder.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try definition.source.write(to: folder.appending(path: "definition.yaml"), atomically: true, encoding: .utf8)
        try text.write(to: folder.appending(path: "histories.tsv"), atomically: true, encoding: .utf8)
    }

    private func wait(_ story: inout Story) throws {
        let next = story.run.timers.min { ($0.at, $0.id) < ($1.at, $1.id) }
        guard let next else { return }
        story.now = max(story.now, next.at)
        try story.apply(.timer(id: next.id))
    }
}
