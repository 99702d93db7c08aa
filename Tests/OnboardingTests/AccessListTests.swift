import Basics
import Directory
import Foundation
import Records
import TestSupport
import Testing

@testable import Onboarding

/// Who could do what, and because of which approval.
@Suite("The list of access", .timeLimit(.minutes(60)))
struct AccessListTests {
    let world: TestInstallation

    init() async throws { world = try await TestInstallation.withAcme() }

    private func list(
        _ wish: [String: String] = [:], by actor: Actor? = nil, after: String? = nil, limit: Int = 100
    ) async throws -> AccessList {
        try await world.usher.accessList(
            AccessWish { wish[$0] }, PageRequest(after: after, limit: limit), by: actor ?? world.owner)
    }

    private func told(_ list: AccessList) -> [String] {
        list.page.items.map { entry in
            let who =
                switch entry.holder {
                case .person(let person): person.email.text
                case .program: "program"
                }
            return "\(entry.organization.slug)/\(entry.cloud.slug) \(who) \(entry.profile)"
        }.sorted()
    }

    @Test("tells by whom and when each profile was approved, and lowered")
    func approvals() async throws {
        let request = try await world.submit(grants: [("prod", "POW"), ("default", "STD")])
        world.clock.skip(hours: 1)
        let approved = world.clock.now
        try await world.approve(request, [ItemDecision(cloud: "prod", lowered: "OPE"), ItemDecision(cloud: "default")])
        try await world.enrol("alice@acme.example")
        let found = try await list(["cloud": "acme/prod"])
        let entry = try #require(found.page.items.first)
        #expect(told(found) == ["acme/prod alice@acme.example OPE"])
        #expect(entry.account == .active && entry.proof == .active && entry.decision == nil)
        let approval = try #require(entry.approval)
        #expect(approval.request == request && approval.requestedBy == "rita@acme.example")
        #expect(approval.workflow == "account-request")
        let consent = try #require(approval.consents.first)
        #expect(approval.consents.count == 1)
        #expect(consent.by == "marie@provider.example" && consent.at == approved && consent.profile == "OPE")
    }

    @Test("tells who agreed to what was held before of what was lowered and shortened since, however often")
    func lessened() async throws {
        let request = try await world.submit(grants: [("prod", "POW"), ("default", "STD")])
        try await world.approve(request)
        try await world.enrol("alice@acme.example")
        for (profile, until) in [("OPE", nil), ("OPE", "2027-05-31"), ("STD", "2027-04-30")] {
            world.clock.skip(hours: 1)
            let less = try await world.usher.submit(
                world.submission("alice@acme.example", grants: [(cloud: "prod", profile: profile)], until: until),
                by: try await world.actor("rita@acme.example", fresh: true))
            #expect(less.workflow == "access-reduction")
            let entry = try #require(try await list(["cloud": "acme/prod"]).page.items.first)
            let approval = try #require(entry.approval)
            #expect(entry.profile == profile && approval.request.text == less.id)
            #expect(approval.requestedBy == "rita@acme.example")
            let agreed = approval.consents.map { "\($0.profile) by \($0.by), \($0.request)" }
            #expect(agreed == ["POW by marie@provider.example, \(request)"])
        }
        // What nobody touched has its own.
        let other = try #require(try await list(["cloud": "acme/default"]).page.items.first?.approval)
        #expect(other.request == request && other.consents.map(\.request) == [request])
    }

    @Test("names each who agreed to a part of what a reduction left: to the temporary one, and to what comes after it")
    func lessenedParts() async throws {
        try await world.account(grants: [("prod", "OPE")])
        world.clock.skip(hours: 1)
        try await world.approve(try await world.submit(grants: [("prod", "POW")], until: "2027-06-30"))
        for (until, agreed) in [(nil, ["OPE", "POW"]), ("2027-05-31", ["OPE", "POW"])] as [(String?, [String])] {
            world.clock.skip(hours: 1)
            let less = try await world.usher.submit(
                world.submission("alice@acme.example", grants: [(cloud: "prod", profile: "OPE")], until: until),
                by: try await world.actor("rita@acme.example", fresh: true))
            #expect(less.workflow == "access-reduction")
            let entry = try #require(try await list(["cloud": "acme/prod"]).page.items.first)
            #expect(entry.profile == "OPE" && entry.approval?.consents.map(\.profile) == agreed)
        }
    }

