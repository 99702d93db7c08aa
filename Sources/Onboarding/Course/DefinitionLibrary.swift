import Basics
import OpenSSL
public import Records
import Synchronization
public import Workflow

/// The workflow definitions of an installation: the current one of each name,
/// and older versions that still have runs.
public final class DefinitionLibrary: Sendable {
    /// By name.
    public let current: [String: Definition]
    /// Versions that were read from the store, parsed once.
    private let older = Mutex<[String: Definition]>([:])
    /// What the proofs found out about a current definition; gathered when it is asked for first.
    private let prove: @Sendable (Definition) -> [Finding]
    private let proven = Mutex<[String: [Finding]]>([:])

    /// - Parameter prove: what `usher workflow check` finds;
    ///   each finding keeps requests from starting.
    public init(
        _ current: [String: Definition], prove: @escaping @Sendable (Definition) -> [Finding] = { _ in [] }
    ) {
        self.current = current
        self.prove = prove
    }

    /// The definitions of these files by name.
    ///
    /// - Throws: `Fault.Code.invalid` listing every finding, if one does not parse
    ///   or names people that nobody can resolve.
    public static func read(_ sources: [(file: String, text: String)]) throws -> [String: Definition] {
        var current: [String: Definition] = [:]
        for (file, text) in sources {
            let definition = try read(text, file: file)
            for part in definition.parts where PartSource(rawValue: part.source) == nil {
                throw Fault.invalid(file, "unknown_source", "\(file): nobody knows who \(part.source) is.")
            }
            guard current.updateValue(definition, forKey: definition.name) == nil else {
                throw Fault.invalid(file, "duplicate", "\(file): a second definition of \(definition.name).")
            }
        }
        return current
    }

    private static func read(_ text: String, file: String) throws -> Definition {
        do throws(DefinitionDefects) { return try Definition(yaml: text, file: file) } catch {
            throw Fault.invalid(error.findings.map { Fault.Field($0.file, $0.rule, Sentence("\($0)")) })
        }
    }

    /// The definition that new requests follow.
    func current(_ name: String) throws -> Definition {
        guard let definition = current[name] else {
            throw Fault(.unavailable, "There is no workflow \(name): restore its file in the workflows folder.")
        }
        return definition
    }

    /// What keeps requests from starting on a current definition; empty if nothing does.
    public func findings(of definition: Definition) -> [Finding] {
        if let known = proven.withLock({ $0[definition.name] }) { return known }
        let found = prove(definition)
        proven.withLock { $0[definition.name] = found }
        return found
    }

    /// The definition that a request begins by: proven sound, and none
    /// that an older one has taken the place of.
    ///
    /// What runs already goes on; no other version is taken instead,
    /// since it may lack the control that was meant.
    /// - Throws: `Fault.Code.unavailable` saying what `usher workflow check` says.
    func ready(_ name: String, in snapshot: any Snapshot) throws -> Definition {
        let definition = try current(name)
        let standing = WorkflowStanding(
            definition: definition, findings: findings(of: definition),
            knownVersion: try snapshot.newestDefinitions()[name])
        guard let hindrance = standing.hindrance else { return definition }
        throw Fault(
            .unavailable, hindrance, faults: standing.findings.map { Fault.Field($0.file, $0.rule, Sentence("\($0)")) })
    }

    /// The definition that a run follows, which may be an older version.
    func definition(of run: Run, in snapshot: any Snapshot) throws -> Definition {
        try definition(run.workflow, run.version, in: snapshot)
    }

    func definition(_ name: String, _ version: Int, in snapshot: any Snapshot) throws -> Definition {
        if let definition = current[name], definition.version == version { return definition }
        let key = "\(name) \(version)"
        if let definition = older.withLock({ $0[key] }) { return definition }
        guard let source = try snapshot.definition(name: name, version: version) else {
            throw Fault(.unavailable, "Version \(version) of workflow \(name) is not in the database.")
        }
        let definition = try Definition(yaml: source, file: key)
        older.withLock { $0[key] = definition }
        return definition
    }

    /// A version that has runs is immutable: a changed file under
    /// an old number would send them elsewhere.
    ///
    /// - Throws: `Fault.Code.conflict` naming both hashes.
    public func requireUnchanged(in snapshot: any Snapshot) throws {
        for definition in current.values {
            guard let kept = try snapshot.definition(name: definition.name, version: definition.version),
                kept != definition.source
            else { continue }
            let hashes = try [kept, definition.source].map {
                try SHA256.digest(of: Array($0.utf8)).hex.prefix(12)
            }
            throw Fault(
                .conflict,
                "Workflow \(definition.name) version \(definition.version) has requests and was changed "
                    + "(\(hashes[0]) in the database, \(hashes[1]) in the file). Give the changed file a new version.")
        }
    }
}
