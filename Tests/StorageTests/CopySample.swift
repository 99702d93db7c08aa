import Foundation
import Scratch
import Testing

@testable import Storage

/// An installation of every kind of row, and databases to copy it to.
struct CopySample {
    let folder: TestFolder
    let url: String

    /// - Parameter statements: run past every rule of the product, before anything is copied.
    init(_ statements: String...) throws {
        folder = try TestFolder()
        url = try PostgreSQLServer.shared.get().makeDatabase()
        // What an earlier release left behind has most of it.
        let kept = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../UpgradeTests/Kept/0.2.0/usher.sql").standardized.path
        try sqlite("usher.db", ".read \(kept)")
        let store = try SQLiteStore(path: folder.database)
        withExtendedLifetime(store) {}
        try sqlite("usher.db", Self.rest + statements.joined(separator: ";\n"))
    }

    /// Rows of the tables that the release leaves empty.
    private static let rest = """
        CREATE TEMP TABLE some AS SELECT
            (SELECT min(id) FROM person) AS person, (SELECT min(id) FROM organization) AS org,
            (SELECT min(id) FROM request) AS request, '01kb4q2f00example000000007' AS id, 0x7fffffffffffffff AS late;
        INSERT INTO session SELECT id, randomblob(32), person, 'full', NULL, 1, late, '' FROM some;
        INSERT INTO batch SELECT id, org, person, 'utf-8', 1, 'done', 'never', NULL FROM some;
        INSERT INTO batch_row SELECT id, 1, 'é@x.example', '日本 😀', 'en', '', '', 'a
        b', 'submitted', NULL, request FROM some;
        INSERT INTO password_guess SELECT person, 'lane', 3, NULL, -1 FROM some;
        INSERT INTO known_client SELECT person, randomblob(32), 0 FROM some;
        INSERT INTO keepsake SELECT randomblob(32), 'form', NULL, zeroblob(0), zeroblob(12), 'k', 1 FROM some;
        INSERT INTO password_link SELECT person, randomblob(32), 1 FROM some;
        INSERT INTO column_map SELECT org, 'a;b', '[]', 1 FROM some;
        INSERT INTO batch_file SELECT id, org, person, 1, randomblob(300000) FROM some;
        INSERT INTO application SELECT id, 'Konsole 日本', 'web', '{"redirect_uris":[]}', 1, NULL FROM some;
        INSERT INTO application_secret SELECT id, randomblob(32), 1, late FROM some;
        INSERT INTO application_session SELECT id, id, person, NULL, 'openid', NULL, 'é', 1, NULL, 1, late, NULL, 3, 2, 0
        FROM some;
        INSERT INTO authorization_code SELECT randomblob(32), id, person, id, 'openid', 'https://x.example', NULL, 1, 2,
        'https://x.example/cb', NULL, 'c', late, id FROM some;
        INSERT INTO device_code SELECT randomblob(32), randomblob(32), id, 'openid', NULL, NULL, '192.0.2.1', 1, late,
        'approved', NULL, 5, person, 1, NULL FROM some;
        INSERT INTO pushed_request SELECT randomblob(32), id, '{"state":"a
        b"}', late FROM some;
        INSERT INTO used_once SELECT randomblob(32), late FROM some;
        INSERT INTO revoked_token VALUES ('jti', 1);
        INSERT INTO token_key VALUES ('kid', 'ES256', '{}', zeroblob(3), zeroblob(12), 'k', 1, 2);
        INSERT INTO service SELECT some.id, organization_id, cloud.id, 'shop', 'Boutique 日本', late FROM cloud, some
        WHERE cloud.id = (SELECT min(id) FROM cloud);
        INSERT INTO resource SELECT 'i-1', organization_id, cloud_id, id, 'é', 'a', 'a/b', 'a/b', 'ACTIVE', 'qa', NULL,
        '{"k":"日本"}', 1 FROM service;
        INSERT INTO resource_tag SELECT organization_id, 'k', '日本', id FROM resource;
        INSERT INTO webhook SELECT id, 'Empfänger 日本', 'https://x.example', 'ed25519', org, 'grant.begin', 2, 1, late,
        'failing', 3, 1, 1, 'é', NULL, 7, 0, 1 FROM some;
        INSERT INTO note VALUES ('copying', 'of the installation'), ('z', '');

        """

    /// Many entries of a table that refers to nothing.
    static func many(_ count: Int) -> String {
        """
        WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < \(999 + count))
        INSERT INTO security_event SELECT i, 'k', i, 'n', 'w', i, i, 1, NULL, NULL, NULL, 'a', 'b', 'c' FROM n
        """
    }

    private var server: CopyEnd {
        get throws { CopyEnd(.server(try PostgreSQLAddress(url: url)), name: "the server") }
    }

    func end(_ file: String) -> CopyEnd { CopyEnd(.file(folder.path(file)), name: file) }

    func there() throws -> DatabaseCopy { DatabaseCopy(from: end("usher.db"), to: try server) }

    func back() throws -> DatabaseCopy { DatabaseCopy(from: try server, to: end("back.db")) }

    @discardableResult
    func sqlite(_ file: String, _ statements: String) throws -> String {
        let result = try shell("sqlite3", "-bail", "-cmd", ".timeout 30000", folder.path(file), statements)
        try #require(result.code == 0, "\(result.output)")
        return result.output
    }

    @discardableResult
    func psql(_ statements: String) throws -> String {
        try PostgreSQLServer.shared.get().psql(statements, on: url)
    }

    /// Every row of every table, as the shell writes values, but for the mark of a copy, and who serves.
    func contents(of file: String) throws -> [String: [String]] {
        let tables = try sqlite(
            file, "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'node'"
        ).split(separator: "\n")
        return try tables.reduce(into: [:]) { contents, table in
            let rows = table == "note" ? "note WHERE name <> 'copy'" : String(table)
            let result = try shell(
                "sqlite3", "-cmd", ".timeout 30000", folder.path(file), ".mode quote", "SELECT * FROM \(rows)")
            contents[String(table)] = result.output.split(separator: "\n").map(String.init).sorted()
        }
    }
}

extension DatabaseCopy {
    /// All of it, as the command does it.
    func run(as id: String = "1") async throws -> [Proof] {
        try await begin(as: id)
        try await copyRows { _ in }
        let proofs = try await verifyRows { _ in }
        try await finish()
        return proofs
    }
}
