import Basics
import Foundation
import Testing

@testable import Workflow

@Suite("Canonical JSON", .timeLimit(.minutes(60)))
struct CanonicalJSONTests {
    static let nasty = "é\"\\/\n\t\u{0}\u{1F}\u{7F}𝄞 e\u{301} </script>"

    static let events: [Event] = [
        .start(Event.Start(items: twoItems, players: ["requester": ["rita"], "holder": []], flags: ["stolen": true])),
        .start(Event.Start(items: [], players: [:])),
        .choice(Event.Choice("answer", part: "requester", by: nasty, onBehalfOf: "q", comment: nasty)),
        .choice(
            Event.Choice(
                "decide", part: "approver", by: "a",
                decisions: ["z": .approve, "a": .lower(to: nasty, needsMFA: true), nasty: .reject],
                facts: ["code.valid": false])),
        .timer(id: "go.expired"),
        .effect(key: "grant/paris", outcome: .parked),
        .freeze,
        .thaw,
        .deadline(timer: nil, at: monday),
        .deadline(timer: "go.expired", at: Timestamp(milliseconds: -1)),
        .remark("effect.retry"),
    ]

    @Test("gives an event back", arguments: events)
    func eventRoundTrip(event: Event) throws {
        let text = event.canonicalJSON()
        #expect(try Event(canonicalJSON: text) == event)
        #expect(try Event(canonicalJSON: text).canonicalJSON() == text)
        try expectCanonical(text)
    }

    @Test("gives every run of a story back")
    func runRoundTrip() throws {
        var story = try Story(shipped("account-request"), flags: ["b": true, "a": false])
        var runs = [story.run]
        try story.choose("question", "approver", by: Self.nasty, comment: "Why?")
        runs.append(story.run)
        try story.choose("answer", "requester", by: "rita", comment: "So.")
        try story.decide(["paris": .approve, "lyon": .reject])
        runs.append(story.run)
        try story.apply(.freeze)
        runs.append(story.run)
        try story.finish("grant/paris")
        runs.append(story.run)
        try story.choose("cancel", "requester", by: "rita")
        runs.append(story.run)
        for run in runs {
            let text = run.canonicalJSON()
            #expect(try Run(canonicalJSON: text) == run)
            try expectCanonical(text)
        }
    }

    @Test("does not depend on the order in which a dictionary was filled")
    func sameBytes() {
        let names = (0..<40).map { "part\($0)" }
        let one = Dictionary(uniqueKeysWithValues: names.map { ($0, [$0]) })
        let other = Dictionary(uniqueKeysWithValues: names.reversed().map { ($0, [$0]) })
        let texts = [one, other].map { Event.start(Event.Start(items: [], players: $0)).canonicalJSON() }
        #expect(texts[0] == texts[1])
    }

    @Test(
        "refuses text that it did not write",
        arguments: [
            "", "{}", "null", "{\"timer\":1}", "{\"timer\":\"x\"} ", "{ \"timer\":\"x\"}", "{\"timer\":\"x\"",
            "{\"timer\":\"\\u0041\"}", "{\"timer\":\"\\q\"}", "{\"tumer\":\"x\"}", "{\"timer\":\"x\",\"timer\":\"y\"}",
            "{\"effect\":{\"key\":\"k\",\"outcome\":\"lost\"}}", "{\"effect\":{\"key\":\"k\"}}",
            "{\"freeze\":{\"at\":1}}", "{\"thaw\":1}", "{\"deadline\":{\"timer\":\"x\"}}",
            "{\"start\":{\"flags\":{\"a\":maybe},\"items\":[],\"players\":{}}}",
        ])
    func refuses(text: String) {
        #expect(throws: MalformedJSON.self) { try Event(canonicalJSON: text) }
    }

    @Test("refuses a number that does not fit")
    func refusesWideNumber() throws {
        let text = try Story(shipped("account-request")).run.canonicalJSON()
        let wide = text.replacing("\"round\":0", with: "\"round\":99999999999999999999")
        #expect(wide != text)
        #expect(throws: MalformedJSON.self) { try Run(canonicalJSON: wide) }
    }

    /// Foundation, an independent reader, reads it and writes the same with sorted keys.
    private func expectCanonical(_ text: String) throws {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let theirs = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
        let mine = try #require(JSONSerialization.jsonObject(with: theirs) as? NSDictionary)
        #expect(mine == (value as? NSDictionary))
        #expect(!text.contains(": ") && !text.contains(", \""))
    }
}
