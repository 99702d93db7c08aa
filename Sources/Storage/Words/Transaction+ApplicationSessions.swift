import Basics
import Records

extension SQLTransaction {
    func authorizationCode(hash: [UInt8]) throws -> AuthorizationCode? {
        try connection.row(AuthorizationCode.columns, "FROM authorization_code WHERE hash = ?", [.blob(hash)])
    }

    func insert(_ code: AuthorizationCode) throws {
        try connection.send(
            AuthorizationCode.columns.inserting,
            [.blob(code.hash)] + code.authorization.values + [
                .text(code.redirect), .maybe(code.nonce), .text(code.challenge), .time(code.expiresAt),
                .id(code.redeemed),
            ])
    }

    func redeem(_ code: AuthorizationCode, for session: ApplicationSessionID, until end: Timestamp) throws -> Bool {
        try connection.run(
            """
            UPDATE authorization_code SET redeemed_for = ?, expires_at_ms = ? WHERE hash = ? AND redeemed_for IS NULL
            """, [.id(session), .time(end), .blob(code.hash)]) == 1
    }

    func applicationSession(_ id: ApplicationSessionID) throws -> ApplicationSession? {
        try connection.row(ApplicationSession.columns, "FROM application_session WHERE id = ?", [.id(id)])
    }

    func applicationSessions(of person: PersonID) throws -> [ApplicationSession] {
        try connection.rows(
            ApplicationSession.columns,
            "FROM application_session WHERE person_id = ? AND ended_at_ms IS NULL ORDER BY id", [.id(person)])
    }

    func insert(_ session: ApplicationSession) throws {
        try connection.send(
            ApplicationSession.columns.inserting,
            [.id(session.id)] + session.authorization.values + [
                .time(session.createdAt), .time(session.endsAt), .time(session.endedAt),
                .number(session.refreshes.number), .time(session.refreshes.changedAt),
                .number(session.refreshes.repeats),
            ])
    }

    func end(_ session: ApplicationSessionID, at now: Timestamp) throws -> Bool {
        try connection.run(
            "UPDATE application_session SET ended_at_ms = ? WHERE id = ? AND ended_at_ms IS NULL",
            [.time(now), .id(session)]) == 1
    }

    func set(_ refreshes: ApplicationSession.Refreshes, of session: ApplicationSession) throws -> Bool {
        try connection.run(
            """
            UPDATE application_session SET refresh_number = ?, refreshed_at_ms = ?, refresh_repeats = ?
            WHERE id = ? AND refresh_number = ? AND refresh_repeats = ? AND ended_at_ms IS NULL
            """,
            [
                .number(refreshes.number), .time(refreshes.changedAt), .number(refreshes.repeats), .id(session.id),
                .number(session.refreshes.number), .number(session.refreshes.repeats),
            ]) == 1
    }

    func moveApplicationSessions(from session: SessionID, to other: SessionID, of person: PersonID) throws {
        try connection.send(
            "UPDATE application_session SET session_id = ? WHERE person_id = ? AND session_id = ?",
            [.id(other), .id(person), .id(session)])
    }
}

extension Authorization {
    static let names: [SQL] = [
        "application_id", "person_id", "session_id", "scopes", "resource", "key_thumbprint", "authenticated_at_ms",
        "verified_at_ms",
    ]

    var values: [SQLValue] {
        [
            .id(application), .id(person), .id(session), .text(scopes.text), .maybe(resource), .maybe(keyThumbprint),
            .time(authenticatedAt), .time(verifiedAt),
        ]
    }

    /// From the second column on.
    init(_ row: any SQLRow) {
        self.init(
            application: row.id(1), person: row.id(2), session: row.maybeID(3), scopes: Set(known: row.text(4)),
            resource: row.maybeText(5), keyThumbprint: row.maybeText(6), authenticatedAt: row.time(7),
            verifiedAt: row.maybeTime(8))
    }
}

extension AuthorizationCode {
    static let columns = Columns(
        "authorization_code",
        ["hash"] + Authorization.names + ["redirect", "nonce", "challenge", "expires_at_ms", "redeemed_for"]
    ) { row in
        AuthorizationCode(
            hash: row.blob(0), authorization: Authorization(row), redirect: row.text(9), nonce: row.maybeText(10),
            challenge: row.text(11), expiresAt: row.time(12), redeemed: row.maybeID(13))
    }
}

extension ApplicationSession {
    static let columns = Columns(
        "application_session",
        ["id"] + Authorization.names + [
            "created_at_ms", "ends_at_ms", "ended_at_ms", "refresh_number", "refreshed_at_ms", "refresh_repeats",
        ]
    ) { row in
        ApplicationSession(
            id: row.id(0), authorization: Authorization(row), createdAt: row.time(9), endsAt: row.time(10),
            endedAt: row.maybeTime(11),
            refreshes: Refreshes(number: row.number(12), changedAt: row.maybeTime(13), repeats: row.number(14)))
    }
}
