import Basics
import Foundation
import Scratch
import Testing

@testable import Workflow

/// Laws that hold for every definition, tried on ten thousand that nobody wrote.
///
/// A definition is named by its seed: `USHER_LAW_SEED=4711 Tools/test.sh --filter Laws` tries only that one and prints
/// it. `USHER_LAW_COUNT` tries more than ten thousand.
@Suite("Laws", .timeLimit(.minutes(60)))
struct LawTests {
    static let environment = ProcessInfo.processInfo.environment
    static let only = environment["USHER_LAW_SEED"].flatMap(UInt64.init)
    static let count = environment["USHER_LAW_COUNT"].flatMap(UInt64.init) ?? 10_000

    /// The seeds are dealt out, one half to each of two cores.
    static let shares: [UInt64] = [0, 1]

    static let weekdays: BusinessCalendar = {
        let holidays = [20_454, 20_549, 20_574, 20_587, 20_648, 20_680, 20_758, 20_768, 20_812].map(Int64.init)
        let paris = TimeZone(identifier: "Europe/Paris") ?? .gmt
        return BusinessCalendar(name: "paris", weekend: [0, 6], holidays: Set(holidays), timeZone: paris)
    }()

    @Test("hold for ten thousand random definitions", arguments: shares)
    func hold(share: UInt64) async throws {
        let half = Self.count / 2
        let dealt = share == 0 ? Array(0..<half) : Array(half..<Self.count)
        let seeds = Self.only.map { share == 0 ? [$0] : [] } ?? dealt
        let tally = try await apart { try Self.tally(seeds) }
        // A law about definitions that are accepted, or rejected for a path, says nothing where there are none.
        guard Self.only == nil else { return }
        let total = Double(seeds.count)
        #expect(Double(tally.accepted) > 0.35 * total, "\(tally)")
        #expect(Double(tally.rejected) > 0.25 * total, "\(tally)")
        #expect(Double(tally.unreadable) > 0.05 * total, "\(tally)")
        #expect(Double(tally.reproduced) > 0.3 * total, "\(tally)")
    }

    private struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private static func tally(_ seeds: [UInt64]) throws -> Tally {
        var tally = Tally()
        for seed in seeds {
            var yaml = ""
            do { try Trial(seed: seed).run(&yaml, &tally) } catch {
                throw Broken(description: "USHER_LAW_SEED=\(seed): \(error)\n\(yaml)")
            }
            if only != nil { print(yaml) }
        }
        return tally
    }

    /// On a thread of its own: the servers of other tests answer on those that tasks share.
    private func apart<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }
}

/// What became of the definitions of a share.
struct Tally: Sendable {
    var accepted = 0
    var rejected = 0
    var unreadable = 0
    /// Findings whose counter-example was played.
    var reproduced = 0
}

/// One seed: a definition, and the laws that it must keep.
private struct Trial {
    let seed: UInt64

    func run(_ yaml: inout String, _ tally: inout Tally) throws {
        var random = SplitMix(seed: seed)
        switch seed % 10 {
        case 0...3:
            yaml = Sketch.random(.init(), using: &random).yaml
            let definition = try read(yaml)
            let report = check(definition, templates: { _, _ in [] }, calendar: calendar)
            try require(report.findings.isEmpty, "sound, but rejected: \(report.findings)")
            tally.accepted += 1
            try follow(definition, report)
        case 4, 5: try broken(&yaml, &random, &tally)
        case 6, 7:
            yaml = Sketch.random(.init(guarded: false, wild: true), using: &random).yaml
            try judge(yaml, &tally, reproduce: true)
        case 8:
            yaml = Sketch.random(.init(wild: true), using: &random).yaml
            try judge(yaml, &tally, reproduce: false)
        default:
            yaml = Noise.disturb(Sketch.random(.init(), using: &random).yaml, using: &random)
            try judge(yaml, &tally, reproduce: false)
        }
    }

    private func read(_ yaml: String) throws -> Definition {
        do throws(DefinitionDefects) { return try Definition(yaml: yaml, file: "f") } catch {
            throw Broken(description: "sound, but refused: \(error)")
        }
    }

