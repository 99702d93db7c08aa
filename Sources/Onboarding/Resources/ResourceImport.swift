public import Basics
import Directory
public import Records

/// What became of one row.
public struct ResourceRowVerdict: Sendable {
    public let line: Int
    /// As written, or as given; nil for a row that was refused and has none.
    public let id: String?
    public let name: String
    /// Nil for a row that was refused.
    public let outcome: ResourceOutcome?
    public let faults: [Fault.Field]
}

/// What became of a file, row by row.
public struct ResourceFileVerdict: Sendable {
    public let rows: [ResourceRowVerdict]
    /// As which the bytes were read.
    public let encoding: String
    public let notes: [Sentence]
    /// Whether what is accepted was saved; not for a rehearsal, nor where one bad row refuses the file.
    public let isSaved: Bool
    public var refused: Int { rows.count { $0.outcome == nil } }
}

extension Onboarding {
    public static let greatestResourceRows = 10_000

    /// Adds, and changes by their ids, the resources of a table: a text with separators, or an Excel workbook.
    ///
    /// - Parameters:
    ///   - allOrNothing: one bad row refuses the file.
    ///   - dryRun: says what would become of each row, and changes nothing.
    /// - Throws: `.invalid` if the file as such cannot be read; a bad row is a verdict, not an error, and so are the
    ///   rows that an outage keeps from being saved behind others that are.
    public func importResources(
        csv bytes: [UInt8], allOrNothing: Bool, dryRun: Bool, by actor: Actor
    ) async throws -> ResourceFileVerdict {
        // Before any work for whoever may not.
        try await reading(by: actor) { try $0.requireRegistrar() }
        let file = try ResourceFile(bytes, greatestRows: Self.greatestResourceRows)
        let doubles = Self.doubles(file.rows)
        func verdict(_ rows: [ResourceRowVerdict], isSaved: Bool) -> ResourceFileVerdict {
            ResourceFileVerdict(rows: rows, encoding: file.encoding, notes: file.notes, isSaved: isSaved)
        }
        if allOrNothing || dryRun {
            let rehearsed = try await rehearse(file.rows, doubles, by: actor)
            if dryRun || rehearsed.contains(where: { $0.outcome == nil }) { return verdict(rehearsed, isSaved: false) }
        }
        var settled: [ResourceRowVerdict] = []
        let step = allOrNothing ? max(file.rows.count, 1) : Self.parallelRows
        for start in stride(from: 0, to: file.rows.count, by: step) {
            let part = file.rows[start..<min(start + step, file.rows.count)]
            do {
                settled += try await registering(by: actor) { turn in
                    try part.map { row in
                        let verdict = try turn.settle(row, doubles[row.line])
                        // Between the rehearsal and now somebody changed something: nothing is left of the file.
                        if allOrNothing, !verdict.faults.isEmpty { throw Fault.invalid(verdict.faults) }
                        return verdict
                    }
                }
            } catch let outage as Fault where outage.code == .unavailable && start > 0 {
                // Whoever sent the file has to know what of it is saved, and under which ids.
                return verdict(settled + file.rows[start...].map(Self.unsaved), isSaved: true)
            }
        }
        return verdict(settled, isSaved: true)
    }

    private static func unsaved(_ row: ResourceFile.Row) -> ResourceRowVerdict {
        ResourceRowVerdict(
            line: row.line, id: row.id, name: row.wish.name ?? "", outcome: nil,
            faults: [
                .init(
                    "row", "not_saved",
                    "The database went away before this row; what stands above it is saved. Send this row again.")
            ])
    }

    /// What would become of each row, in a transaction that is taken back.
    private func rehearse(
        _ rows: [ResourceFile.Row], _ doubles: [Int: Int], by actor: Actor
    ) async throws -> [ResourceRowVerdict] {
        struct Rehearsed: Error { let rows: [ResourceRowVerdict] }
        do {
            try await registering(by: actor) { turn -> Void in
                throw Rehearsed(rows: try rows.map { try turn.settle($0, doubles[$0.line]) })
            }
            return []
        } catch let rehearsed as Rehearsed { return rehearsed.rows }
    }

    /// The line on which an id stood before, by the line on which it stands again.
    private static func doubles(_ rows: [ResourceFile.Row]) -> [Int: Int] {
        var first: [String: Int] = [:]
        var doubles: [Int: Int] = [:]
        for row in rows {
            guard let id = row.id else { continue }
            if let earlier = first[id] { doubles[row.line] = earlier } else { first[id] = row.line }
        }
        return doubles
    }
}

extension ResourceWriting {
    /// - Parameter earlier: the line on which its id stood before.
    fileprivate func settle(_ row: ResourceFile.Row, _ earlier: Int?) throws -> ResourceRowVerdict {
        func verdict(_ id: String?, _ outcome: ResourceOutcome?, _ faults: [Fault.Field] = []) -> ResourceRowVerdict {
            ResourceRowVerdict(
                line: row.line, id: id, name: row.wish.name ?? "", outcome: outcome, faults: faults)
        }
        var faults = row.faults
        if let earlier {
            faults.append(.init("id", "duplicate_row", "The same id stands on line \(earlier) already."))
        }
        guard faults.isEmpty else { return verdict(row.id, nil, faults) }
        do {
            let (resource, outcome) = try put(row)
            return verdict(resource.resource.id.text, outcome)
        } catch let fault as Fault where [.invalid, .conflict, .notFound].contains(fault.code) {
            let told =
                fault.faults.isEmpty
                ? [Fault.Field("service", fault.code.rawValue, fault.sentence)] : fault.faults
            return verdict(row.id, nil, told)
        }
    }

    /// By its id; a row without one is a new resource, unless the service has one of that name.
    private func put(_ row: ResourceFile.Row) throws -> (resource: ResourceHome, outcome: ResourceOutcome) {
        guard let service = row.wish.service, !service.isEmpty else {
            throw Fault.invalid("service", "required", "Say the service, as ORG/CLOUD/SERVICE.")
        }
        if let id = row.id { return try put(row.wish, as: ResourceID(checking: id)) { $0.properties } }
        let home = try self.service(at: service)
        if let name = row.wish.name, let known = try resource(named: name, in: home) {
            throw Fault.invalid(
                "id", "required",
                "The service has a resource of this name already: write its id, \(known.id.text), to change it.")
        }
        return (try add(row.wish, as: ResourceID(at: now, random: world.random), in: home), .added)
    }

    private func resource(named name: String, in home: ServiceHome) throws -> Resource? {
        var search = ResourceSearch(in: [.service(home.service.id, of: home.organization.id)])
        search.names.included = [name]
        return try snapshot.resources(search, PageRequest(limit: 1)).items.first
    }
}
