import Basics
import Directory
import Foundation
import TestSupport
import Testing

@testable import Web

/// A form that is refused says so where nobody can miss it: over every form of every page that these people see.
@Suite("Refused forms", .timeLimit(.minutes(60)))
struct FaultMarkTests {
    private struct Form {
        let action: String
        /// Controls that a person fills in.
        let controls: [String]
        let hidden: [String: String]
    }

    private func forms(of page: String) -> [Form] {
        page.matches(of: /(?s)<form method="post" action="([^"]+)"(.*?)<\/form>/).map { match in
            let body = String(match.2)
            let hidden = body.matches(of: /<input type="hidden" name="([^"]+)" value="([^"]*)"/).map {
                (String($0.1), String($0.2))
            }
            let controls = body.matches(of: /<(?:input|select|textarea) (?!type="hidden")[^>]*?name="([^"]+)"/).map {
                String($0.1)
            }
            return Form(
                action: String(match.1), controls: controls, hidden: Dictionary(hidden) { first, _ in first })
        }
    }

    @Test("show at the top what was refused, lead to each field, and mark it")
    func marked() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager(language: "en")
        let rita = try await world.organization()
        let site = try await Site(world)
        let alice = try await world.account()
        let id = try await world.person(alice.email.text).id
        let request = try await world.submit("carol@acme.example", grants: [("prod", "OPE")])
        var refused: Set<String> = []
        for (browser, pages) in [
            (
                try await site.browser(of: rita),
                [
                    "/lost-device", "/requests/new", "/requests/new?person=\(id)", "/people/\(id)", "/clouds",
                    "/delegations",
                    "/account", "/requests/\(request)",
                ]
            ),
            (try await site.browser(of: marie), ["/requests/\(request)/decide", "/delegations"]),
            (site.browser(), ["/sign-in", "/welcome", "/forgotten-password"]),
        ] {
            for page in pages {
                for form in forms(of: try await browser.get(page).text) where !form.controls.isEmpty {
                    // Its page looks as it did when somebody filled it in wrongly.
                    let fields = form.hidden.filter { $0.key != "form" }
                    let blank = Dictionary(form.controls.map { ($0, "") }) { first, _ in first }
                    let answer = try await browser.submit(form.action, blank.merging(fields) { $1 })
                    // What no person can type has a page of its own that says so.
                    guard [422, 409].contains(answer.status), !answer.text.contains("<title>That did not work") else {
                        continue
                    }
                    refused.insert(form.action.replacing(/[0-9a-z]{26}/, with: "{id}"))
                    try check(answer.text, form.action)
                    _ = try await browser.get(page)
                }
            }
        }
        #expect(
            refused.isSuperset(of: [
                "/requests/new", "/people/{id}/reset", "/people/{id}/suspend", "/people/{id}/close", "/clouds",
                "/delegations", "/requests/{id}/decide", "/lost-device",
            ]), "\(refused.sorted())")
    }

    private func check(_ page: String, _ action: String) throws {
        let summary = try #require(
            page.firstMatch(
                of: /(?s)<main id="main"><div class="frame">\s*<div class="note bad" id="fault"(.*?)<\/div>/),
            "\(action) shows nothing at its top")
        #expect(summary.1.contains("role=\"alert\""))
        for link in summary.1.matches(of: /href="#([^"]+)"/) {
            let id = String(link.1)
            let control = try #require(
                page.firstMatch(of: try Regex("<(input|select|textarea)[^>]* id=\"\(id)\"[^>]*>")), "\(action): \(id)")
            let tag = String(page[control.range])
            #expect(tag.contains("aria-invalid=\"true\"") && tag.contains("\(id)-wrong"), "\(action): \(tag)")
            #expect(page.contains("<p class=\"wrong\" id=\"\(id)-wrong\">"), "\(action): \(id)")
        }
        // What names fields leads to them.
        if summary.1.contains("<li>") || !summary.1.contains("<p>") {
            #expect(summary.1.contains("href=\"#"), "\(action): \(summary.1)")
        }
    }

    @Test("mark the form that was sent, of several with fields of one name, and escape what they say")
    func several() {
        let page = """
            <main id="main"><div class="frame">
            <form method="post" action="/a"><textarea id="a" name="reason"></textarea></form>
            <form method="post" action="/b"><textarea id="b" name="reason" aria-describedby="h"></textarea></form>
            """
        let marked = FaultMarks(
            message: "2 <fields>", faults: [("reason", "Say \"why\""), ("other", "No")], action: "/b"
        ).marked(page)
        #expect(marked.contains("<textarea id=\"a\" name=\"reason\"></textarea>"))
        #expect(marked.contains("aria-describedby=\"b-wrong h\" aria-invalid=\"true\"></textarea><p class=\"wrong\""))
        #expect(
            marked.contains(
                "<p>2 &lt;fields&gt;</p><ul><li><a href=\"#b\">Say &quot;why&quot;</a></li><li>No</li></ul>"))
    }
}
