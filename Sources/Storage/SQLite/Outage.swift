import Basics
import GRDB

/// Turns what the database refuses for reasons outside this program into words that say what to do.
///
/// Such faults pass: the next call tries again from the start, so the
/// service recovers as soon as the cause is gone.
enum Outage {
    /// - Returns: A `Fault` with the cause if `error` is an outage; every other error as it is.
    static func explained(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError, let sentence = sentence(for: error.resultCode) else { return error }
        return Fault(.unavailable, sentence, cause: error)
    }

    private static func sentence(for code: ResultCode) -> Sentence? {
        switch code.primaryResultCode {
        case .SQLITE_FULL:
            "The disk that holds the database is full. Nothing was changed; make room and try again."
        case .SQLITE_READONLY:
            "The database cannot be written: its folder or disk is read-only. Nothing was changed; make it writable."
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            "Another program keeps the database locked. Nothing was changed; try again in a moment."
        case .SQLITE_IOERR:
            "The disk that holds the database reports an error. Nothing was changed; check the disk and its free space."
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            "The database cannot be opened. Check that its folder exists and belongs to the user who runs this program."
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            "The database file is damaged or not a database of this program. Restore it from a backup."
        case .SQLITE_NOMEM:
            "There is not enough memory for the database. Nothing was changed; try again in a moment."
        default: nil
        }
    }
}
