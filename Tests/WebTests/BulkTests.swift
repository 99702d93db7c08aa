import Basics
import Directory
import Foundation
import Onboarding
import TestSupport
import Testing

@testable import Web

@Suite("Deciding together", .timeLimit(.minutes(60)))
struct BulkTests {
    let world: TestInstallation
    let site: Site
    let browser: Browser

    init() async throws {
        world = try TestInstallation()
        let marie = try await world.manager(language: "en")
        try await world.organization()
        site = try await Site(world)
        browser = try await site.browser(of: marie)
    }

    /// Requests of one file: the batch, and their ids in the order of the rows.
    private func submit(_ rows: [String]) async throws -> (BatchID, [Basics.RequestID]) {
        let csv = "email,name,locale,grants,until,reason\n" + rows.joined(separator: "\n") + "\n"
        let verdict = try await world.usher.submitAll(
            csv: Array(csv.utf8), organization: "acme", by: try await world.actor("rita@acme.example"),
            allOrNothing: false, dryRun: false)
        #expect(verdict.refused == 0)
        return (verdict.batch, try verdict.rows.map { try #require($0.request.flatMap { Basics.RequestID($0) }) })
    }

    private var rows: [String] {
        ["ana", "bea", "cid"].map { "\($0)@acme.example,\($0.capitalized) Lima,en,prod=OPE;default=STD,,New" }
    }

    private func seal(_ id: Basics.RequestID, in page: Answer) throws -> String {
        let seals = page.text.matches(of: /name="seal\.([0-9a-z]{26})" value="([0-9a-f]{32})"/)
        return String(try #require(seals.first { $0.1 == id.text }).2)
    }

    @Test("shows what each brings, and approves what was picked with one code; a stale one is refused by itself")
    func outcomes() async throws {
        let (batch, ids) = try await submit(rows)
        let inbox = try await browser.get("/inbox")
        #expect(inbox.text.contains("/inbox/bulk?batch=\(batch)"))
        let page = try await browser.get("/inbox/bulk?batch=\(batch)")
        #expect(page.status == 200)
        for words in ["Ana Lima", "Bea Lima", "Cid Lima", "new privileges: ", "start-instance", "Rita Weiss"] {
            #expect(page.text.contains(words), "\(words)")
        }
        var fields = ["batch": batch.text]
        for id in ids { fields["seal.\(id)"] = try seal(id, in: page) }
        // Bea's request changes before the form is sent; Cid's is not picked.
        _ = try await world.usher.ask(ids[1], question: "Why?", by: try await world.actor("marie@provider.example"))
        let picks = [ids[0], ids[1]].map { "pick=\($0)" }.joined(separator: "&")
        let done = try await browser.follow("/inbox/bulk", fields, more: picks)
        #expect(done.status == 200)
        #expect(done.text.contains("Approved: 1"))
        #expect(done.text.contains("Not approved: 1"))
        #expect(done.text.contains(" this request ") || done.text.contains("changed after it was shown"))
        #expect(try await world.view(ids[0]).items.allSatisfy { $0.state == "granted" })
        #expect(try await world.view(ids[1]).state == "clarification")
        #expect(try await world.view(ids[2]).items.allSatisfy { $0.state == "waiting" })
        let rest = try await browser.get("/inbox/bulk?batch=\(batch)")
        #expect(rest.text.contains("Cid Lima"))
        #expect(!rest.text.contains("Ana Lima"))
    }

    @Test("refuses a seal of something else, nothing picked, and too many")
    func refusals() async throws {
        let (batch, ids) = try await submit(rows)
        _ = try await browser.get("/inbox/bulk?batch=\(batch)")
        let base = ["batch": batch.text]
        #expect(try await browser.submit("/inbox/bulk", base).status == 422)
        let forged = try await browser.follow("/inbox/bulk", base, more: "pick=\(ids[0])")
        #expect(forged.text.contains("changed after it was shown"))
        let many = (0..<51).map { _ in "pick=\(ids[0])" }.joined(separator: "&")
        #expect(try await browser.submit("/inbox/bulk", base, more: many).status == 422)
        #expect(try await world.view(ids[0]).items.allSatisfy { $0.state == "waiting" })
    }

    @Test("wants a fresh code before anything is approved")
    func freshCode() async throws {
        let (batch, ids) = try await submit(rows)
        world.clock.skip(seconds: 301)
        let page = try await browser.get("/inbox/bulk?batch=\(batch)")
        #expect(page.text.contains("name=\"step-up-code\""))
        let fields = ["batch": batch.text, "seal.\(ids[0])": try seal(ids[0], in: page)]
        let asked = try await browser.submit("/inbox/bulk", fields, more: "pick=\(ids[0])&pick=\(ids[1])")
        #expect(asked.status == 401)
        for id in ids.prefix(2) { #expect(asked.text.contains("name=\"pick\" value=\"\(id)\"")) }
        #expect(try await world.view(ids[0]).items.allSatisfy { $0.state == "waiting" })
    }

    @Test("shows a file to nobody who does not decide about it, and lets nobody approve their own")
    func strangers() async throws {
        let (batch, ids) = try await submit(rows)
        let globex = try await world.organization("globex", manager: "gina@provider.example")
        let gina = try await world.enrol("gina@provider.example")
        for who in [globex, gina] {
            let stranger = try await site.browser(of: who)
            let page = try await stranger.get("/inbox/bulk?batch=\(batch)")
            #expect(page.text.contains("Nothing of this file waits for you"))
            #expect(!page.text.contains("Lima"))
            let tried = try await stranger.follow("/inbox/bulk", ["batch": batch.text], more: "pick=\(ids[0])")
            #expect(!tried.text.contains("Lima"))
            #expect(tried.text.contains("Not approved: 1"))
        }
        // Marie submits a file herself: nothing of it is hers to approve.
        let csv = "email,name,locale,grants,until,reason\ndan@acme.example,Dan,en,prod=STD,,x\n"
        let own = try await world.usher.submitAll(
            csv: Array(csv.utf8), organization: "acme", by: try await world.actor("marie@provider.example"),
            allOrNothing: false, dryRun: false)
        #expect(try await browser.get("/inbox/bulk?batch=\(own.batch)").text.contains("Nothing of this file"))
        let id = try #require(own.rows.first?.request.flatMap { Basics.RequestID($0) })
        let seal = try await world.usher.deliberation(id, by: try await world.actor("marie@provider.example")).seal
        let tried = try await browser.follow(
            "/inbox/bulk", ["batch": own.batch.text, "seal.\(id)": seal], more: "pick=\(id)")
        #expect(tried.text.contains("Four eyes"))
        #expect(try await world.view(id).items.allSatisfy { $0.state == "waiting" })
    }
}
