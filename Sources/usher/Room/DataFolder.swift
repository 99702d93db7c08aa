import Basics
import Foundation
import Glibc
import Onboarding
import OpenSSL
import Records
import SystemPackage
import Web

/// The folder of an installation: `usher.db`, `keys/`, `mail/`, `usher.yaml`, and `custom/`
/// with the operator's own templates, workflows and catalogue.
///
/// Its permission is the guard: who may read it is the operator.
struct DataFolder {
    let path: String
    let database: DatabasePlace

    var mail: String { path + "/mail" }
    var configuration: String { path + "/usher.yaml" }
    var custom: String { path + "/custom" }
    private var keys: String { path + "/keys" }
    private var clockMark: String { path + "/clock-was-set" }

    /// - Parameter database: nil for the one that its settings name.
    init(path: String, database: DatabasePlace? = nil) {
        self.path = path
        self.database = database ?? DatabasePlace(ofFolder: path)
    }

    /// Whether there is an installation: its file of a database, or the keys to one on a server.
    var isMade: Bool {
        switch database {
        case .file(let file): FileManager.default.fileExists(atPath: file)
        case .server, .copied, .unknown: FileManager.default.fileExists(atPath: keys)
        }
    }

    /// - Throws: `.notFound` if there is none, `.forbidden` if others may enter it.
    static func open(_ path: String, database: DatabasePlace? = nil) throws -> DataFolder {
        let folder = DataFolder(path: path, database: database)
        guard folder.isMade else {
            // Then `init` is refused, too.
            if let head = try? folder.keptHead.kept(), head.sequence > 0 { throw folder.databaseIsMissing(.notFound) }
            throw Fault(
                .notFound, "There is no Usher data in \(path). Make it with: usher init --manager EMAIL --data \(path)")
        }
        try folder.requirePrivate(path)
        try folder.requirePrivate(folder.keys)
        return folder
    }

