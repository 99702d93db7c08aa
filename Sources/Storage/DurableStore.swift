public import Basics
public import Records

/// A store that outlives the program, and what its operator asks about it.
public protocol DurableStore: Store {
    /// Whether nothing can be written here, so that nothing need be tried.
    var isReadOnly: Bool { get }

    /// Finishes what waits and lets go of the database; later calls throw `Fault.Code.unavailable`.
    func close() async throws

    /// What is wrong with the database by its own account, one sentence each; empty if it is sound.
    ///
    /// May read all of it.
    func integrityFindings() async throws -> [String]

    /// What its operator should know of the server that holds it; nothing of a file.
    ///
    /// - Parameter now: what time it is on this machine.
    func serverFindings(at now: Timestamp) async throws -> [ServerFinding]

    /// The number of the last migration that the database has seen.
    func schemaVersion() async throws -> Int

    /// Whether a write is on disk before it is acknowledged.
    func isDurable() async throws -> Bool

    /// What keeps the past from being rewritten and is missing, or is not as this program makes it: by name.
    func missingGuards() async throws -> [String]
}

/// How one thing stands with the server of a database.
public struct ServerFinding: Sendable {
    public enum Verdict: Sendable { case good, worthALook, bad }

    /// In a word, such as `privileges`.
    public let subject: String
    public let verdict: Verdict
    /// In a sentence.
    public let detail: String
}

extension Fault {
    static let databaseIsClosed = Fault(.unavailable, "The database is closed: the service is stopping.")
}
