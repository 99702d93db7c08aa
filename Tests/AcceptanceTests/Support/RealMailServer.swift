import Foundation
import Testing

/// Debian's Postfix with Dovecot's SASL, which must be started by root; ends with this object at the latest.
final class RealMailServer {
    static var canRun: Bool {
        getuid() == 0
            && ["/usr/sbin/postfix", "/usr/sbin/dovecot"].allSatisfy(FileManager.default.isExecutableFile(atPath:))
    }

    /// `submission`, `smtps`, `greylisting`.
    private let ports: [String: Int]
    private let usher: CommandLineProgram
    private let process = Process()
    private let input = Pipe()
    private let mailboxes: String

    /// - Precondition: `MailServer.prepare` has made the certificate.
    init(in usher: CommandLineProgram) throws {
        self.usher = usher
        // Not in the test's folder, which nobody but its owner may enter.
        mailboxes = "/tmp/usher-boxes-\(UUID().uuidString.prefix(8))"
        process.executableURL = URL(filePath: OtherPrograms.python)
        process.arguments = [
            OtherPrograms.package.appending(path: "Tests/AcceptanceTests/Support/real_mail_server.py").path,
            usher.path("smtp/server.pem"), usher.path("smtp/server.key"), "usher", MailServer.password, mailboxes,
        ]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // The line comes when the sockets listen: no waiting by the clock.
        let line = output.fileHandleForReading.availableData
        ports = try JSONDecoder().decode([String: Int].self, from: line)
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: mailboxes)
    }

    /// What `usher` is told, in its environment.
    ///
    /// - Parameter service: `submission` and `smtps` want a login; `greylisting` knows everybody a little later.
    func settings(_ service: String) throws -> [String: String] {
        let port = try #require(ports[service])
        var settings = [
            "USHER_SMTP_HELO": "usher.provider.example", "USHER_MAIL_FROM": "Usher <usher@provider.example>",
            "USHER_MAIL_BOUNCE": "bounces@provider.example", "USHER_SMTP_CA_FILE": usher.path("smtp/ca.pem"),
        ]
        if service == "greylisting" {
            settings["USHER_SMTP_URL"] = "smtp://localhost:\(port)"
            settings["USHER_SMTP_STARTTLS"] = "none"
            return settings
        }
        settings["USHER_SMTP_URL"] = "\(service == "smtps" ? "smtps" : "smtp")://usher@localhost:\(port)"
        settings["USHER_SMTP_PASSWORD_FILE"] = usher.path("smtp/password")
        return settings
    }

    /// Waits until a mailbox holds so many mails, and returns them in the order of arrival.
    func mails(of name: String, atLeast count: Int = 1) async throws -> [String] {
        let folder = "\(mailboxes)/\(name)/new"
        // Half a minute on the busiest machine; a mail that never comes must not keep a test for ever.
        for _ in 0..<3_000 {
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
            if names.count >= count {
                return try names.map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CommandLineProgram.Missing(description: "no mail came to \(name)")
    }
}