    @Test("is filtered by organization, cloud, person, profile and action, programs among them")
    func filters() async throws {
        try await world.organization("globex")
        try await world.account(grants: [("prod", "OPE"), ("default", "STD")])
        try await world.account("bea@acme.example", grants: [("prod", "STD")])
        _ = try await world.apiAccount()
        let all = [
            "acme/default alice@acme.example STD", "acme/prod alice@acme.example OPE", "acme/prod bea@acme.example STD",
            "acme/prod program STD",
        ]
        #expect(told(try await list()) == all)
        #expect(told(try await list(["organization": "acme"])) == all)
        #expect(told(try await list(["organization": "globex"])).isEmpty)
        #expect(told(try await list(["cloud": "acme/prod"])) == Array(all.dropFirst()))
        #expect(told(try await list(["person": "alice@acme.example"])) == Array(all.prefix(2)))
        #expect(told(try await list(["profile": "STD"])) == [all[0], all[2], all[3]])
        #expect(told(try await list(["cloud": "acme/prod", "action": "start-instance"])) == [all[1]])
        let decision = try await list(["action": "start-instance"]).page.items.first?.decision
        #expect(decision?.verdict == .stepUp && decision?.requires == "OPE")
        _ = try await world.usher.suspend(
            try EmailAddress("alice@acme.example"), until: nil, reason: "Away", by: world.owner)
        let suspended = try await list(["action": "start-instance"]).page.items.first
        #expect(suspended?.decision?.reason == .accountSuspended && suspended?.account == .suspended)
    }

    @Test("goes on page by page, each entry once, through people and programs")
    func pages() async throws {
        try await world.account(grants: [("prod", "OPE"), ("default", "STD")])
        for name in ["bea", "carl", "dora"] {
            try await world.account("\(name)@acme.example", grants: [("prod", "STD"), ("default", "STD")])
        }
        _ = try await world.apiAccount()
        let whole = told(try await list())
        #expect(whole.count == 9)
        for limit in 1...9 {
            var (cursor, found): (String?, [String]) = (nil, [])
            repeat {
                let page = try await list(after: cursor, limit: limit)
                #expect(page.page.items.count <= limit)
                found += told(page)
                cursor = page.page.next
            } while cursor != nil
            #expect(found.sorted() == whole)
        }
        for cursor in ["x", "g.a.b.c.d", "p.1.2.3", "g"] {
            #expect(try await refusal { _ = try await list(after: cursor) }.codes == ["invalid_cursor"])
        }
    }

    @Test("shows nobody what is not theirs to see: not yours is not there, and who has no duty sees themselves")
    func isolation() async throws {
        try await world.organization("globex")
        try await world.account(grants: [("prod", "OPE")])
        try await world.account("bea@acme.example", grants: [("prod", "STD")])
        let (alice, rita) = (try await world.actor("alice@acme.example"), try await world.actor("rita@acme.example"))
        let stranger = try await world.actor("rita@globex.example")
        #expect(told(try await list(by: alice)) == ["acme/prod alice@acme.example OPE"])
        #expect(told(try await list(["person": "alice@acme.example"], by: alice)).count == 1)
        #expect(try await refusal { _ = try await list(["person": "bea@acme.example"], by: alice) }.code == .forbidden)
        #expect(told(try await list(by: rita)).count == 2)
        #expect(told(try await list(by: stranger)).isEmpty)
        #expect(told(try await list(["person": "alice@acme.example"], by: stranger)).isEmpty)
        for actor in [alice, stranger] {
            let (here, nowhere) = (
                try await refusal { _ = try await list(["organization": "acme"], by: actor) },
                try await refusal { _ = try await list(["organization": "nowhere"], by: actor) }
            )
            #expect(here.code == .notFound && nowhere.code == .notFound)
            #expect(here.message.replacing("acme", with: "nowhere") == nowhere.message)
            let cloud = try await refusal { _ = try await list(["cloud": "acme/prod"], by: actor) }
            let none = try await refusal { _ = try await list(["cloud": "nowhere/prod"], by: actor) }
            #expect(cloud.code == .notFound && none.code == .notFound)
            #expect(cloud.message.replacing("acme", with: "nowhere") == none.message)
        }
        #expect(told(try await list(by: try await world.actor("marie@provider.example"))).count == 2)
    }

