import Basics
package import Records

/// A store that outlives the program, and what its operator asks about it.
package protocol DurableStore: Store {
    /// Whether nothing can be written here, so that nothing need be tried.
    var isReadOnly: Bool { get }

    /// Finishes what waits and lets go of the database; later calls throw `Fault.Code.unavailable`.
    func close() async throws

    /// What is wrong with the database by its own account, one sentence each; empty if it is sound.
    ///
    /// May read all of it.
    func integrityFindings() async throws -> [String]

    /// The number of the last migration that the database has seen.
    func schemaVersion() async throws -> Int

    /// Whether a write is on disk before it is acknowledged.
    func isDurable() async throws -> Bool

    /// What keeps the past from being rewritten and is missing, or is not as this program makes it: by name.
    func missingGuards() async throws -> [String]
}

extension Fault {
    static let databaseIsClosed = Fault(.unavailable, "The database is closed: the service is stopping.")
}
