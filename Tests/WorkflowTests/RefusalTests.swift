import Basics
import Testing

@testable import Workflow

@Suite("Refusals of a step", .timeLimit(.minutes(60)))
struct RefusalTests {
    @Test("refuses a choice that the state does not offer, or not to that part")
    func notOffered() throws {
        var story = try Story(shipped("account-request"))
        expect(.notOffered(choice: "verify", state: "approval")) { try story.choose("verify", "holder", by: "hugo") }
        expect(.notOffered(choice: "decide", state: "approval")) { try story.decide([:]) }
        expect(.notAsked(part: "deputy", state: "approval")) {
            try story.choose("decide", "deputy", by: "dora", decisions: ["paris": .approve])
        }
        expect(.notAsked(part: "approver", state: "approval")) { try story.choose("cancel", "approver", by: "anna") }
        expect(.notOffered(choice: "start", state: "approval")) {
            try story.apply(.start(Event.Start(items: [], players: [:])))
        }
    }

    @Test("refuses a whole decision if one item is unknown, and keeps nothing of it")
    func unknownItem() throws {
        var story = try Story(shipped("account-request"))
        let before = story.run
        expect(.unknownItem("nowhere")) { try story.decide(["lyon": .approve, "nowhere": .approve]) }
        #expect(story.run == before)
    }

    @Test("refuses lowering where only approval is offered")
    func decisionNotOffered() throws {
        let definition = try small(
            """
            wait:
              ask: {who: approver, each: item, choices: [approve]}
              after: {1d: {go: end}}
              when: {decided: {go: end}}
            """)
        var story = try Story(definition)
        expect(.notOffered(choice: "lower", state: "wait")) {
            try story.decide(["paris": .lower(to: "STD", needsMFA: false)])
        }
    }

    @Test("refuses four eyes that are two: by oneself, as a deputy, and through delegation")
    func notApart() throws {
        var story = try Story(shipped("account-request"))
        expect(.notApart(part: "approver", other: "requester")) { try story.decide(["paris": .approve], by: "rita") }
        expect(.notApart(part: "approver", other: "holder")) { try story.decide(["paris": .approve], by: "hugo") }
        expect(.notApart(part: "approver", other: "requester")) {
            try story.choose(
                "decide", "approver", by: "rita", onBehalfOf: "anna", decisions: ["paris": .approve])
        }
        expect(.notApart(part: "approver", other: "requester")) {
            try story.choose(
                "decide", "approver", by: "dora", onBehalfOf: "rita", decisions: ["paris": .approve])
        }
        story.now = monday.after(days: 5)
        try story.apply(.timer(id: "also_ask.deputy"))
        try story.decide(["paris": .approve], by: "anna")
        expect(.notApart(part: "deputy", other: "approver")) {
            try story.choose("decide", "deputy", by: "anna", decisions: ["lyon": .approve])
        }
    }

    @Test("remembers who stood in for whom")
    func delegationIsKept() throws {
        var story = try Story(shipped("account-request"))
        try story.choose("decide", "approver", by: "dora", onBehalfOf: "anna", decisions: ["paris": .approve])
        #expect(story.run.players["approver"] == ["dora", "anna"])
    }

    @Test("refuses to begin with one person in two parts")
    func startApart() throws {
        let players = ["requester": ["rita"], "holder": ["rita"]]
        expect(.notApart(part: "holder", other: "requester")) {
            _ = try Story(shipped("account-request"), players: players)
        }
        // A reset may be asked for by the holder: others agree.
        #expect(try Story(shipped("mfa-reset"), items: [], players: players).run.state == "reported")
    }

    @Test("refuses a question without words")
    func needsComment() throws {
        var story = try Story(shipped("account-request"))
        for comment in [nil, "", " \n"] {
            expect(.needsComment(choice: "question")) {
                try story.choose("question", "approver", by: "anna", comment: comment)
            }
        }
    }

    @Test("refuses a timer that is unknown or not due")
    func timers() throws {
        var story = try Story(shipped("account-request"))
        expect(.unknownTimer("tea")) { try story.apply(.timer(id: "tea")) }
        story.now = monday.after(days: 2).adding(milliseconds: -1)
        expect(.timerNotDue("remind", at: monday.after(days: 2))) { try story.apply(.timer(id: "remind")) }
        try story.decide(["paris": .reject, "lyon": .approve])
        story.now = monday.after(days: 30)
        expect(.unknownTimer("remind")) { try story.apply(.timer(id: "remind")) }
    }

    @Test("refuses an effect that was not ordered, or was reported before")
    func effects() throws {
        var story = try Story(shipped("account-request"))
        expect(.unknownEffect("grant/paris")) { try story.finish("grant/paris") }
        try story.decide(["paris": .approve, "lyon": .approve])
        try story.finish("grant/paris")
        expect(.unknownEffect("grant/paris")) { try story.finish("grant/paris") }
    }

    @Test("refuses everything but effects once the run has ended")
    func ended() throws {
        var story = try Story(shipped("account-request"))
        try story.decide(["paris": .reject, "lyon": .reject])
        expect(.ended(.refused)) { try story.decide(["paris": .approve]) }
        expect(.ended(.refused)) { try story.apply(.timer(id: "remind")) }
        expect(.unknownEffect("grant/paris")) { try story.finish("grant/paris") }
    }

    @Test("does not cancel where that is not offered")
    func cancelOnlyThere() throws {
        var story = try Story(shipped("profile-change"), flags: ["has_factor": true])
        try story.decide(["paris": .approve, "lyon": .approve])
        #expect(story.run.state == "provisioning")
        expect(.notOffered(choice: "cancel", state: "provisioning")) {
            try story.choose("cancel", "requester", by: "rita")
        }
        #expect(story.definition.offered(story.run, to: "requester") == [])
    }
}

/// A definition around `states`, whose first is the start; an end called `end` is added.
func small(_ states: String, head: String = "") throws -> Definition {
    let first = states.prefix { $0 != ":" }
    let body = states.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n")
    return try Definition(
        yaml: """
            workflow: small
            version: 1
            people: {requester: organization.representatives, approver: organization.delivery_managers}
            effects:
              mail: {key: [request, state, round, template, recipient], tries: 3, then: park}
              grant: {key: [request, item], tries: 3, then: park}
              issue: {key: [request, round], tries: 3, then: park}
            start: \(first)
            \(head)
            states:
            \(body)
              end: {end: success}
            """, file: "small.yaml")
}
