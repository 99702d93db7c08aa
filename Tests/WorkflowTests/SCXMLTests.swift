import Basics
import Foundation
import Testing

@testable import Workflow

/// The W3C's tests of SCXML 1.0 (Implementation Report Plan, https://www.w3.org/Voice/2013/scxml-irp/, version of 10
/// March 2015) as an outside oracle: `SCXML/irp.tsv` says of each whether it applies, in our words.
///
/// The definitions beside it are ours. Each carries its play as comments: `>` is what happens, `=` what must follow.
@Suite("SCXML", .timeLimit(.minutes(60)))
struct SCXMLTests {
    /// One test of the W3C.
    struct Row {
        let test: String
        let applies: String
        /// Name of our definition; where the test does not apply, why.
        let evidence: String
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "SCXML")

    static let rows: [Row] = {
        // A table that cannot be read is an empty one, which `allKnown` refuses.
        let text = (try? String(contentsOf: folder.appending(path: "irp.tsv"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let cells = line.split(separator: "\t").map(String.init)
            return cells.count == 5 ? Row(test: cells[0], applies: cells[2], evidence: cells[3]) : nil
        }
    }()

    static let definitions = Set(rows.filter { $0.applies != "no" }.map(\.evidence)).sorted()

    @Test("knows every test of the W3C, once, and says of each whether it applies")
    func allKnown() {
        #expect(Self.rows.count == 200)
        #expect(Set(Self.rows.map(\.test)).count == 200)
        #expect(Set(Self.rows.map(\.applies)) == ["yes", "differs", "no"])
        #expect(Self.rows.count { $0.applies == "yes" } == 43)
        #expect(Self.rows.count { $0.applies == "differs" } == 6)
    }

    @Test("has no definition that no test needs")
    func noneIdle() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path())
        #expect(files.sorted() == (Self.definitions.map { "\($0).yaml" } + ["irp.tsv"]).sorted())
    }

    @Test("does what the W3C's tests say, or differs on purpose", arguments: definitions)
    func conforms(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: "\(name).yaml"), encoding: .utf8)
        let script = text.split(separator: "\n").filter { $0.hasPrefix("# ") }.map { $0.dropFirst(2) }
        let expected = script.filter { $0.hasPrefix("=") }.map { String($0.dropFirst(2)) }
        var play = Play(yaml: text, file: "\(name).yaml")
        for line in script where line.hasPrefix(">") {
            try play.perform(line.dropFirst(2).split(separator: " ").map(String.init))
        }
        #expect(play.answers == expected)
        // Every play is told so that doing right leads to one place, as the W3C's do.
        #expect(
            expected.contains { $0.hasSuffix("pass (success)") || $0.contains("pass (success) |") || play.isRefused })
    }
}

/// Plays the lines of a script on runs of one definition and writes down what each did.
private struct Play {
    let yaml: String
    let file: String
    private(set) var answers: [String] = []
    private(set) var isRefused = false
    private var definition: Definition?
    private var runs: [String: Run] = [:]
    private var current = "first"
    private var now = monday

    init(yaml: String, file: String) {
        self.yaml = yaml
        self.file = file
        do {
            let definition = try Definition(yaml: yaml, file: file)
            let findings = check(definition, templates: { _, _ in [] }).findings
            if findings.isEmpty { self.definition = definition } else { refuse(findings) }
        } catch { refuse(error.findings) }
    }

    private mutating func refuse(_ findings: [Finding]) {
        isRefused = true
        answers.append("refused: \(findings.map(\.rule).joined(separator: ", "))")
    }

    mutating func perform(_ words: [String]) throws {
        guard let word = words.first, word != "read" else { return }
        let definition = try #require(definition)
        switch word {
        case "run": current = words[1]
        case "start":
            let start = start(words.dropFirst())
            note(try definition.start(start, at: now, calendar: .everyDay))
        case "timers":
            let timers = try #require(runs[current]).timers
            let told = timers.map { "\($0.id) at \(($0.at.milliseconds - monday.milliseconds) / 1000)s" }
            answers.append(told.isEmpty ? "none" : told.joined(separator: ", "))
        case "timer": try step(.timer(id: words[1]))
        case "report":
            let outcome = try #require(Event.EffectOutcome(rawValue: words[2]))
            try step(.effect(key: words[1], outcome: outcome))
        case _ where word.hasPrefix("+"):
            now = try #require(Delay(String(word.dropFirst()))).added(to: now, calendar: .everyDay)
        default:
            try step(.choice(Event.Choice(word, part: words[2], by: "person-\(words[2])")))
        }
    }

    /// Words of one letter are items, perhaps with a profile (`a=STD`); others are flags.
    private func start(_ words: some Sequence<String>) -> Event.Start {
        var items: [Run.Item] = []
        var flags: [String: Bool] = [:]
        for word in words {
            let pieces = word.split(separator: "=").map(String.init)
            if pieces[0].count == 1 {
                items.append(Run.Item(id: pieces[0], profile: pieces.count > 1 ? pieces[1] : "OPE", needsMFA: false))
            } else {
                flags[word] = true
            }
        }
        return Event.Start(items: items, players: [:], flags: flags)
    }

    private mutating func step(_ event: Event) throws {
        let definition = try #require(definition)
        let run = try #require(runs[current])
        do throws(Refusal) {
            note(try definition.step(run, on: event, at: now, calendar: .everyDay))
        } catch { answers.append("refused: \("\(error)".prefix { $0 != "(" })") }
    }

    /// `x: s0 → s1 (success) | mail/s1/1/a to approver, grant/b as OPE | cancels grant/a`.
    private mutating func note(_ step: Step) {
        runs[current] = step.run
        let ended = step.run.ended.map { " (\($0.rawValue))" } ?? ""
        let orders = step.orders.map { order in
            let to = order.recipients.isEmpty ? "" : " to \(order.recipients.joined(separator: " "))"
            return order.key + to + (order.profile.map { " as \($0)" } ?? "")
        }
        var answer = "\(step.event): \(step.from.map { "\($0) → " } ?? "")\(step.to)\(ended)"
        if !orders.isEmpty { answer += " | \(orders.joined(separator: ", "))" }
        if !step.cancelled.isEmpty { answer += " | cancels \(step.cancelled.joined(separator: ", "))" }
        answers.append(answer)
    }
}