    @Test("refuses what is no instant, no profile, no action and no cloud of the organization, by the field's name")
    func badInput() async throws {
        let refusals: [([String: String], String, String)] = [
            (["at": "soon"], "at", "invalid_date"), (["at": "2999-01-01"], "at", "in_the_future"),
            (["profile": "BOSS"], "profile", "unknown_profile"), (["cloud": "prod"], "cloud", "malformed"),
            (["cloud": "acme/prod", "organization": "globex"], "cloud", "elsewhere"),
            (["person": "nobody"], "person", "invalid_email"),
        ]
        for (wish, field, code) in refusals {
            let fault = try await refusal { _ = try await list(wish) }
            #expect(fault.faults.map(\.field) == [field] && fault.codes == [code], "\(wish)")
        }
        #expect(try await refusal { _ = try await list(["action": "fly"]) }.code == .notFound)
    }

    @Test("of a past day is as it was at its end, whatever happened since")
    func past() async throws {
        let before = world.clock.now
        world.clock.skip(days: 1)
        try await world.account(grants: [("prod", "OPE")])
        world.clock.skip(days: 1)
        let day = String(world.clock.now.iso8601.prefix(10))
        world.clock.skip(days: 2)
        _ = try await world.usher.close(
            try EmailAddress("alice@acme.example"), reason: "Left.", by: world.owner)
        #expect(told(try await list()).isEmpty)
        #expect(told(try await list(["at": before.iso8601])).isEmpty)
        let then = try await list(["at": day, "action": "start-instance"])
        #expect(told(then) == ["acme/prod alice@acme.example OPE"])
        let entry = try #require(then.page.items.first)
        #expect(entry.account == .active && entry.proof == .active && entry.endedAt == world.clock.now)
        #expect(entry.decision?.verdict == .stepUp)
        // Whoever has the address next is somebody else; what was done by it then is found by it.
        #expect(told(try await list(["at": day, "person": "alice@acme.example"])).count == 1)
    }

    @Test("bounds what a page costs, and goes on where it stopped")
    func bounded() async throws {
        try await world.account(grants: [("prod", "STD")])
        let (grant, person) = (try await grants().first, try await world.person("alice@acme.example"))
        let first = try #require(grant)
        let world = world
        try await world.usher.store.write { transaction in
            for _ in 0..<(AccessGathering.greatestEffort + 600) {
                let now = world.clock.now
                let id = GrantID(at: now, random: { world.random.bytes($0) })
                try transaction.replaceGrant(
                    with: Grant(
                        id: id, organization: first.organization, cloud: first.cloud, person: person.id,
                        profile: "STD", since: now, until: nil, request: first.request), at: now)
            }
        }
        var (cursor, found, pages): (String?, [String], Int) = (nil, [], 0)
        repeat {
            let page = try await list(["cloud": "acme/prod"], after: cursor)
            found += told(page)
            cursor = page.page.next
            pages += 1
        } while cursor != nil
        #expect(found == ["acme/prod alice@acme.example STD"])
        #expect(pages == 2)
    }

    private func grants() async throws -> [Grant] {
        let person = try await world.person("alice@acme.example").id
        return try await world.store.read { try $0.liveGrants(of: person, at: world.clock.now) }
    }

    @Test("as a table has no cell that a spreadsheet would run, and tells who approved")
    func csv() async throws {
        try await world.account(grants: [("prod", "OPE")])
        let entry = try #require(try await list(["action": "start-instance"]).page.items.first)
        let row = String(decoding: entry.csvRow, as: UTF8.self)
        #expect(row.hasPrefix("acme,acme/prod,alice@acme.example,Alice Martin,,OPE,"))
        #expect(row.contains("marie@provider.example on "))
        #expect(row.hasSuffix(",step_up,mfa_unknown,OPE,1\r\n"))
        let heading = String(decoding: AccessEntry.csvHeading, as: UTF8.self)
        #expect(heading.split(separator: ",").count == 20)
        let evil = String(decoding: AccessEntry.csvRow(of: ["name": "=1+1", "profile": "@x"]), as: UTF8.self)
        #expect(evil.hasPrefix(",,,'=1+1,,'@x,"))
    }
}
