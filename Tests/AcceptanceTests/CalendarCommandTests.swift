import Foundation
import Testing

@Suite("An organization's calendar", .timeLimit(.minutes(60)))
struct CalendarCommandTests {
    @Test("is set, shown and taken back; a calendar that is gone is missed")
    func story() async throws {
        let office = try await Office.open()
        let set = try await office.done([
            "org", "set", "acme", "--calendar", "england", "--time-zone", "Europe/London",
        ])
        #expect(set["calendar"].text == "england")
        #expect(set["timeZone"].text == "Europe/London")
        let shown = try await office.run("org", "show", "acme")
        #expect(shown.output.contains("Calendar:         england, in Europe/London"))
        let misspelt = try await office.run(["org", "set", "acme", "--calendar", "frnce", "--json"])
        #expect(misspelt.code == 1)
        #expect(try misspelt.fault()["faults"][0]["message"].text?.contains("Did you mean france?") == true)
        #expect(try await office.run(["org", "set", "acme"]).code == 2)
        let half = try await office.done(["org", "set", "acme", "--calendar", ""])
        #expect(half["calendar"] == .null)
        #expect(half["timeZone"].text == "Europe/London")

        let folder = office.usher.data.appending(path: "custom/catalogue/calendars").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let text = "calendar: mine\ntime_zone: UTC\nweekend: [friday]\nholidays: [first monday of may]\n"
        try text.write(toFile: folder + "/mine.yaml", atomically: true, encoding: .utf8)
        let added = try await office.done([
            "org", "add", "Beta", "--representative", "bo@beta.example", "--calendar", "mine",
        ])
        #expect(added["calendar"].text == "mine")
        #expect(try await office.run(["doctor"]).code == 0)
        try FileManager.default.removeItem(atPath: folder + "/mine.yaml")
        let missed = try await office.run(["doctor"])
        #expect(missed.code == 1)
        #expect(missed.output.contains("beta: There is no calendar mine."))
    }
}
