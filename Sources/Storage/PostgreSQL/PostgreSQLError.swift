import Basics

/// What the server, or the way to it, answered instead of a result.
struct PostgreSQLError: Error, CustomStringConvertible {
    /// The SQLSTATE of five characters; `08006` where the connection was lost, by whichever side.
    let state: String
    let message: String
    /// Empty where no statement of ours was at fault.
    var sql = ""

    static let connectionLost = "08006"

    /// SQLSTATE `25006`, as a server says that is asked to write while it follows another.
    static let standby = PostgreSQLError(state: "25006", message: "the server is in recovery")

    static func lost(_ message: String) -> PostgreSQLError {
        PostgreSQLError(state: connectionLost, message: message.isEmpty ? "the connection is lost" : message)
    }

    var description: String { "\(state): \(message)\(sql.isEmpty ? "" : " [\(sql)]")" }

    private var kind: Substring { state.prefix(2) }

    /// Whether nothing more can be said over this connection.
    var endsConnection: Bool {
        kind == "08" || ["57P01", "57P02", "57P03", "57P05", "25P03", Self.standby.state].contains(state)
    }

    /// Whether the same transaction may well succeed when it is run once more.
    var isLostRace: Bool { state == "40001" || state == "40P01" }

    /// - Returns: A `Fault` with the cause if `error` is an outage; every other error as it is.
    static func explained(_ error: any Error) -> any Error {
        guard let error = error as? PostgreSQLError, let sentence = error.sentence else { return error }
        return Fault(.unavailable, sentence, cause: error)
    }

    /// For whoever starts the program: with what the server says, which is nobody else's business.
    static func explainedAtStart(_ error: any Error) -> any Error {
        guard let error = error as? PostgreSQLError else { return error }
        let said = error.message.split(whereSeparator: \.isNewline).joined(separator: " ")
        let sentence = error.sentence ?? "The database cannot be used."
        return Fault(.unavailable, "\(sentence) The server says: \(said) (\(error.state))", cause: error)
    }

    private var sentence: Sentence? {
        switch state {
        case "53100":
            "The disk that holds the database is full. Nothing was changed; make room and try again."
        case "53200":
            "There is not enough memory for the database. Nothing was changed; try again in a moment."
        case "53300":
            "The database server takes no more connections. Nothing was changed; try again in a moment."
        case "55P03":
            "Another program keeps the database locked. Nothing was changed; try again in a moment."
        case "57014":
            "The database did not answer in time. Nothing was changed; try again in a moment."
        case Self.standby.state:
            "The database server is a standby. Nothing was changed; name the primary, or try again when it is one."
        case "42501":
            "The database refuses its user what this program needs. See docs/postgresql.md."
        case "3D000":
            "The database server has no such database. See docs/postgresql.md."
        case _ where kind == "28":
            "The database server refuses this program. Check the user and the password of database.url."
        case _ where isLostRace:
            "Too many programs changed the same at once. Nothing was changed; try again in a moment."
        case _ where endsConnection:
            "The database server cannot be reached. Try again in a moment."
        default: nil
        }
    }
}
