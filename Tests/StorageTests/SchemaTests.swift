import Basics
import Scratch
import Storage
import Testing

/// What the schema itself refuses, tried with the sqlite3 shell: whoever bypasses this program meets the same rules.
@Suite("Schema", .timeLimit(.minutes(60)))
struct SchemaTests {
    private static let ids = (1...9).map { String(repeating: "0", count: 25) + String($0) }
    private static let hash = "zeroblob(32)"

    /// Rows that are in order; the refusals below differ from them in one thing.
    private static let sound = [
        "INSERT INTO organization VALUES ('\(ids[0])', 'acme', 'Acme', 0, NULL, NULL, 'client')",
        "INSERT INTO cloud VALUES ('\(ids[1])', '\(ids[0])', 'main', 'Main', 0)",
        person(ids[2], "ada@acme.example"),
        person(ids[3], "max@acme.example"),
        request(ids[4], key: "'k'"),
        request(ids[5], key: "NULL"),
        review(ids[6]),
        grant(ids[6], revoked: "NULL"),
        factor(ids[6], "pending", secret: "x'01'"),
        effect("\(ids[4])/mail/1", "due", settled: "NULL"),
        "INSERT INTO history VALUES ('\(ids[4])', 1, 0, '{}', 'start', 'usher', NULL, NULL, 'a', NULL, NULL)",
        "INSERT INTO duty VALUES ('\(ids[2])', 'duty_manager', NULL)",
        audit(1),
        audit(2),
        "INSERT INTO audit_head VALUES (1, \(hash), 0, zeroblob(64))",
        "INSERT INTO service VALUES ('\(ids[7])', '\(ids[0])', '\(ids[1])', 'shop', 'Shop', 0)",
        resource("i-1", service: ids[7], status: "ACTIVE"),
        "INSERT INTO resource_tag VALUES ('\(ids[0])', 'k', 'v', 'i-1')",
    ]

    private static func resource(_ id: String, service: String, status: String) -> String {
        """
        INSERT INTO resource VALUES ('\(id)', '\(ids[0])', '\(ids[1])', '\(service)', 'N', 'a', 'a', 'a', '\(status)',
        'qa', NULL, '{}', 0)
        """
    }

    private static func person(
        _ id: String, _ email: String, language: String = "en", state: String = "active", key: String? = nil
    ) -> String {
        """
        INSERT INTO person
            (id, organization_id, email, email_key, name, language, state, state_since_ms, created_at_ms,
             name_key, family_key)
        VALUES ('\(id)', '\(ids[0])', '\(email)', '\(key ?? email)', 'N', '\(language)', '\(state)', 0, 0, 'n', 'n')
        """
    }

    private static func request(
        _ id: String, key: String, holder: String? = ids[2], ended: String = "NULL",
        organization: String = "'\(ids[0])'",
        cloud: String = "NULL", campaign: String = "NULL"
    ) -> String {
        """
        INSERT INTO request VALUES
        ('\(id)', \(organization), \(holder.map { "'\($0)'" } ?? "NULL"), 'r', 'x', NULL, \(key), 0, 1, 'w', 1, 'a', NULL,
        \(ended), '{}', NULL, \(cloud), \(campaign), NULL)
        """
    }

    private static func review(_ id: String, cloud: String = "'\(ids[1])'") -> String {
        request(id, key: "NULL", holder: nil, cloud: cloud, campaign: "'\(ids[8])'")
    }

    private static func grant(_ id: String, revoked: String, cloud: String = ids[1]) -> String {
        """
        INSERT INTO cloud_grant VALUES
        ('\(id)', '\(ids[0])', '\(cloud)', '\(ids[2])', 'STD', 0, NULL, '\(ids[4])', \(revoked), NULL)
        """
    }

