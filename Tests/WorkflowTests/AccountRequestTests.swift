import Basics
import Testing

@testable import Workflow

@Suite("Account request", .timeLimit(.minutes(60)))
struct AccountRequestTests {
    @Test("goes from approval to an active account")
    func happyPath() throws {
        var story = try Story(shipped("account-request"))
        #expect(story.run.state == "approval")
        #expect(story.last.from == nil)
        #expect(story.last.orders.map(\.key) == ["mail/approval/0/approval-asked"])
        #expect(story.last.orders.map(\.recipients) == [["approver"]])
        #expect(story.run.timers.map(\.id) == ["remind", "also_ask.deputy", "go.expired"])
        #expect(story.run.dueAt == monday.after(days: 7))

        try story.decide(["paris": .lower(to: "DTM", needsMFA: true)])
        #expect(story.run.state == "approval")
        #expect(story.last.orders.isEmpty)
        try story.decide(["lyon": .approve])
        #expect(story.run.state == "provisioning")
        #expect(story.last.orders.map(\.key) == ["grant/paris", "grant/lyon"])
        #expect(story.last.orders.map(\.profile) == ["DTM", "STD"])
        try story.finish("grant/paris")
        #expect(story.run.state == "provisioning")
        try story.finish("grant/lyon")
        #expect(story.run.state == "invitation")
        #expect(story.last.event == "grant.done")

        try story.choose("choose_password", "holder", by: "hugo")
        try story.choose("begin", "holder", by: "hugo")
        #expect(story.last.orders.map(\.key) == ["issue/\(story.run.round)"])
        try story.choose("verify", "holder", by: "hugo", facts: ["code.valid": true])
        #expect(story.run.ended == .success)
        #expect(story.run.items.map(\.state) == [.active, .active])
        #expect(story.last.orders.map(\.effect) == ["activate", "mail"])
        #expect(story.last.orders.map(\.now) == [true, false])
        #expect(story.last.orders.last?.recipients == ["holder", "requester"])
        #expect(story.run.timers.isEmpty)
    }
}
