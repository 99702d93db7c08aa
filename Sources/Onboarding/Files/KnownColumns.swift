public import Basics
public import Directory
import Foundation
public import Records

/// Which columns of a file are what: as they are called, as somebody says, or as somebody said before.
extension Onboarding {
    /// Long enough to look at it, no longer: nobody has asked for anything yet.
    static var keptFileSeconds: Int64 { 86_400 }

    /// Reads a file as one of this organization's.
    ///
    /// - Throws: `.notFound` for an organization that is not the actor's,
    ///   `.invalid` for what is no table of people.
    func read(
        _ bytes: [UInt8], _ reading: FileReading, organization slug: String, _ greatestRows: Int, by actor: Actor
    ) async throws -> PeopleFile {
        let (zone, maps) = try await self.reading(by: actor) { turn in
            let organization = try turn.organization(slug)
            return (
                try self.timeZone(of: organization.locality), try turn.snapshot.columnMaps(of: organization.id)
            )
        }
        let file = try PeopleFile.read(bytes, reading, greatestRows: greatestRows, zone: zone) { heading in
            // One that this program cannot read any more is as good as none.
            maps[heading].flatMap { try? ColumnMap($0) }
        }
        guard !file.rows.isEmpty else {
            throw Self.noRows
        }
        return file
    }

    private static var noRows: Fault {
        .invalid("csv", "no_rows", "The file has no row below its first line.")
    }

    /// The next file with this first line needs no mapping any more.
    func remember(_ file: PeopleFile, by actor: Actor, organization slug: String) async throws {
        let signature = file.heading.signature
        guard let map = file.map, signature.utf8.count <= 4_000, map.text.utf8.count <= 4_000 else { return }
        try await writing(by: actor) { turn in
            let organization = try turn.organization(slug)
            guard try turn.transaction.columnMaps(of: organization.id)[signature] != map.text else { return }
            try turn.transaction.remember(columnMap: map.text, of: organization.id, heading: signature, at: turn.now)
        }
    }

    // MARK: A file whose columns are not known

    /// Keeps a file until somebody says which of its columns is what.
    ///
    /// - Throws: `Fault.Code.invalid` for one that has no row, of which nothing need be asked.
    public func keepFile(_ bytes: [UInt8], organization slug: String, by actor: Actor) async throws -> BatchID {
        let now = world.now()
        let id = BatchID(at: now, random: world.random)
        guard let person = actor.person else { throw Authority.missing("organization", slug) }
        guard try PeopleFile.hasRows(bytes) else { throw Self.noRows }
        try await writing(by: actor, at: now) { turn in
            let organization = try turn.organization(slug)
            try turn.transaction.forgetFiles(before: now.adding(seconds: -Self.keptFileSeconds))
            try turn.transaction.insert(
                KeptFile(
                    id: id, organization: organization.id, person: person.id, createdAt: now, content: bytes))
        }
        return id
    }

    /// What somebody needs to see to say which column is what.
    public struct FileOutline: Sendable {
        public struct Column: Sendable {
            /// As a mapping names it.
            public let key: String
            public let title: String
            /// From the first row that holds anything there.
            public let sample: String
        }

        public let organization: Organization
        public let columns: [Column]
        /// What was understood: the keys of each, one or, for a name, two.
        public let guesses: [FileColumn: [String]]
    }

    /// A kept file as whoever chose it sees it; nil where none of theirs is kept under this name.
    public func outline(of id: BatchID, by actor: Actor) async throws -> FileOutline? {
        guard let (file, organization) = try await keptFile(id, by: actor) else { return nil }
        let maps = try await store.read { try $0.columnMaps(of: organization.id) }
        return try PeopleFile.outline(file.content, organization) { maps[$0].flatMap { try? ColumnMap($0) } }
    }

    private func keptFile(_ id: BatchID, by actor: Actor) async throws -> (KeptFile, Organization)? {
        return try await self.reading(by: actor) { turn in
            guard let file = try turn.snapshot.file(id), file.person == actor.person?.id,
                file.createdAt.adding(seconds: Self.keptFileSeconds) > turn.now,
                let organization = try turn.snapshot.organization(file.organization)
            else { return nil }
            _ = try turn.requireSubmission(for: organization)
            return (file, organization)
        }
    }

    /// Goes on with a kept file, as a batch of the same name.
    ///
    /// - Throws: `.notFound` where none of the actor's is kept under it; `.invalid` as `beginBatch`.
    public func beginBatch(ofKept id: BatchID, _ reading: FileReading, by actor: Actor) async throws {
        guard let (file, organization) = try await keptFile(id, by: actor) else {
            throw Authority.missing("file", id.text)
        }
        _ = try await beginBatch(
            csv: file.content, reading, organization: organization.slug.text, as: id, by: actor)
    }

    /// Forgets a kept file; nothing where there is none of the actor's.
    ///
    /// - Returns: whether there was.
    public func forgetFile(_ id: BatchID, by actor: Actor) async throws -> Bool {
        guard try await keptFile(id, by: actor) != nil else { return false }
        try await working { try $0.forgetFile(id) }
        return true
    }
}

extension Turn {
    fileprivate func organization(_ slug: String) throws -> Organization {
        let organization = try organization(slug: slug)
        _ = try requireSubmission(for: organization)
        return organization
    }
}