    private static func factor(_ id: String, _ state: String, secret: String, digits: Int = 6, step: String = "NULL")
        -> String
    {
        """
        INSERT INTO factor VALUES
        ('\(id)', '\(ids[2])', 'totp', '\(state)', 'SHA1', \(digits), 30, \(secret), x'01', 'k', \(step), NULL, 0, NULL)
        """
    }

    private static func effect(_ key: String, _ state: String, settled: String, tries: Int = 0) -> String {
        """
        INSERT INTO effect
            (key, request_id, kind, ordered_at_ms, due_at_ms, settled_at_ms, state, tries, greatest_tries)
        VALUES ('\(key)', '\(ids[4])', 'mail', 0, 0, \(settled), '\(state)', \(tries), 8)
        """
    }

    private static func audit(_ sequence: Int, hash: String = hash) -> String {
        "INSERT INTO audit VALUES (\(sequence), 0, 'usher', NULL, 'a', NULL, NULL, NULL, NULL, \(hash), \(hash))"
    }

    private static let refused: [(rule: String, sql: String)] = [
        (
            "an organization's slug is unique",
            "INSERT INTO organization VALUES ('\(ids[7])', 'acme', 'B', 0, NULL, NULL, 'client')"
        ),
        ("an id has 26 characters", "INSERT INTO organization VALUES ('x', 'b', 'B', 0, NULL, NULL, 'client')"),
        ("an id is not null", "INSERT INTO organization VALUES (NULL, 'b', 'B', 0, NULL, NULL, 'client')"),
        ("a name is not empty", "INSERT INTO organization VALUES ('\(ids[7])', 'b', '', 0, NULL, NULL, 'client')"),
        ("a cloud's slug is unique", "INSERT INTO cloud VALUES ('\(ids[7])', '\(ids[0])', 'main', 'M', 0)"),
        ("a cloud has an organization", "INSERT INTO cloud VALUES ('\(ids[7])', '\(ids[8])', 'm', 'M', 0)"),
        ("an address is unique", person(ids[7], "ada@acme.example")),
        ("an address key is in lower case", person(ids[7], "Bob@acme.example")),
        ("a language is a tag", person(ids[7], "b@acme.example", language: "x")),
        ("an account state is known", person(ids[7], "b@acme.example", state: "root")),
        ("a duty is known", "INSERT INTO duty VALUES ('\(ids[2])', 'root', NULL)"),
        ("a duty towards all is held once", "INSERT INTO duty VALUES ('\(ids[2])', 'duty_manager', NULL)"),
        ("a delegation begins before it ends", "INSERT INTO delegation VALUES ('\(ids[2])', '\(ids[3])', 5, 5)"),
        ("nobody delegates to themselves", "INSERT INTO delegation VALUES ('\(ids[2])', '\(ids[2])', 1, 2)"),
        ("an idempotency key is used once", request(ids[7], key: "'k'")),
        ("a request is about a person", request(ids[7], key: "NULL", holder: ids[8])),
        ("a request is about somebody or something", request(ids[7], key: "NULL", holder: nil, organization: "NULL")),
        ("a request's cloud is of its organization", request(ids[7], key: "NULL", cloud: "'\(ids[8])'")),
        ("one review of a cloud is open", review(ids[7])),
        ("a review is of a cloud", review(ids[7], cloud: "NULL")),
        ("an ending is known", request(ids[7], key: "NULL", ended: "'won'")),
        ("a version counts from 1", "UPDATE request SET version = 0"),
        (
            "a request moves once from a version",
            "INSERT INTO history VALUES ('\(ids[4])', 1, 0, '{}', 'x', 'usher', NULL, NULL, 'b', NULL, NULL)"
        ),
        ("what happened is not rewritten", "UPDATE history SET note = 'x'"),
        ("what happened is not taken out", "DELETE FROM history"),
        ("one grant is live for a person in a cloud", grant(ids[7], revoked: "NULL")),
        ("a grant is for a cloud of its organization", grant(ids[7], revoked: "1", cloud: ids[8])),
        ("one factor of a person is pending", factor(ids[7], "pending", secret: "x'01'")),
        ("a factor that works has a used step", factor(ids[7], "active", secret: "x'01'")),
        ("a retired factor has no secret", "UPDATE factor SET state = 'retired', retired_at_ms = 1"),
        ("a factor has a secret", "UPDATE factor SET sealed_secret = x''"),
        ("a code has 6 or 8 digits", "UPDATE factor SET digits = 7"),
        ("an effect state is known", effect("\(ids[4])/mail/2", "lost", settled: "1")),
        ("an effect that is done has a time", effect("\(ids[4])/mail/2", "done", settled: "NULL")),
        ("an effect's key begins with its request", effect("\(ids[5])/mail/2", "due", settled: "NULL")),
        ("tries are not negative", effect("\(ids[4])/mail/2", "due", settled: "NULL", tries: -1)),
        ("misses are not negative", "INSERT INTO attempts VALUES ('\(ids[2])', -1, NULL, 0)"),
        ("a password is kept as a PHC string", "INSERT INTO password VALUES ('\(ids[2])', 'hunter2', 0)"),
        ("a recovery code is kept as a hash", "INSERT INTO recovery_code VALUES ('\(ids[2])', x'01', 0, NULL)"),
        ("a token is kept as a hash", "INSERT INTO invitation VALUES ('\(ids[4])', x'01', '\(ids[2])', 0, 0, NULL)"),
        ("an audit entry is not changed", "UPDATE audit SET actor = 'nobody' WHERE sequence = 1"),
        ("an audit entry is not deleted", "DELETE FROM audit WHERE sequence = 2"),
        ("an audit entry is not replaced", "INSERT OR REPLACE" + audit(1).dropFirst("INSERT".count)),
        ("an audit entry is not squeezed in", audit(0)),
        ("an audit hash has 32 bytes", audit(3, hash: "x'01'")),
        ("a signed head is not changed", "UPDATE audit_head SET at_ms = 1"),
        ("a signed head is not deleted", "DELETE FROM audit_head"),
        (
            "an organization is of a known kind",
            "INSERT INTO organization VALUES ('\(ids[7])', 'b', 'B', 0, NULL, NULL, 'none')"
        ),
        (
            "a service's slug is unique in its cloud",
            "INSERT INTO service VALUES ('\(ids[6])', '\(ids[0])', '\(ids[1])', 'shop', 'S', 0)"
        ),
        (
            "a service is of its cloud's organization",
            "INSERT INTO service VALUES ('\(ids[6])', '\(ids[7])', '\(ids[1])', 'other', 'S', 0)"
        ),
        ("a resource is of a service", resource("i-2", service: ids[0], status: "ACTIVE")),
        ("a resource's status is known", resource("i-2", service: ids[7], status: "GONE")),
        ("a resource's id is there once", resource("i-1", service: ids[7], status: "ACTIVE")),
        ("a tag stands once", "INSERT INTO resource_tag VALUES ('\(ids[0])', 'k', 'v', 'i-1')"),
        ("a signed head belongs to an entry", "INSERT INTO audit_head VALUES (9, \(hash), 0, zeroblob(64))"),
    ]

    @Test("refuses what breaks a rule", arguments: refused.map(\.rule))
    func refuses(_ rule: String) async throws {
        let folder = try TestFolder()
        try await SQLiteStore(path: folder.database).close()
        let setUp = "PRAGMA foreign_keys = ON; " + Self.sound.joined(separator: "; ")
        let prepared = try shell("sqlite3", "-bail", folder.database, setUp)
        #expect(prepared.code == 0, "\(prepared.output)")
        let refusal = try #require(Self.refused.first { $0.rule == rule })
        let result = try shell("sqlite3", folder.database, "PRAGMA foreign_keys = ON; " + refusal.sql)
        #expect(result.code != 0)
        #expect(
            result.output.contains("constraint failed") || result.output.contains("append-only"), "\(result.output)")
    }
}
