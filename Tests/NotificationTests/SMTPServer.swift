import Basics
import Foundation
import Notification
import Scratch
import Testing

/// An authority and a certificate that it signed for `localhost`, made by the openssl command for one test.
final class Certificates: Sendable {
    private let folder: TestFolder

    func path(_ name: String) -> String { folder.path(name) }

    init() throws {
        folder = try TestFolder()
        let openssl = URL(filePath: "/usr/bin/openssl")
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        try Tool.run(
            openssl,
            ["req", "-x509"] + curve + [
                "-subj", "/CN=Test authority", "-keyout", folder.path("ca.key"), "-out", folder.path("ca.pem"),
            ], isQuiet: true)
        try Tool.run(
            openssl,
            ["req", "-x509", "-CA", folder.path("ca.pem"), "-CAkey", folder.path("ca.key")] + curve + [
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                "-addext", "basicConstraints=critical,CA:FALSE",
                "-keyout", folder.path("server.key"), "-out", folder.path("server.pem"),
            ], isQuiet: true)
    }
}

/// aiosmtpd in a process of its own; ends with this object at the latest.
final class SMTPServer {
    /// What the server wrote down about one message that it took.
    struct Taken: Decodable {
        let from: String
        let to: [String]
        let tls: Bool
        let login: String?
        let mechanism: String?
        let peer: Int
        var bytes = Data()

        private enum CodingKeys: CodingKey { case from, to, tls, login, mechanism, peer }
    }

    static let password = "correct horse: \"battery\" stäple"

    let folder: TestFolder
    let port: Int
    private let certificates: Certificates?
    private let tls: String
    private let hasLogin: Bool
    private let process = Process()
    private let input = Pipe()

    init(tls: String = "none", login: Bool = false, more: [String] = []) throws {
        self.tls = tls
        hasLogin = login
        folder = try TestFolder()
        certificates = tls == "none" ? nil : try Certificates()
        process.executableURL = try Tool.python()
        var arguments = [Tool.support.appending(path: "smtp_server.py").path, folder.url.path, "--tls", tls] + more
        if let certificates {
            arguments += ["--cert", certificates.path("server.pem"), "--key", certificates.path("server.key")]
        }
        if login { arguments += ["--user", "usher", "--password", Self.password] }
        process.arguments = arguments
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // The line comes when the socket listens: no waiting by the clock.
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)), "the mail server did not start")
    }

    func stop() {
        // Standard input at its end is the server's sign to leave; closing it twice is harmless.
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    deinit { stop() }

    func mailer(
        host: String = "localhost", password: String = password, caFile: String? = nil, trustsSystem: Bool = false,
        startTLS: SMTPConfiguration.Protection? = nil, connections: Int = 4, timeoutSeconds: Int = 20
    ) throws -> SMTPMailer {
        let scheme = tls == "implicit" ? "smtps" : "smtp"
        let configuration = try SMTPConfiguration(
            url: "\(scheme)://\(hasLogin ? "usher@" : "")\(host):\(port)", password: hasLogin ? Secret(password) : nil,
            caFile: trustsSystem ? nil : caFile ?? certificates?.path("ca.pem"), from: try .usher(),
            startTLS: tls == "starttls" ? .required : startTLS, timeoutSeconds: timeoutSeconds)
        return SMTPMailer(configuration, templates: .ofProduct, connections: connections)
    }

    /// In the order they were taken.
    func taken() throws -> [Taken] {
        try folder.names().filter { $0.hasSuffix(".json") }.map { name in
            let file = folder.url.appending(path: name)
            var taken = try JSONDecoder().decode(Taken.self, from: Data(contentsOf: file))
            taken.bytes = try Data(contentsOf: file.deletingPathExtension().appendingPathExtension("eml"))
            return taken
        }
    }
}
