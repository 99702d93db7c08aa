import Basics
import Foundation
import Testing

@testable import Workflow

let workflowsFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "workflows")

func shipped(_ name: String) throws -> Definition {
    let url = workflowsFolder.appending(path: "\(name).yaml")
    return try Definition(yaml: String(contentsOf: url, encoding: .utf8), file: "\(name).yaml")
}

extension Vocabulary {
    /// What definitions are promised; that the product keeps it is held where the product is known.
    static let shipped: Vocabulary = {
        let data = (try? Data(contentsOf: workflowsFolder.appending(path: "schema.json"))) ?? Data()
        let schema = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
        func words(_ key: String, _ part: String) -> [String] {
            let properties = (schema?["properties"] as? [String: Any])?[key] as? [String: Any]
            return (properties?[part] as? [String: Any])?["enum"] as? [String] ?? []
        }
        let ofItems: Set = ["grant", "revoke", "confirm", "withdraw", "admit"]
        let effects = words("effects", "propertyNames").map { ($0, ofItems.contains($0)) }
        return Vocabulary(
            effects: Dictionary(effects) { first, _ in first },
            sources: Set(words("people", "additionalProperties")))
    }()
}

func check(
    _ definition: Definition, templates: (String, Language) -> Set<String>?, profiles: Set<String>? = nil,
    from old: Definition? = nil, calendar: BusinessCalendar = .everyDay
) -> CheckReport {
    Workflow.check(
        definition, templates: templates, vocabulary: .shipped, profiles: profiles, from: old, calendar: calendar)
}

/// 2026-01-05, a Monday.
let monday = Timestamp(milliseconds: 1_767_603_600_000)

extension Timestamp {
    func after(days: Int64 = 0, hours: Int64 = 0) -> Timestamp { adding(seconds: days * 86_400 + hours * 3600) }
}

/// A run on its way, so that a test reads as a story.
struct Story {
    let definition: Definition
    var run: Run
    var last: Step
    var now: Timestamp
    var history: [(event: Event, at: Timestamp)]

    init(
        _ definition: Definition, items: [Run.Item] = twoItems, flags: [String: Bool] = [:],
        players: [String: [String]] = ["requester": ["rita"], "holder": ["hugo"]], until: Timestamp? = nil
    ) throws {
        let start = Event.Start(items: items, players: players, flags: flags, until: until)
        self.definition = definition
        now = monday
        last = try definition.start(start, at: monday, calendar: .everyDay)
        run = last.run
        history = [(.start(start), monday)]
    }

    mutating func apply(_ event: Event) throws {
        last = try definition.step(run, on: event, at: now, calendar: .everyDay)
        run = last.run
        history.append((event, now))
    }

    mutating func choose(
        _ name: String, _ part: String, by: String, onBehalfOf: String? = nil,
        decisions: [String: Event.Decision] = [:], facts: [String: Bool] = [:], comment: String? = nil
    ) throws {
        try apply(
            .choice(
                Event.Choice(
                    name, part: part, by: by, onBehalfOf: onBehalfOf, decisions: decisions, facts: facts,
                    comment: comment)))
    }

    mutating func decide(_ decisions: [String: Event.Decision], by: String = "anna") throws {
        try choose("decide", "approver", by: by, decisions: decisions)
    }

    mutating func finish(_ effect: String, _ outcome: Event.EffectOutcome = .done) throws {
        try apply(.effect(key: effect, outcome: outcome))
    }
}

let twoItems = [
    Run.Item(id: "paris", profile: "OPE", needsMFA: true), Run.Item(id: "lyon", profile: "STD", needsMFA: false),
]

/// `body` is refused with exactly `refusal`.
func expect(
    _ refusal: Refusal, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    #expect(throws: refusal, sourceLocation: sourceLocation) { try body() }
}
