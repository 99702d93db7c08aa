import Basics
import Foundation
import Glibc

/// What is kept of signing in at a server, in a file of its own that only its owner may read.
public struct SavedSession: Sendable {
    public let server: ServerAddress
    public let email: String
    public let token: String
    /// With which another token is got, where this is one of an application; nil for a session.
    public let refreshToken: String?
    public let expiresAt: String
    public let caFile: String?

    public init(
        server: ServerAddress, email: String, token: String, refreshToken: String? = nil, expiresAt: String,
        caFile: String?
    ) {
        self.server = server
        self.email = email
        self.token = token
        self.refreshToken = refreshToken
        self.expiresAt = expiresAt
        self.caFile = caFile
    }

    fileprivate init?(_ document: JSON) {
        guard let text = document["server"].text, let server = try? ServerAddress(text),
            let email = document["email"].text, let token = document["token"].text
        else { return nil }
        self.init(
            server: server, email: email, token: token, refreshToken: document["refreshToken"].text,
            expiresAt: document["expiresAt"].text ?? "",
            caFile: document["caFile"].text)
    }

    fileprivate var json: JSON {
        [
            "server": .string(server.text), "email": .string(email), "token": .string(token),
            "refreshToken": JSON(refreshToken), "expiresAt": .string(expiresAt), "caFile": JSON(caFile),
        ]
    }
}

/// The user's folder of sessions: `sessions/` with one file for each server,
/// and `server`, the address of the last one.
public struct SessionFolder: Sendable {
    private let path: String

    /// `$XDG_CONFIG_HOME/usher`, else `~/.config/usher` (XDG Base Directory Specification).
    public init(environment: [String: String]) {
        let given = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        path = (given ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.config") + "/usher"
    }

    private var current: String { path + "/server" }

    /// Named after the address, so that a person can tell the files apart.
    private func file(of server: ServerAddress) -> String {
        let plain = server.text.map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0)) ? $0 : "_" }
        // Two addresses must not share a file for the sake of a nice name.
        let mark = server.text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(path)/sessions/\(String(plain))-\(String(mark, radix: 16)).json"
    }

    /// The server that commands speak to where they are not told: the one of the last `usher login`.
    public func server() throws -> ServerAddress? {
        guard let bytes = try read(current) else { return nil }
        return try ServerAddress(String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    public func session(at server: ServerAddress) throws -> SavedSession? {
        guard let bytes = try read(file(of: server)) else { return nil }
        guard let document = try? JSON(reading: bytes, limits: .answer),
            let session = SavedSession(document), session.server == server
        else { throw damaged(file(of: server)) }
        return session
    }

    public func keep(_ session: SavedSession) throws {
        try write(Array(session.json.data()), to: file(of: session.server))
        try write(Array((session.server.text + "\n").utf8), to: current)
    }

    /// Forgets the session, and the server if it was the current one.
    public func forget(_ server: ServerAddress) throws {
        unlink(file(of: server))
        if try self.server() == server { unlink(current) }
    }

    // MARK: Files

    /// - Throws: `Fault.Code.forbidden` if others may read it: they would be the person.
    private func read(_ file: String) throws -> [UInt8]? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Fault(.unavailable, "The file \(file) cannot be read (\(String(cString: strerror(errno)))).")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_uid == geteuid() else {
            throw Fault(.forbidden, "The file \(file) belongs to somebody else.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw Fault(.forbidden, "Others may read \(file). Close it with: chmod 600 \(file)")
        }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw damaged(file) }
        return Array(bytes.prefix(count))
    }

    /// Written whole, or not at all, and never readable by others, not even for a moment.
    private func write(_ bytes: [UInt8], to file: String) throws {
        let folder = String(file.prefix(upTo: file.lastIndex(of: "/") ?? file.startIndex))
        let draft = "\(file).\(getpid())"
        defer { unlink(draft) }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw Fault(.unavailable, "The folder \(folder) cannot be made.", cause: error) }
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        let isWritten = descriptor >= 0 && Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        if descriptor >= 0 { close(descriptor) }
        guard isWritten, rename(draft, file) == 0 else {
            throw Fault(.unavailable, "The file \(file) cannot be written (\(String(cString: strerror(errno)))).")
        }
    }

    private func damaged(_ file: String) -> Fault {
        Fault(.unavailable, "The file \(file) is damaged. Remove it, and sign in again with: usher login")
    }
}
