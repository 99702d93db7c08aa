import Basics
import Foundation
import Remote
import Scratch
import Testing

@Suite("SessionFolder", .timeLimit(.minutes(60)))
struct SessionFolderTests {
    /// A home of one test's own.
    private final class Home: Sendable {
        let folder: TestFolder
        let sessions: SessionFolder
        var path: String { folder.path }

        init() throws {
            folder = try TestFolder()
            sessions = SessionFolder(environment: ["HOME": folder.path])
        }

        var files: [String] {
            get throws {
                try FileManager.default.subpathsOfDirectory(atPath: path).map { "\(path)/\($0)" }.sorted()
            }
        }
    }

    private func session(at server: String, _ token: String = "t") throws -> SavedSession {
        SavedSession(
            server: try ServerAddress(server), email: "rita@acme.example", token: token, expiresAt: "",
            caFile: "/ca.pem")
    }

    @Test("keeps a session for each server, and remembers the last")
    func keeps() throws {
        let home = try Home()
        #expect(try home.sessions.server() == nil)
        // Names that would be one if signs were only dropped.
        let addresses = ["https://a.example/b", "https://a.example/b-", "https://a.example:1", "https://a.example"]
        for address in addresses { try home.sessions.keep(session(at: address, address)) }
        for address in addresses {
            let kept = try #require(try home.sessions.session(at: ServerAddress(address)))
            #expect(kept.token == address && kept.email == "rita@acme.example" && kept.caFile == "/ca.pem")
        }
        #expect(try home.sessions.server()?.text == "https://a.example")
        try home.sessions.forget(ServerAddress("https://a.example:1"))
        #expect(try home.sessions.session(at: ServerAddress("https://a.example:1")) == nil)
        #expect(try home.sessions.server()?.text == "https://a.example")
        try home.sessions.forget(ServerAddress("https://a.example"))
        #expect(try home.sessions.server() == nil)
    }

    @Test("lets nobody else read what it keeps, whatever the mask")
    func isPrivate() throws {
        let home = try Home()
        try home.sessions.keep(session(at: "https://a.example"))
        for file in try home.files where !file.hasSuffix("/.config") {
            let mode = try #require(
                try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(file)")
        }
        #expect(try home.files.count == 5)
    }

    @Test("refuses a file that others may read, a link to another file, and one that is damaged")
    func refuses() throws {
        let home = try Home()
        let address = try ServerAddress("https://a.example")
        try home.sessions.keep(session(at: address.text))
        let file = try #require(try home.files.first { $0.hasSuffix(".json") })
        #expect(chmod(file, 0o640) == 0)
        let open = try #require(throws: Fault.self) { try home.sessions.session(at: address) }
        #expect(open.code == .forbidden && open.message.contains("chmod 600"))
        #expect(chmod(file, 0o600) == 0)
        try Data("{}".utf8).write(to: URL(filePath: file))
        #expect(chmod(file, 0o600) == 0)
        #expect(throws: Fault.self) { try home.sessions.session(at: address) }
        try FileManager.default.moveItem(atPath: file, toPath: home.path + "/elsewhere")
        #expect(symlink(home.path + "/elsewhere", file) == 0)
        #expect(throws: Fault.self) { try home.sessions.session(at: address) }
    }
}
