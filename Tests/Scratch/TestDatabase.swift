public import Foundation
public import Testing

/// The database of one test: a file, or one on a server of the tests' own where `USHER_TEST_DATABASE` is `postgresql`.
///
/// Gone with this object, or with the folder.
public final class TestDatabase: Sendable {
    public static var isFile: Bool { ProcessInfo.processInfo.environment["USHER_TEST_DATABASE"] != "postgresql" }

    /// A path, or a URL.
    public let place: String
    public var isFile: Bool { place.hasPrefix("/") }

    /// A file of a folder, which is not made, or a database on the server.
    ///
    /// - Parameter template: the URL of a database, used by nobody, that a new one begins as.
    public convenience init(in folder: URL, template: @autoclosure () throws -> String? = nil) throws {
        guard !Self.isFile else {
            self.init(place: folder.appending(path: "usher.db").path)
            return
        }
        let name = try template().map(PostgreSQLServer.name) ?? "template0"
        self.init(place: try PostgreSQLServer.shared.get().makeDatabase("TEMPLATE \(name)"))
    }

    /// A file wherever tests keep their databases.
    public static func file(of folder: URL) -> TestDatabase {
        TestDatabase(place: folder.appending(path: "usher.db").path)
    }

    /// What `usher` is told of it, in its environment.
    public var environment: [String: String] { isFile ? [:] : ["USHER_DATABASE_URL": place] }

    private init(place: String) { self.place = place }

    deinit {
        // What could not be dropped ends with the server.
        if !isFile { try? PostgreSQLServer.shared.get().dropDatabase(place) }
    }

    /// Runs statements past every rule of the product, but for the guards of the past.
    ///
    /// - Returns: The rows of a query, columns by `|`.
    @discardableResult
    public func tamper(_ statements: [String]) throws -> String {
        let script = statements.joined(separator: ";\n")
        return isFile ? try sqlite3(script) : try PostgreSQLServer.shared.get().psql(script, on: place)
    }

    /// Runs statements without the triggers that keep honest programs from rewriting the past.
    public func rewrite(_ statements: [String]) throws {
        guard isFile else {
            try tamper(["SET session_replication_role = replica"] + statements)
            return
        }
        let guards = try sqlite3(
            "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%#_no#_%' ESCAPE '#'"
        )
        try tamper([guards] + statements)
    }

    /// Whether the database itself refuses new rows of a table.
    public func refuseRows(of table: String, _ isRefused: Bool) throws {
        switch (isFile, isRefused) {
        case (true, true):
            try tamper(["CREATE TRIGGER refused BEFORE INSERT ON \(table) BEGIN SELECT RAISE(ABORT, 'no'); END"])
        case (true, false): try tamper(["DROP TRIGGER refused"])
        case (false, true): try tamper(["ALTER TABLE \(table) ADD CONSTRAINT refused CHECK (FALSE) NOT VALID"])
        case (false, false): try tamper(["ALTER TABLE \(table) DROP CONSTRAINT refused"])
        }
    }

    @discardableResult
    private func sqlite3(_ script: String) throws -> String {
        try Tool.run("/usr/bin/sqlite3", "-cmd", ".timeout 30000", place, script)
    }

    /// Of the file, its log and its index; of a server every value of every table.
    ///
    /// - Throws: `Tool.Refusal` where so little is found that a search in it would say nothing.
    public func bytes() throws -> Data {
        let bytes = isFile ? fileBytes() : try dumpedBytes()
        guard bytes.count > 10_000 else { throw Tool.Refusal(description: "\(place) has \(bytes.count) bytes") }
        return bytes
    }

    private func fileBytes() -> Data {
        ["", "-wal", "-shm"].reduce(into: Data()) { bytes, suffix in
            bytes += FileManager.default.contents(atPath: place + suffix) ?? Data()
        }
    }

    /// A dump writes bytes in hexadecimal: here they stand once more as they are.
    private func dumpedBytes() throws -> Data {
        let dump = try PostgreSQLServer.shared.get().dump(place)
        return dump.matches(of: /\\\\x((?:[0-9a-f]{2})+)/).reduce(into: Data(dump.utf8)) { bytes, match in
            var rest = match.1.utf8[...]
            while rest.count >= 2 {
                if let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) { bytes.append(byte) }
                rest = rest.dropFirst(2)
            }
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Of what is about the file that SQLite keeps, and not about what is in it.
    public static var aboutTheFile: Self { .enabled(if: TestDatabase.isFile, "about the file of a database") }
}