    /// A sound definition with one mistake: the mistake is found, by its name.
    private func broken(_ yaml: inout String, _ random: inout SplitMix, _ tally: inout Tally) throws {
        var sketch = Sketch.random(.init(), using: &random)
        guard let fault = Sketch.breaks.randomElement(using: &random), fault.apply(&sketch, &random) else {
            return try judge(sketch.yaml, &tally, reproduce: false)
        }
        yaml = sketch.yaml
        let findings: [Finding]
        do throws(DefinitionDefects) {
            findings = check(try Definition(yaml: yaml, file: "f"), templates: { _, _ in [] }).findings
        } catch { findings = error.findings }
        tally.rejected += 1
        let rules = Set(findings.map(\.rule))
        try require(!rules.isDisjoint(with: fault.rules), "wanted one of \(fault.rules), found \(findings)")
    }

    /// Any text: it is refused with places in it, or rejected with reasons that can be shown, or keeps the laws.
    private func judge(_ yaml: String, _ tally: inout Tally, reproduce: Bool) throws {
        let definition: Definition
        do throws(DefinitionDefects) { definition = try Definition(yaml: yaml, file: "f") } catch {
            tally.unreadable += 1
            return try places(error.findings, in: yaml)
        }
        let report = check(definition, templates: { _, _ in [] }, calendar: calendar)
        guard !report.findings.isEmpty else {
            tally.accepted += 1
            return try follow(definition, report)
        }
        tally.rejected += 1
        try places(report.findings, in: yaml)
        guard reproduce else { return }
        let explorer = Explorer(definition: definition)
        func named(_ text: String, _ piece: Int) -> String {
            text.split(separator: "`").dropFirst(piece).first.map(String.init) ?? ""
        }
        let lost = report.findings.filter { $0.rule == "unreachable-state" }.map { named($0.message, 3) }
        for finding in report.findings {
            let place = finding.path.last ?? named(finding.message, 0)
            guard finding.rule == "unreachable-state" || !lost.contains(place) && !finding.path.isEmpty else {
                continue
            }
            guard let shown = explorer.reproduces(finding) else { continue }
            try require(shown, "no run shows: \(finding)")
            tally.reproduced += 1
        }
    }

    private func places(_ findings: [Finding], in yaml: String) throws(Broken) {
        try require(!findings.isEmpty, "refused without a reason")
        let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
        for finding in findings {
            let isThere =
                (1...lines.count).contains(finding.line)
                && (1...(lines[finding.line - 1].count + 1)).contains(finding.column)
            try require(isThere, "no such place: \(finding)")
        }
    }

    /// Half of the definitions are tried where every day is a business day.
    private var calendar: BusinessCalendar { seed / 60 % 2 == 0 ? .everyDay : LawTests.weekdays }

    /// What is accepted never gets stuck, and ends within the lifetime that is printed, in any temper.
    private func follow(_ definition: Definition, _ report: CheckReport) throws {
        guard let life = report.longestLife, let wall = report.longestWall else {
            throw Broken(description: "accepted without a lifetime")
        }
        // Two of the tempers each, so that ten thousand definitions are tried in seconds.
        let tempers = Temper.allCases
        let first = Int(seed / 10) % tempers.count
        for temper in [tempers[first], tempers[(first + 1) % tempers.count]] {
            var walk = try Walk(definition, calendar, temper, seed: seed)
            let ended = try walk.walk(limit: 3_000)
            try require(ended, "\(temper): rests in `\(walk.run.state)` after \(walk.steps) steps")
            try walk.judgeWhole()
            try require(
                walk.spent.businessDays <= life.businessDays && walk.spent.milliseconds <= life.milliseconds,
                "\(temper): waited for \(walk.spent), but \(life) is the longest")
            let began = walk.history.first?.at ?? walk.now
            try require(
                walk.now.milliseconds - began.milliseconds <= wall,
                "\(temper): took \(walk.now.milliseconds - began.milliseconds) ms, but \(wall) is the longest")
        }
    }
}

/// Small accidents of typing.
enum Noise {
    static func disturb(_ text: String, using random: inout SplitMix) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0...Int.random(in: 0...2, using: &random) {
            let index = Int.random(in: lines.indices, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: if lines.count > 1 { lines.remove(at: index) }
            case 1: lines.insert(lines[index], at: index)
            case 2: lines.swapAt(index, Int.random(in: lines.indices, using: &random))
            case 3: lines[index] = String(lines[index].dropLast())
            default:
                var characters = Array(lines[index])
                guard !characters.isEmpty else { continue }
                let place = Int.random(in: characters.indices, using: &random)
                characters[place] =
                    Array("{}[]:,-\"'#&!|>%@`? \tax1é\u{0}\u{2028}☂").randomElement(using: &random) ?? "x"
                lines[index] = String(characters)
            }
        }
        return lines.joined(separator: "\n")
    }
}
