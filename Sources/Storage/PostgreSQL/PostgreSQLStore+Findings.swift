public import Basics

/// How the server fares, for whoever examines the installation.
extension PostgreSQLStore {
    public func serverFindings(at now: Timestamp) async throws -> [ServerFinding] {
        try await ask { connection in
            [
                try Self.server(connection), try Self.clock(connection, now), try Self.connections(connection),
                try Self.privileges(connection),
            ]
        }
    }

    private static func server(_ connection: PostgreSQLConnection) throws -> ServerFinding {
        let found = try connection.row(
            """
            SELECT current_setting('server_version'), COALESCE((SELECT ssl FROM pg_stat_ssl
                WHERE pid = pg_backend_pid()), FALSE), inet_server_addr() IS NULL
            """, []
        ) { (version: $0.text(0), isEncrypted: $0.integer(1) == 1, isLocal: $0.integer(2) == 1) }
        guard let found else { return ServerFinding(subject: "server", verdict: .bad, detail: "It tells nothing.") }
        let path =
            connection.isPooled
            ? "through a pooler" : found.isLocal ? "by a socket" : found.isEncrypted ? "by TLS" : "without TLS"
        return ServerFinding(subject: "server", verdict: .good, detail: "PostgreSQL \(found.version), \(path).")
    }

    /// Codes of authenticators are judged by the clocks of the nodes, and leases between them by both.
    private static func clock(_ connection: PostgreSQLConnection, _ now: Timestamp) throws -> ServerFinding {
        let clock = try connection.row(connection.dialect.clock, []) { $0.time(0) } ?? now
        let apart = Double(now.milliseconds - clock.milliseconds) / 1_000
        let told = "\((apart * 10).rounded().magnitude / 10) s \(apart < 0 ? "behind" : "ahead of") the server's"
        switch apart.magnitude {
        case ..<2: return ServerFinding(subject: "clocks", verdict: .good, detail: "This machine and the server agree.")
        case ..<20: return ServerFinding(subject: "clocks", verdict: .worthALook, detail: "This clock is \(told).")
        default:
            return ServerFinding(
                subject: "clocks", verdict: .bad,
                detail: "This clock is \(told): right codes would be refused. Does NTP run on both?")
        }
    }

    private static func connections(_ connection: PostgreSQLConnection) throws -> ServerFinding {
        let found = try connection.row(
            """
            SELECT (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
                CAST(current_setting('max_connections') AS INTEGER)
                    - CAST(current_setting('superuser_reserved_connections') AS INTEGER)
            """, []
        ) { (used: $0.number(0), most: $0.number(1)) }
        let (used, most) = found ?? (0, 0)
        return ServerFinding(
            subject: "connections", verdict: used * 5 > most * 4 ? .worthALook : .good,
            detail: "In use: \(used) of \(most); a node takes one to write and database.readers to read.")
    }

    private static func privileges(_ connection: PostgreSQLConnection) throws -> ServerFinding {
        let missing = try connection.rows(
            """
            SELECT p.name || ' on ' || CAST(c.relname AS TEXT)
            FROM pg_class c, (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS p (name)
            WHERE c.relkind = 'r' AND c.relnamespace = CAST(current_schema() AS regnamespace)
                AND NOT has_table_privilege(c.oid, p.name)
            UNION ALL
            SELECT 'CREATE in the schema ' || CAST(current_schema() AS TEXT)
            WHERE NOT has_schema_privilege(current_schema(), 'CREATE')
            """, []
        ) { $0.text(0) }
        guard let first = missing.first else {
            return ServerFinding(subject: "privileges", verdict: .good, detail: "The role may do all that is needed.")
        }
        return ServerFinding(
            subject: "privileges", verdict: .bad,
            detail: "The role lacks rights: \(missing.count). The first: \(first).")
    }
}
