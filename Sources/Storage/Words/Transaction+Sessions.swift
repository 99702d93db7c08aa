import Basics
import Records

extension SQLTransaction {
    func session(tokenHash: [UInt8]) throws -> Session? {
        try connection.row(
            Session.columns,
            "FROM session WHERE token_hash = ?",
            [.blob(tokenHash)])
    }

    func sessions(of person: PersonID) throws -> [Session] {
        try connection.rows(
            Session.columns,
            "FROM session WHERE person_id = ? ORDER BY id DESC",
            [.id(person)])
    }

    func insert(_ session: Session) throws {
        try connection.send(
            Session.columns.inserting,
            [
                .id(session.id), .blob(session.tokenHash), .id(session.person), .text(session.stage.rawValue),
                .time(session.verifiedAt), .time(session.createdAt), .time(session.seenAt), .text(session.client),
            ])
    }

    func replace(_ session: Session, with proven: Session) throws -> Bool {
        // The old hash is the condition: of two proofs at once one
        // wins, and a session that has ended stays so.
        try connection.run(
            """
            UPDATE session SET token_hash = ?, stage = ?, verified_at_ms = ?, seen_at_ms = ?
            WHERE id = ? AND token_hash = ?
            """,
            [
                .blob(proven.tokenHash), .text(proven.stage.rawValue), .time(proven.verifiedAt),
                .time(proven.seenAt), .id(session.id), .blob(session.tokenHash),
            ]) == 1
    }

    func touch(_ session: SessionID, at now: Timestamp) throws {
        try connection.send("UPDATE session SET seen_at_ms = ? WHERE id = ?", [.time(now), .id(session)])
    }

    func endSession(_ session: SessionID, of person: PersonID) throws -> Bool {
        try connection.run("DELETE FROM session WHERE id = ? AND person_id = ?", [.id(session), .id(person)]) == 1
    }

    func endSessions(of person: PersonID, except kept: SessionID?) throws {
        try connection.send(
            "DELETE FROM session WHERE person_id = ? AND id <> ?", [.id(person), .text(kept?.text ?? "")])
    }

    func endSessions(createdBefore: Timestamp, notSeenSince: Timestamp, limit: Int) throws -> Int {
        // An identifier begins with its time of creation, but reading by last use finds both
        // kinds: what was begun before that was seen after it.
        try connection.run(
            """
            DELETE FROM session WHERE id IN (
                SELECT id FROM session WHERE seen_at_ms < ? OR created_at_ms < ? ORDER BY seen_at_ms LIMIT ?)
            """,
            [.time(notSeenSince), .time(createdBefore), .number(limit)])
    }
}

extension Session {
    static let columns = Columns(
        "session",
        ["id", "token_hash", "person_id", "stage", "verified_at_ms", "created_at_ms", "seen_at_ms", "client"]
    ) { row in
        Session(
            id: row.id(0), tokenHash: row.blob(1), person: row.id(2), stage: try row.word(3),
            verifiedAt: row.maybeTime(4), createdAt: row.time(5), seenAt: row.time(6), client: row.text(7))
    }
}
