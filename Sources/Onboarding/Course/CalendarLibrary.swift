import Basics
public import Directory
public import Foundation
import Records
import Synchronization
public import Workflow

/// The calendars of an installation, by name: each is read when it is first needed, and once.
public final class CalendarLibrary: Sendable {
    /// One calendar in one zone, to count by and to keep.
    struct Used: Sendable {
        let calendar: BusinessCalendar
        let kept: KeptCalendar
    }

    private struct Cache {
        var used: [Locality: Used] = [:]
        var kept: [String: BusinessCalendar] = [:]
    }

    private let sources: [String: String]
    /// By which those organizations work that have none of their own.
    private let installation: (name: String, used: Used)
    private let cache = Mutex(Cache())

    /// - Parameter sources: texts by name.
    /// - Parameter installation: by which those organizations work that have none of their own.
    /// - Throws: `Fault.Code.invalid` if the installation's is unknown or does not parse.
    public init(sources: [String: String], installation: String) throws {
        self.sources = sources
        self.installation = (installation, try Self.read(installation, nil, sources))
    }

    public var names: [String] { sources.keys.sorted() }

    /// The installation's.
    public var usual: BusinessCalendar { installation.used.calendar }

    /// By which an organization works, in its time zone or else the calendar's own.
    public func calendar(of locality: Locality) throws -> BusinessCalendar { try used(by: locality).calendar }

    /// The name of the calendar that an organization works by.
    func name(of locality: Locality) -> String { locality.calendar ?? installation.name }

    /// - Throws: `Fault.Code.invalid` naming the field that is wrong, with what was probably meant.
    func used(by locality: Locality) throws -> Used {
        if locality == .installation { return installation.used }
        if let used = cache.withLock({ $0.used[locality] }) { return used }
        let used = try Self.read(
            locality.calendar ?? installation.name, try locality.timeZone.map(Self.zone), sources)
        cache.withLock { $0.used[locality] = used }
        return used
    }

    fileprivate static func read(_ name: String, _ zone: TimeZone?, _ sources: [String: String]) throws -> Used {
        guard let source = sources[name] else { throw Fault.invalid([unknown(name, among: sources.keys.sorted())]) }
        let calendar: BusinessCalendar
        do throws(DefinitionDefects) {
            calendar = try BusinessCalendar(yaml: source, file: "catalogue/calendars/\(name).yaml", timeZone: zone)
        } catch { throw Fault.invalid(error.findings.map { .init($0.file, $0.rule, "\($0)") }) }
        return Used(
            calendar: calendar,
            kept: try KeptCalendar(
                timeZone: calendar.zone.name, clockChanges: calendar.zone.changes, source: source))
    }

    /// The calendar that an entry of a history was made by; the
    /// installation's for entries older than this record.
    func calendar(of entry: HistoryEntry, in snapshot: any Snapshot) throws -> BusinessCalendar {
        guard let hash = entry.calendar else { return usual }
        if let known = cache.withLock({ $0.kept[hash] }) { return known }
        guard let kept = try snapshot.calendar(hash: hash),
            let zone = ZoneTable(name: kept.timeZone, changes: kept.clockChanges)
        else { throw Fault(.unavailable, "The calendar \(hash.prefix(12)) is not in the database, or damaged there.") }
        let calendar = try BusinessCalendar(yaml: kept.source, file: "calendar \(hash.prefix(12))", zone: zone)
        cache.withLock { $0.kept[hash] = calendar }
        return calendar
    }

    /// Everything that is wrong with what somebody typed.
    func faults(in locality: Locality) -> [Fault.Field] {
        var faults: [Fault.Field] = []
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch {
                faults += (error as? Fault)?.faults ?? [.init("calendar", "unusable", "\(error)")]
            }
        }
        attempt { _ = try locality.timeZone.map(Self.zone) }
        attempt { _ = try used(by: Locality(calendar: locality.calendar, timeZone: nil)) }
        return faults
    }

    private static func unknown(_ name: String, among names: [String]) -> Fault.Field {
        let missing: Sentence = "There is no calendar \(FieldRules.quoted(name))."
        return .init(
            "calendar", "unknown_calendar",
            "\(missing.suggesting(nearest(to: name, among: names))) There are: \(names.joined(separator: ", ")).")
    }

    /// By its IANA name; `GMT+2` and the like are none.
    public static func zone(_ name: String) throws -> TimeZone {
        let known = TimeZone.knownTimeZoneIdentifiers
        if name == "UTC" || name.contains("/") || known.contains(name), let zone = TimeZone(identifier: name) {
            return zone
        }
        let missing: Sentence = "There is no time zone \(FieldRules.quoted(name))."
        throw Fault.invalid(
            "time-zone", "unknown_time_zone",
            "\(missing.suggesting(nearest(to: name, among: known))) Write it like Europe/Paris.")
    }
}

extension Onboarding {
    /// By which those organizations work that have no calendar of their own.
    public var calendar: BusinessCalendar { calendars.usual }

    /// Organizations that name a calendar or zone which is gone:
    /// their requests cannot move until it is back.
    public func calendarDefects() async throws -> [String] {
        var page = PageRequest(limit: 500)
        var defects: [String] = []
        while true {
            let current = page
            let found = try await store.read { try $0.organizations(current) }
            for organization in found.items {
                defects += calendars.faults(in: organization.locality).map { "\(organization.slug): \($0.message)" }
            }
            guard let next = found.next else { return defects }
            page = PageRequest(after: next, limit: 500)
        }
    }

    /// In which days end and mails tell the time.
    func timeZone(of locality: Locality) throws -> TimeZone {
        try locality.timeZone.map(CalendarLibrary.zone) ?? settings.timeZone
    }
}
