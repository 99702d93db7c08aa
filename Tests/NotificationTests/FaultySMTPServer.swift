import Basics
import Foundation
import Notification
import Scratch
import Testing

/// A mail server that misbehaves as it is told, in a process of its own; ends with this object at the latest.
final class FaultySMTPServer {
    let folder: TestFolder
    let port: Int
    private let process = Process()
    private let input = Pipe()

    /// - Parameter faults: as `Support/faulty_smtp.py` reads them, such as `RCPT=550 5.1.1 No such user`.
    convenience init(_ faults: String...) throws { try self.init(faults) }

    init(_ faults: [String]) throws {
        folder = try TestFolder()
        process.executableURL = try Tool.python()
        process.arguments =
            [Tool.support.appending(path: "faulty_smtp.py").path, folder.path("heard")] + faults
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // The line comes when the socket listens: no waiting by the clock.
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)), "the mail server did not start")
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    func mailer(
        user: String? = nil, greeting: String? = nil, bounces: String? = nil, connections: Int = 1,
        timeoutSeconds: Int = 20
    ) throws -> SMTPMailer {
        SMTPMailer(
            try SMTPConfiguration(
                url: "smtp://\(user.map { "\($0)@" } ?? "")127.0.0.1:\(port)",
                password: user.map { _ in Secret("secret") }, from: .usher(),
                startTLS: SMTPConfiguration.Protection.none,
                timeoutSeconds: timeoutSeconds, greeting: greeting, bounces: try bounces.map { try EmailAddress($0) }),
            templates: .ofProduct, connections: connections)
    }

    /// What clients said, line by line, without the messages themselves.
    func heard() throws -> [String] {
        try String(contentsOfFile: folder.path("heard"), encoding: .utf8).split(separator: "\n").map(String.init)
    }
}
