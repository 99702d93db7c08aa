import Basics
import Foundation
import Glibc
import Storage

/// Where an installation keeps what it knows.
indirect enum DatabasePlace: Sendable {
    /// SQLite, in this file.
    case file(String)
    /// PostgreSQL, at this URL, with the password in a file of its own or in the URL.
    case server(url: String, passwordFile: String?, readers: Int)
    /// One end of a copy, opened for that copy alone.
    case copied(DatabasePlace)
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
        guard let url = Self.setting("database.url", in: file) else {
            self = .file(path + "/usher.db")
            return
        }
        self = .server(
            url: url, passwordFile: Self.setting("database.password-file", in: file),
            readers: Self.setting("database.readers", in: file).flatMap { Int($0) } ?? 4)
    }

    /// Nil where it is not set.
    static func setting(_ name: String, in file: SettingsFile?) -> String? {
        let key = Settings.keys.first { $0.name == name }
        return key.map { Settings.value(of: $0, in: file).text }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The files of the database and of its log, whether they exist or not.
    var files: [String] {
        switch self {
        case .file(let file): ["", "-wal", "-shm"].map { file + $0 }
        case .copied(let place): place.files
        case .server, .unknown: []
        }
    }

    /// Whether this user cannot change the database.
    var isReadOnly: Bool {
        guard let file = files.first else { return false }
        return access(file, W_OK) != 0 || access(URL(filePath: file).deletingLastPathComponent().path, W_OK) != 0
    }

    /// For reading alone where nothing can be written.
    ///
    /// - Throws: `Fault.Code.unavailable` with the reason.
    func open() throws -> any DurableStore { try open(isForCopy: false) }

    private func open(isForCopy: Bool) throws -> any DurableStore {
        switch self {
        case .file(let file):
            try isReadOnly && !isForCopy
                ? SQLiteStore(readingOnly: file) : SQLiteStore(path: file, isForCopy: isForCopy)
        case .server(let url, let passwordFile, let readers):
            try PostgreSQLStore(Self.address(url, passwordFile), readers: readers, isForCopy: isForCopy)
        case .copied(let place): try place.open(isForCopy: true)
        case .unknown(let error): throw error
        }
    }

    static func address(_ url: String, _ passwordFile: String?) throws -> PostgreSQLAddress {
        try PostgreSQLAddress(
            url: url, password: passwordFile.map { try Settings.password(inFile: $0, "database.password-file") })
    }
}