    /// Makes the folder with fresh keys.
    ///
    /// The database is made by whoever opens it first.
    static func create(_ path: String) throws -> DataFolder {
        let folder = DataFolder(path: path)
        if case .file = folder.database, folder.isMade {
            throw Fault(.conflict, "There is Usher data in \(path) already; nothing was changed.")
        }
        do {
            for directory in [path, folder.keys, folder.mail] {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw Fault(.unavailable, "The folder \(path) cannot be made.", cause: error)
        }
        try folder.requirePrivate(path)
        if case .server = folder.database { try folder.awaitTurn() }
        for name in ["seal-1", "tokens", "recovery", "audit"]
        where !FileManager.default.fileExists(atPath: folder.key(name)) {
            try folder.writeKey(name)
        }
        if try folder.keptHead.kept() == nil { try folder.beginTrail() }
        try folder.claimDatabase()
        if case .file = folder.database, let head = try folder.keptHead.kept(), head.sequence > 0 {
            try folder.discardDatabase()
            throw folder.databaseIsMissing(.conflict)
        }
        return folder
    }

    private func databaseIsMissing(_ code: Fault.Code) -> Fault {
        Fault(
            code,
            "The keys in \(path) signed the audit trail of a database that is not there: "
                + "restore it from its backup, or make another folder.")
    }

    /// The newest signed head of the audit trail, beside the keys.
    var keptHead: KeptHead { KeptHead(folder: keys) }

    /// Keeps what precedes the first entry of a new trail.
    private func beginTrail() throws {
        try keptHead.replace(with: .beginning(signedBy: try keyRing().audit, at: try world().now()))
    }

    /// Takes back what an installation began that failed half-way, so that `init` can be tried again.
    ///
    /// Keys and whatever else lies in the folder stay. A database on a server may be somebody else's.
    func discardInstallation() throws {
        guard case .file = database else { return }
        try discardDatabase()
        try beginTrail()
    }

    private func discardDatabase() throws {
        for file in database.files where FileManager.default.fileExists(atPath: file) {
            try FileManager.default.removeItem(atPath: file)
        }
    }

    private func key(_ name: String) -> String { "\(keys)/\(name).key" }

    /// Writes a key whole, once, and to the disk: linked into place, so that of two programs
    /// that make the same folder neither replaces what the other may have sealed with already.
    private func writeKey(_ name: String) throws {
        let draft = "\(key(name)).\(getpid())"
        defer { unlink(draft) }
        let text = Array((RandomBytes.bytes(32).hex + "\n").utf8)
        let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        let written = file >= 0 && write(file, text, text.count) == text.count && fsync(file) == 0
        if file >= 0 { close(file) }
        guard written, link(draft, key(name)) == 0 || errno == EEXIST else {
            throw Fault(.unavailable, "The key \(key(name)) cannot be written (\(String(cString: strerror(errno)))).")
        }
        // The name is in the folder, which has to reach the
        // disk before anything is sealed with the key.
        let folder = Glibc.open(keys, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// Whoever makes the database file makes the installation;
    /// another `init` at the same moment is refused.
    private func claimDatabase() throws {
        guard case .file(let database) = database else { return }
        let file = Glibc.open(database, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST {
                throw Fault(.conflict, "There is Usher data in \(path) already; nothing was changed.")
            }
            throw Fault(.unavailable, "The database \(database) cannot be made (\(String(cString: strerror(errno)))).")
        }
        close(file)
    }

    /// Waits until no other `init` works on this folder: on a server no file of a database says whose it is.
    ///
    /// The end of this process, however it comes, lets the next one in.
    private func awaitTurn() throws { try lock(LOCK_EX) }

    /// Keeps every `init` and every other copy away from this folder until this process ends.
    ///
    /// - Throws: `Fault.Code.conflict` while another works on it.
    func claim() throws { try lock(LOCK_EX | LOCK_NB) }

    private func lock(_ kind: Int32) throws {
        let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0, flock(folder, kind) == 0 else {
            if errno == EWOULDBLOCK {
                throw Fault(.conflict, "Another usher copies or makes the installation in \(path): wait for its end.")
            }
            throw Fault(.unavailable, "The folder \(path) cannot be locked (\(String(cString: strerror(errno)))).")
        }
    }

    private func requirePrivate(_ path: String) throws {
        let status: Stat
        do { status = try Stat(FilePath(path)) } catch {
            throw Fault(.unavailable, "The folder \(path) cannot be read (\(error)).")
        }
        guard status.userID.rawValue == geteuid() else {
            throw Fault(.forbidden, "The folder \(path) belongs to somebody else; only its owner operates it.")
        }
        guard status.permissions.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute]) else {
            throw Fault(.forbidden, "Others may enter \(path). Close it with: chmod 700 \(path)")
        }
    }

    /// Whether this user can change nothing here, as on a disk that was mounted read-only.
    var isReadOnly: Bool { database.isReadOnly || access(path, W_OK) != 0 }

    /// Keys and database files that others may read or write, or
    /// that are somebody else's: one sentence each.
    func looseFiles() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: keys)) ?? []  // Told by `keyRing`.
        let files = database.files + names.sorted().map { "\(keys)/\($0)" }
        return files.compactMap { file in
            guard let status = try? Stat(FilePath(file)) else { return nil }  // A log may be absent.
            if status.userID.rawValue != geteuid() { return "\(file) belongs to somebody else." }
            let isClosed = status.permissions.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute])
            return isClosed ? nil : "Others may use \(file). Close it with: chmod 600 \(file)"
        }
    }

    /// Names of the keys that lie in the folder, each with its
    /// bytes; nil for what cannot be read as one.
    func keyFiles() -> [(name: String, key: Secret?)] {
        keyNames.sorted().map { name in (name, try? readKey(name)) }
    }

    private var keyNames: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: keys)) ?? []  // Then none is there.
        return files.filter { $0.hasSuffix(".key") }.map { String($0.dropLast(4)) }
    }

    /// Bytes that are free for this user on the disk of the
    /// folder, and those of the database and its log.
    func storage() -> StorageFacts {
        var disk = statvfs()
        let bytes = database.files.map { file in
            var status = stat()
            return stat(file, &status) == 0 ? Int64(status.st_size) : 0
        }
        let isKnown = statvfs(path, &disk) == 0
        return StorageFacts(
            freeBytes: isKnown ? Int64(clamping: UInt64(disk.f_bavail) * UInt64(disk.f_frsize)) : nil,
            databaseBytes: bytes.first ?? 0, logBytes: bytes.dropFirst().first ?? 0)
    }

    /// Writes a megabyte to the disk of the folder, and takes it back.
    ///
    /// - Throws: `Fault.Code.unavailable` with the reason of the system.
    func tryWriting() throws {
        let draft = "\(path)/doctor.\(getpid())"
        let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        defer { unlink(draft) }
        let bytes = [UInt8](repeating: 0x55, count: 1 << 20)
        let written = file >= 0 && write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        let reason = String(cString: strerror(errno))
        if file >= 0 { close(file) }
        guard written else { throw Fault(.unavailable, "Nothing can be written in \(path) (\(reason)).") }
    }

    func keyRing() throws -> KeyRing {
        var sealing: [String: Secret] = [:]
        // The order of creation is the order of names: the last one seals.
        let names = keyNames.filter { $0.hasPrefix("seal-") }
            .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        for name in names { sealing[name] = try readKey(name) }
        guard let current = names.last else {
            throw Fault(.unavailable, "No sealing key is in \(keys). Restore the folder from its backup.")
        }
        return KeyRing(
            sealing: sealing, currentSealing: current, tokens: try readKey("tokens"),
            recoveryCodes: try readKey("recovery"), audit: try SigningKey(seed: try readKey("audit")))
    }

    private func readKey(_ name: String) throws -> Secret {
        guard let text = FileManager.default.contents(atPath: key(name)).map({ String(decoding: $0, as: UTF8.self) }),
            let bytes = [UInt8](hex: text.trimmingCharacters(in: .whitespacesAndNewlines)), bytes.count == 32
        else { throw Fault(.unavailable, "The key \(key(name)) is missing or damaged. Restore it from its backup.") }
        return Secret(bytes)
    }

    /// Whether a command ever ran on this folder with a clock of its own.
    var clockWasSet: Bool { FileManager.default.fileExists(atPath: clockMark) }

    /// The live world, or one whose clock `USHER_NOW` set; the folder remembers the latter.
    func world() throws -> World {
        guard let text = ProcessInfo.processInfo.environment["USHER_NOW"], !text.isEmpty else { return .live }
        guard let set = Timestamp(iso8601: text) else {
            throw Fault.invalid(
                "USHER_NOW", "invalid_date", "USHER_NOW must be an instant with a zone: 2026-11-23T09:30:00Z.")
        }
        if !clockWasSet {
            _ = FileManager.default.createFile(
                atPath: clockMark, contents: Data("USHER_NOW was used.\n".utf8), attributes: [.posixPermissions: 0o600])
        }
        let start = World.live.now()
        return World(
            now: { set.adding(milliseconds: World.live.now().milliseconds - start.milliseconds) },
            random: World.live.random)
    }
}

extension World {
    static let live = World(
        now: { Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) },
        random: { RandomBytes.bytes($0) })
}
