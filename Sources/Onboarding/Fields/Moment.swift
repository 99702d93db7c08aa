public import Basics
import Directory
public import Foundation
import Records
import Synchronization
import Workflow

/// What people may name as a beginning or an end: a day, which is no instant
/// before it is known where, or an instant.
///
/// The one place that says when a day begins and ends.
public enum Moment: Hashable, Sendable {
    /// Days since 1970-01-01, in the Gregorian calendar.
    case day(Int64)
    case instant(Timestamp)

    /// `2027-03-31`, or an ISO 8601 instant with a zone; nil for anything else.
    public init?(_ text: String) {
        if let instant = Timestamp(iso8601: text) ?? Timestamp(iso8601: Self.withSeconds(text)) {
            self = .instant(instant)
            return
        }
        // The day as the instant of its midnight in UTC, so that one reader knows the calendar.
        let isDay = text.utf8.count == 10 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2D }
        guard isDay, let midnight = Timestamp(iso8601: text + "T00:00:00Z") else { return nil }
        self = .day(midnight.milliseconds.flooredDivision(by: Self.dayMilliseconds))
    }

    /// ISO 8601 lets an instant end with its minute, as `2027-12-31T10:00+01:00`.
    private static func withSeconds(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.count > 16, bytes[13] == UInt8(ascii: ":"), "Z+-".utf8.contains(bytes[16]) else { return text }
        return String(decoding: bytes[..<16] + Array(":00".utf8) + bytes[16...], as: UTF8.self)
    }

    private static let dayMilliseconds: Int64 = 86_400_000

    /// Who may work until the 31st may work on the 31st: the end of the day
    /// there; nil for a day that the zone left out.
    public func end(in zone: TimeZone) -> Timestamp? {
        switch self {
        case .instant(let instant): instant
        case .day(let day): Self.table(of: zone).bounds(ofDay: day)?.upperBound
        }
    }

    /// The first instant of the day there; nil for a day that the zone left out.
    public func beginning(in zone: TimeZone) -> Timestamp? {
        switch self {
        case .instant(let instant): instant
        case .day(let day): Self.table(of: zone).bounds(ofDay: day)?.lowerBound
        }
    }

    /// Read once for each zone: it costs a hundred years of changes.
    private static let tables = Mutex<[String: ZoneTable]>([:])

    private static func table(of zone: TimeZone) -> ZoneTable {
        if let known = tables.withLock({ $0[zone.identifier] }) { return known }
        let table = ZoneTable(zone)
        tables.withLock { $0[zone.identifier] = table }
        return table
    }
}

extension Onboarding {
    /// In which the days of somebody's organization end; the
    /// installation's for an address that nobody has.
    public func timeZone(ofPerson email: EmailAddress) async throws -> TimeZone {
        try await reading(by: .usher) { turn in
            try turn.timeZone(of: try turn.snapshot.person(emailKey: email.key)?.organization)
        }
    }
}

extension Turn {
    func timeZone(of locality: Locality) throws -> TimeZone { try usher.timeZone(of: locality) }

    /// In which the days of an organization end.
    func timeZone(of organization: OrganizationID?) throws -> TimeZone {
        try timeZone(of: organization.flatMap { try snapshot.organization($0)?.locality } ?? .installation)
    }
}
