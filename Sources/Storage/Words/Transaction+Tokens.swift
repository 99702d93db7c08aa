import Basics
import Records

extension SQLTransaction {
    func isRevoked(_ token: String) throws -> Bool {
        try connection.row("SELECT 1 FROM revoked_token WHERE id = ?", [.text(token)]) { _ in true } ?? false
    }

    func revoke(_ token: String, until end: Timestamp) throws {
        try connection.send(
            "INSERT INTO revoked_token (id, expires_at_ms) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
            [.text(token), .time(end)])
    }

    func useOnce(_ key: [UInt8], until end: Timestamp) throws -> Bool {
        try connection.run(
            "INSERT INTO used_once (key, expires_at_ms) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
            [.blob(key), .time(end)]) == 1
    }

    func tokenKeys() throws -> [TokenKey] {
        try connection.rows(TokenKey.columns, "FROM token_key ORDER BY created_at_ms, id", [])
    }

    func insert(_ key: TokenKey) throws {
        try connection.send(
            TokenKey.columns.inserting,
            [
                .text(key.id), .text(key.algorithm.rawValue), .text(key.publicKey.compact), .blob(key.sealed),
                .blob(key.nonce), .text(key.keyID), .time(key.createdAt), .time(key.signsFrom),
            ])
    }

    func remove(_ key: TokenKey) throws {
        try connection.send("DELETE FROM token_key WHERE id = ?", [.text(key.id)])
    }

    func pushedRequest(hash: [UInt8]) throws -> PushedRequest? {
        try connection.row(PushedRequest.columns, "FROM pushed_request WHERE hash = ?", [.blob(hash)])
    }

    func insert(_ request: PushedRequest) throws {
        let parameters = JSON.texts(request.parameters)
        try connection.send(
            PushedRequest.columns.inserting,
            [.blob(request.hash), .id(request.application), .text(parameters.compact), .time(request.expiresAt)])
    }

    func setExpiry(of request: PushedRequest, to end: Timestamp) throws {
        try connection.send(
            "UPDATE pushed_request SET expires_at_ms = ? WHERE hash = ?", [.time(end), .blob(request.hash)])
    }

    func take(_ request: PushedRequest) throws -> Bool {
        try connection.run("DELETE FROM pushed_request WHERE hash = ?", [.blob(request.hash)]) == 1
    }

    func forgetTokens(endedBefore now: Timestamp, limit: Int) throws -> Bool {
        let forgotten = try Ended.all.map { try connection.run($0, [.time(now), .number(limit)]) }
        return forgotten.contains(limit)
    }
}

/// What of the tables of tokens has ended.
private enum Ended {
    static let all = [
        forgetting("application_session", "id", "ends_at_ms"),
        forgetting("authorization_code", "hash", "expires_at_ms"),
        forgetting("device_code", "hash", "expires_at_ms"),
        forgetting("pushed_request", "hash", "expires_at_ms"),
        forgetting("used_once", "key", "expires_at_ms"),
        forgetting("revoked_token", "id", "expires_at_ms"),
    ]

    /// So many at most, the oldest first.
    private static func forgetting(_ table: SQL, _ key: SQL, _ end: SQL) -> SQL {
        """
        DELETE FROM \(table) WHERE \(key) IN (
            SELECT \(key) FROM \(table) WHERE \(end) < ? ORDER BY \(end) LIMIT ?)
        """
    }
}

// MARK: Devices

extension SQLTransaction {
    func deviceCode(hash: [UInt8]) throws -> DeviceCode? {
        try connection.row(DeviceCode.columns, "FROM device_code WHERE hash = ?", [.blob(hash)])
    }

    func deviceCode(userHash: [UInt8]) throws -> DeviceCode? {
        try connection.row(DeviceCode.columns, "FROM device_code WHERE user_hash = ?", [.blob(userHash)])
    }

    func insert(_ code: DeviceCode) throws {
        try connection.send(
            DeviceCode.columns.inserting,
            [
                .blob(code.hash), .blob(code.userHash), .id(code.application), .text(code.scopes.text),
                .maybe(code.resource), .maybe(code.keyThumbprint), .text(code.address), .time(code.createdAt),
                .time(code.expiresAt), .text(code.answer.rawValue), .time(code.polledAt),
                .integer(code.pauseSeconds), .id(code.authorization?.person),
                .time(code.authorization?.authenticatedAt), .time(code.authorization?.verifiedAt),
            ])
    }

    func answer(_ code: DeviceCode, _ answer: DeviceCode.Answer, by authorization: Authorization?) throws -> Bool {
        let given = authorization ?? code.authorization
        return try connection.run(
            """
            UPDATE device_code SET answer = ?, person_id = ?, authenticated_at_ms = ?, verified_at_ms = ?
            WHERE hash = ? AND answer = ?
            """,
            [
                .text(answer.rawValue), .id(given?.person), .time(given?.authenticatedAt), .time(given?.verifiedAt),
                .blob(code.hash), .text(code.answer.rawValue),
            ]) == 1
    }

    func setPoll(of code: DeviceCode, at now: Timestamp, pauseSeconds: Int64) throws {
        try connection.send(
            "UPDATE device_code SET polled_at_ms = ?, pause_seconds = ? WHERE hash = ?",
            [.time(now), .integer(pauseSeconds), .blob(code.hash)])
    }
}

// MARK: Columns

extension TokenKey {
    static let columns = Columns(
        "token_key",
        ["id", "algorithm", "public_key", "sealed", "nonce", "key_id", "created_at_ms", "signs_from_ms"]
    ) { row in
        TokenKey(
            id: row.text(0), algorithm: try row.word(1), publicKey: try row.json(2), sealed: row.blob(3),
            nonce: row.blob(4), keyID: row.text(5), createdAt: row.time(6), signsFrom: row.time(7))
    }
}

extension PushedRequest {
    static let columns = Columns(
        "pushed_request", ["hash", "application_id", "parameters", "expires_at_ms"]
    ) { row in
        PushedRequest(
            hash: row.blob(0), application: row.id(1),
            parameters: try row.json(2).texts, expiresAt: row.time(3))
    }
}

extension DeviceCode {
    static let columns = Columns(
        "device_code",
        [
            "hash", "user_hash", "application_id", "scopes", "resource", "key_thumbprint", "address", "created_at_ms",
            "expires_at_ms", "answer", "polled_at_ms", "pause_seconds", "person_id", "authenticated_at_ms",
            "verified_at_ms",
        ]
    ) { row in
        let (application, scopes): (ApplicationID, _) = (row.id(2), Set<Scope>(known: row.text(3)))
        let (resource, key) = (row.maybeText(4), row.maybeText(5))
        let person: PersonID? = row.maybeID(12)
        return DeviceCode(
            hash: row.blob(0), userHash: row.blob(1), application: application, scopes: scopes, resource: resource,
            keyThumbprint: key, address: row.text(6), createdAt: row.time(7), expiresAt: row.time(8),
            answer: try row.word(9), polledAt: row.maybeTime(10), pauseSeconds: row.integer(11),
            authorization: person.map {
                Authorization(
                    application: application, person: $0, session: nil, scopes: scopes, resource: resource,
                    keyThumbprint: key, authenticatedAt: row.time(13), verifiedAt: row.maybeTime(14))
            })
    }
}
