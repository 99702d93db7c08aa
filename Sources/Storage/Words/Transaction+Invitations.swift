import Basics
import Records

extension SQLTransaction {
    func invitation(tokenHash: [UInt8]) throws -> Invitation? {
        try connection.row(
            Invitation.columns,
            "FROM invitation WHERE token_hash = ?",
            [.blob(tokenHash)])
    }

    func invitation(of request: RequestID) throws -> Invitation? {
        try connection.row(
            Invitation.columns,
            "FROM invitation WHERE request_id = ?",
            [.id(request)])
    }

    func replaceInvitation(with invitation: Invitation) throws {
        try connection.send(
            """
            INSERT INTO invitation (request_id, token_hash, person_id, expires_at_ms, generation, renewed_at_ms)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (request_id) DO UPDATE SET
                token_hash = excluded.token_hash, person_id = excluded.person_id,
                expires_at_ms = excluded.expires_at_ms, generation = excluded.generation,
                renewed_at_ms = excluded.renewed_at_ms
            """,
            [
                .id(invitation.request), .blob(invitation.tokenHash), .id(invitation.person),
                .time(invitation.expiresAt), .integer(invitation.generation), .time(invitation.renewedAt),
            ])
    }

    func enrolmentSession(tokenHash: [UInt8]) throws -> EnrolmentSession? {
        try connection.row(
            """
            SELECT token_hash, request_id, person_id, factor_id, expires_at_ms FROM enrolment_session
            WHERE token_hash = ?
            """,
            [.blob(tokenHash)]
        ) {
            EnrolmentSession(
                tokenHash: $0.blob(0), request: $0.id(1), person: $0.id(2), factor: $0.id(3), expiresAt: $0.time(4))
        }
    }

    func replaceEnrolmentSession(with session: EnrolmentSession) throws {
        try connection.send(
            """
            INSERT INTO enrolment_session (request_id, token_hash, person_id, factor_id, expires_at_ms)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (request_id) DO UPDATE SET
                token_hash = excluded.token_hash, person_id = excluded.person_id, factor_id = excluded.factor_id,
                expires_at_ms = excluded.expires_at_ms
            """,
            [
                .id(session.request), .blob(session.tokenHash), .id(session.person), .id(session.factor),
                .time(session.expiresAt),
            ])
    }

    func endInvitations(of request: RequestID) throws {
        try connection.send("DELETE FROM invitation WHERE request_id = ?", [.id(request)])
        try connection.send("DELETE FROM enrolment_session WHERE request_id = ?", [.id(request)])
    }
}

extension Invitation {
    static let columns = Columns(
        "invitation", ["token_hash", "request_id", "person_id", "expires_at_ms", "generation", "renewed_at_ms"]
    ) { row in
        Invitation(
            tokenHash: row.blob(0), request: row.id(1), person: row.id(2), expiresAt: row.time(3),
            generation: row.integer(4), renewedAt: row.maybeTime(5))
    }
}
