import Basics
import Foundation
import Glibc
import Storage

/// Where an installation keeps what it knows.
enum DatabasePlace: Sendable {
    /// SQLite, in this file.
    case file(String)
    /// PostgreSQL, at this URL, with the password in a file of its own or in the URL.
    case server(url: String, passwordFile: String?, readers: Int)
    /// Nobody knows, since the file that would say so cannot be read.
    case unknown(any Error)

    /// As `database.url` says, else the file of the folder.
    ///
    /// Whether the settings can be used is told by those who judge them; here a server
    /// that is named in any way is the place, so that nobody works on a file by mistake.
    init(ofFolder path: String) {
        let file: SettingsFile
        do { file = try SettingsFile(path: path + "/usher.yaml") } catch {
            self = .unknown(error)
            return
        }
        func setting(_ name: String) -> String? {
            let key = Settings.keys.first { $0.name == name }
            return key.map { Settings.value(of: $0, in: file).text }.flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let url = setting("database.url") else {
            self = .file(path + "/usher.db")
            return
        }
        self = .server(
            url: url, passwordFile: setting("database.password-file"),
            readers: setting("database.readers").flatMap { Int($0) } ?? 4)
    }

    /// The files of the database and of its log, whether they exist or not.
    var files: [String] {
        guard case .file(let file) = self else { return [] }
        return ["", "-wal", "-shm"].map { file + $0 }
    }

    /// Whether this user cannot change the database.
    var isReadOnly: Bool {
        guard case .file(let file) = self else { return false }
        return access(file, W_OK) != 0 || access(URL(filePath: file).deletingLastPathComponent().path, W_OK) != 0
    }

    /// For reading alone where nothing can be written.
    ///
    /// - Throws: `Fault.Code.unavailable` with the reason.
    func open() throws -> any DurableStore {
        switch self {
        case .file(let file): try isReadOnly ? SQLiteStore(readingOnly: file) : SQLiteStore(path: file)
        case .server(let url, let passwordFile, let readers):
            try PostgreSQLStore(
                PostgreSQLAddress(
                    url: url,
                    password: passwordFile.map { try Settings.password(inFile: $0, "database.password-file") }),
                readers: readers)
        case .unknown(let error): throw error
        }
    }
}
