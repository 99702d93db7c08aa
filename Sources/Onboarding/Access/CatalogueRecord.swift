public import Basics
public import Directory
import OpenSSL
public import Records

/// Which catalogue decides: of each file its version, and the hash of what it holds.
public struct CatalogueStamp: Hashable, Sendable {
    public struct File: Hashable, Sendable {
        public let part: Catalogue.Part
        public let version: Int
        /// SHA-256 in hexadecimal, as `sha256sum` prints it.
        public let hash: String
    }

    public let files: [File]

    public init(_ catalogue: Catalogue) throws {
        files = try Catalogue.Part.allCases.map { part in
            let text = catalogue.sources[part]?.text ?? ""
            return File(
                part: part, version: catalogue.version(of: part), hash: try SHA256.digest(of: Array(text.utf8)).hex)
        }
    }

    /// `profiles 1 HASH, matrix 3 HASH, topology 1 HASH`: what the trail says of an installed catalogue.
    public var text: String {
        files.map { "\($0.part.rawValue) \($0.version) \($0.hash)" }.joined(separator: ", ")
    }

    /// Reads what `text` wrote.
    public init?(text: String) {
        let files = text.split(separator: ",").compactMap { file -> File? in
            let words = file.split(separator: " ").map(String.init)
            guard words.count == 3, let part = Catalogue.Part(rawValue: words[0]), let version = Int(words[1]) else {
                return nil
            }
            return File(part: part, version: version, hash: words[2])
        }
        guard !files.isEmpty else { return nil }
        self.files = files
    }
}

/// The catalogues that were in force.
///
/// As with definitions, a version is one text for ever: whoever reads in an old decision that it followed version 3
/// of the matrix finds that one in the database.
enum CatalogueRecord {
    static let action = "catalogue.install"
    /// Of the note with the stamp of what was installed last.
    static let note = "catalogue"

    /// Of the note with the text that a version had when it was installed first.
    static func note(_ part: Catalogue.Part, _ version: Int) -> String { "catalogue.\(part.rawValue).\(version)" }
}

extension Catalogue {
    /// What was recorded under a version stays so; another version of the file is told by its number, while comments
    /// and the order of keys are free.
    ///
    /// - Throws: `Fault.Code.conflict` naming the file, and what to do.
    public func requireUnchanged(in snapshot: any Snapshot) throws {
        for part in Part.allCases {
            let version = version(of: part)
            guard let kept = try snapshot.note(CatalogueRecord.note(part, version)), kept != sources[part]?.text,
                !says(part, asIn: kept)
            else { continue }
            throw conflict(part)
        }
    }

    fileprivate func conflict(_ part: Part) -> Fault {
        Fault(
            .conflict,
            """
            Version \(version(of: part)) of catalogue/\(part.rawValue).yaml was installed before and says something \
            else now. Give the changed file a new version, so that decisions tell which one they followed, or put \
            the old file back.
            """)
    }

    private func says(_ part: Part, asIn text: String) -> Bool {
        var sources = sources
        sources[part] = Source(text, file: part.rawValue)
        do throws(CatalogueDefects) { return says(part, as: try Catalogue(sources)) } catch {
            return false  // It does not even go with the others any more, so it cannot say the same.
        }
    }
}

extension Onboarding {
    /// The stamp of what was installed last; nil before the first.
    public func recordedCatalogue() async throws -> CatalogueStamp? {
        try await store.read { try $0.note(CatalogueRecord.note) }.flatMap(CatalogueStamp.init(text:))
    }

    /// Puts on record that another catalogue decides from now on; once, however many processes begin with it.
    ///
    /// - Returns: whether it was another one.
    /// - Throws: as `requireUnchanged`.
    @discardableResult
    public func recordCatalogue(by actor: Actor) async throws -> Bool {
        let stamp = try CatalogueStamp(catalogue).text
        if try await store.read({ try $0.note(CatalogueRecord.note) }) == stamp { return false }
        return try await writing(by: actor) { turn in
            // Of two that found another one, the second finds this one now.
            guard try turn.snapshot.note(CatalogueRecord.note) != stamp else { return false }
            try catalogue.requireUnchanged(in: turn.snapshot)
            for part in Catalogue.Part.allCases {
                let name = CatalogueRecord.note(part, catalogue.version(of: part))
                guard try turn.snapshot.note(name) == nil else { continue }
                try turn.transaction.setNote(name, catalogue.sources[part]?.text ?? "")
            }
            try turn.transaction.setNote(CatalogueRecord.note, stamp)
            try turn.transaction.audit(
                AuditNote(CatalogueRecord.action, detail: stamp), by: actor.recorded, at: turn.now)
            return true
        }
    }
}

extension Turn {
    /// The catalogue that was in force at an instant; that of now for instants from before any was recorded.
    func catalogue(at instant: Timestamp) throws -> Catalogue {
        guard instant < now else { return catalogue }
        let filter = AuditFilter(action: CatalogueRecord.action, until: instant.adding(milliseconds: 1))
        let entry = try snapshot.auditEntries(filter, before: .max, limit: 1).first
        guard let stamp = entry?.detail.flatMap(CatalogueStamp.init(text:)), stamp != (try CatalogueStamp(catalogue))
        else { return catalogue }
        var sources: [Catalogue.Part: Catalogue.Source] = [:]
        for file in stamp.files {
            let name = CatalogueRecord.note(file.part, file.version)
            guard let text = try snapshot.note(name) else { return catalogue }
            sources[file.part] = Catalogue.Source(text, file: name)
        }
        do throws(CatalogueDefects) { return try Catalogue(sources) } catch {
            throw Fault(.unavailable, "The catalogue of that instant cannot be read any more: \(error)")
        }
    }
}

extension Onboarding {
    /// Why another catalogue would be refused at a start; nil where it would not.
    public func hindrance(to other: Catalogue) async throws -> Sentence? {
        do {
            let own = catalogue
            try await store.read { snapshot in
                try other.requireUnchanged(in: snapshot)
                for part in Catalogue.Part.allCases where other.version(of: part) == own.version(of: part) {
                    guard other.says(part, as: own) else { throw other.conflict(part) }
                }
            }
            return nil
        } catch let fault as Fault where fault.code == .conflict { return fault.sentence }
    }
}
