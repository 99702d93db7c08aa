import Foundation
package import Scratch
package import Storage

/// The database of one test: a file, or one on a server of the tests' own where `USHER_TEST_DATABASE` is `postgresql`.
///
/// Gone with this object, or with the folder.
package final class TestDatabase: Sendable {
    package static var isFile: Bool { ProcessInfo.processInfo.environment["USHER_TEST_DATABASE"] != "postgresql" }

    /// A path, or a URL.
    private let place: String
    package var isFile: Bool { place.hasPrefix("/") }

    /// A new, empty one.
    package convenience init(in folder: TestFolder) throws {
        if Self.isFile {
            self.init(place: folder.path("usher.db"))
        } else {
            self.init(place: try PostgreSQLServer.shared.get().makeDatabase(try "TEMPLATE \(Self.template.get())"))
        }
    }

    package static func file(of folder: TestFolder) -> TestDatabase { TestDatabase(place: folder.path + "/usher.db") }

    private init(place: String) { self.place = place }

    deinit {
        // What could not be dropped ends with the server.
        if !isFile { try? PostgreSQLServer.shared.get().dropDatabase(place) }
    }

    /// A database that has the newest schema already: to copy it is quicker than to go through all migrations.
    private static let template = Result {
        let server = try PostgreSQLServer.shared.get()
        let url = try server.makeDatabase()
        try PostgreSQLStore.prepare(PostgreSQLAddress(url: url))
        return PostgreSQLServer.name(of: url)
    }

    package func open() throws -> any DurableStore {
        if isFile { return try SQLiteStore(path: place) }
        return try PostgreSQLStore(PostgreSQLAddress(url: place), readers: 2)
    }

    /// Runs statements past every rule of the product, but for the guards of the past.
    func tamper(_ statements: [String]) throws {
        let script = statements.joined(separator: ";\n")
        guard isFile else {
            try PostgreSQLServer.shared.get().psql(script, on: place)
            return
        }
        try sqlite3(script)
    }

    /// Runs statements without the triggers that keep honest programs from rewriting the past.
    func rewrite(_ statements: [String]) throws {
        guard isFile else { return try tamper(["SET session_replication_role = replica"] + statements) }
        let guards = try sqlite3(
            "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%#_no#_%' ESCAPE '#'"
        )
        try tamper([guards] + statements)
    }

    /// Whether the database itself refuses new rows of a table.
    func refuseRows(of table: String, _ isRefused: Bool) throws {
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
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/sqlite3")
        process.arguments = ["-cmd", ".timeout 30000", place, script]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw PostgreSQLServer.Refusal(description: text) }
        return text
    }

    /// Of the file, its log and its index; of a server every value of every table.
    func bytes() throws -> Data {
        guard isFile else { return Data(try PostgreSQLServer.shared.get().dump(place).utf8) }
        return ["", "-wal", "-shm"].reduce(into: Data()) { bytes, suffix in
            bytes += FileManager.default.contents(atPath: place + suffix) ?? Data()
        }
    }
}
