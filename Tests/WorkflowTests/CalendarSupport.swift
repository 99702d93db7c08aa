import Basics
import Foundation
import Testing

@testable import Workflow

let calendarsFolder = workflowsFolder.deletingLastPathComponent().appending(path: "catalogue/calendars")

func shippedCalendar(_ name: String) throws -> BusinessCalendar {
    try BusinessCalendar(
        yaml: String(contentsOf: calendarsFolder.appending(path: "\(name).yaml"), encoding: .utf8), file: "\(name).yaml"
    )
}

func calendar(_ holidays: String, weekend: String = "saturday, sunday", zone: String = "UTC") throws -> BusinessCalendar
{
    try BusinessCalendar(
        yaml: "calendar: x\ntime_zone: \(zone)\nweekend: [\(weekend)]\nholidays: \(holidays)", file: "x")
}

func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

/// `2026-12-25` of a day since 1970-01-01.
func date(_ day: Int64) -> String { String(Timestamp(milliseconds: day * 86_400_000).iso8601.prefix(10)) }

extension BusinessCalendar {
    /// The holidays of some years as dates, in order.
    func dates(_ years: ClosedRange<Int>, without weekend: Set<Int64> = []) -> [String] {
        holidays.keys.filter { !weekend.contains(HolidayRule.weekday(of: $0)) }.sorted().map(date)
            .filter { date in Int(date.prefix(4)).map(years.contains) == true }
    }
}

/// Published tables and programs that are not ours, which say what our calendars are worth.
enum Oracle {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Calendars")

    /// The lines of a table, without comments.
    static func lines(of table: String) throws -> [String] {
        try String(contentsOf: folder.appending(path: table), encoding: .utf8).split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("#") }
    }

    /// What a script prints, by the Python of `make setup` or of `USHER_TEST_PYTHON`.
    static func run(_ script: String, _ arguments: String...) throws -> [[String]] {
        let package = workflowsFolder.deletingLastPathComponent()
        let python =
            ProcessInfo.processInfo.environment["USHER_TEST_PYTHON"]
            ?? package.appending(path: ".build/venv/bin/python3").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Missing(description: "No Python at \(python): run `make setup`, or name one by USHER_TEST_PYTHON.")
        }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [folder.appending(path: script).path] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Missing(description: "\(script) failed: does the Python have what Tests/requirements.txt lists?")
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: " ").map(String.init)
        }
    }
}
