import Basics
import Foundation
import Testing

@Suite("Timestamp", .timeLimit(.minutes(60)))
struct TimestampTests {
    @Test(
        "reads an instant with a zone",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-23T09:30:00Z", 1_795_426_200_000),
            ("2026-11-23T10:30:00+01:00", 1_795_426_200_000),
            ("2026-11-23T04:00:00-05:30", 1_795_426_200_000),
            ("2026-11-23T09:30:00.123Z", 1_795_426_200_123),
            ("2026-11-23T09:30:00.5Z", 1_795_426_200_500),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2024-02-29T12:00:00Z", 1_709_208_000_000),
        ] as [(String, Int64)])
    func reads(text: String, milliseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.milliseconds == milliseconds)
    }

    private static let numbers: [Int64] = [
        Int64.min, -9_223_372_036_854_776, -9_223_372_036_854_775, -1, 0, 1, 9_223_372_036_854_775,
        9_223_372_036_854_776,
        Int64.max,
    ]

    @Test("ends at the ends of time, whatever is added to an instant", arguments: numbers)
    func ends(number: Int64) {
        let end: Int64 = number < 0 ? .min : .max
        for start in [Int64.min, -1, 0, 1_795_426_200_000, .max] {
            let (sum, isOver) = start.addingReportingOverflow(number)
            #expect(Timestamp(milliseconds: start).adding(milliseconds: number).milliseconds == (isOver ? end : sum))
            let later = Timestamp(milliseconds: start).adding(seconds: number)
            #expect(number < 0 ? later.milliseconds <= start : later.milliseconds >= start)
        }
        let (product, isOver) = number.multipliedReportingOverflow(by: 1000)
        #expect(Timestamp(seconds: number).milliseconds == (isOver ? end : product))
    }

    @Test(
        "refuses what is no instant",
        arguments: [
            "", "yesterday", "2026-11-23", "2026-11-23T09:30:00", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
            "2026-11-23T25:00:00Z", "2026-11-23T09:30:00Z trailing", " 2026-11-23T09:30:00Z", "1795426200",
            "2026-11-23T09:60:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-11-23T09:30:60Z",
            "2026-11-23T09:30:00.Z", "2026-11-23T09:30:00.1234567890Z", "2026-11-23T09:30:00+1:00",
            "2026-11-23T09:30:00+24:00", "2026-11-23 09:30:00Z", "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z",
            "+026-01-01T00:00:00Z", "２026-01-01T00:00:00Z", "99999999999-01-01T00:00:00Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test(
        "writes what it reads back, to the millisecond",
        arguments: [0, 1, 999, 1_795_426_200_123, -1, -1_001, 253_402_300_799_999, -62_135_596_800_000] as [Int64])
    func roundTrips(milliseconds: Int64) {
        let instant = Timestamp(milliseconds: milliseconds)
        #expect(Timestamp(iso8601: instant.iso8601) == instant)
    }

    @Test("writes UTC with milliseconds")
    func writes() {
        #expect(Timestamp(milliseconds: 1_795_426_200_007).iso8601 == "2026-11-23T09:30:00.007Z")
    }

    @Test("agrees with Foundation's calendar on every 1,009th day from 1583 to 9997")
    func agreesWithFoundation() {
        let style = Date.ISO8601FormatStyle()
        // From the switch to the Gregorian calendar on: before it Foundation's own calendar is the Julian one.
        for day in stride(from: Int64(-141_000), to: 2_932_000, by: 1_009) {
            let instant = Timestamp(seconds: day * 86_400 + 86_399)
            let theirs = Date(timeIntervalSince1970: Double(instant.seconds)).formatted(style)
            #expect(instant.iso8601 == theirs.dropLast() + ".000Z")
            #expect(Timestamp(iso8601: theirs) == instant)
        }
    }

    @Test("rounds seconds down on both sides of 1970")
    func seconds() {
        #expect(Timestamp(milliseconds: 1_999).seconds == 1)
        #expect(Timestamp(milliseconds: -1).seconds == -1)
        #expect(Timestamp(milliseconds: -1_000).seconds == -1)
        #expect(Timestamp(milliseconds: -1_001).seconds == -2)
        #expect(Timestamp(seconds: 2).adding(seconds: -3) < Timestamp(seconds: 0))
        #expect(Int64(7).flooredDivision(by: -2) == -4)
    }

    @Test("is a bare number of milliseconds in JSON")
    func codes() throws {
        let data = try JSONEncoder().encode([Timestamp(milliseconds: 1_795_426_200_123)])
        #expect(String(decoding: data, as: UTF8.self) == "[1795426200123]")
        #expect(try JSONDecoder().decode([Timestamp].self, from: data) == [Timestamp(milliseconds: 1_795_426_200_123)])
    }
}
