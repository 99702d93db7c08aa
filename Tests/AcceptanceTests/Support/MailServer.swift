import Foundation
import Testing

/// aiosmtpd in a process of its own, with STARTTLS, a login, and a certificate of an authority of the test's own.
final class MailServer {
    /// What the server wrote down about one message that it took.
    struct Taken: Decodable {
        let from: String
        let to: [String]
        let tls: Bool
        let login: String?
        var messageID = ""

        private enum CodingKeys: CodingKey { case from, to, tls, login }
    }

    static let password = "correct horse: \"battery\" stäple"

    let port: Int
    private let usher: CommandLineProgram
    private let process = Process()
    private let input = Pipe()

    /// What `usher` is told of the server, in its environment.
    var settings: [String: String] { Self.settings(port: port, in: usher) }

    private static func settings(port: Int, in usher: CommandLineProgram) -> [String: String] {
        [
            "USHER_SMTP_URL": "smtp://usher@localhost:\(port)", "USHER_SMTP_STARTTLS": "required",
            "USHER_SMTP_PASSWORD_FILE": usher.path("smtp/password"), "USHER_SMTP_CA_FILE": usher.path("smtp/ca.pem"),
        ]
    }

    /// Makes the authority, the server's certificate and the password file, in the folder `smtp` of the test.
    static func prepare(in usher: CommandLineProgram) async throws {
        try usher.write(password + "\n", to: "smtp/password")
        try FileManager.default.createDirectory(atPath: usher.path("smtp/taken"), withIntermediateDirectories: true)
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        let (key, authority) = (usher.path("smtp/ca.key"), usher.path("smtp/ca.pem"))
        try await usher.output(
            of: "/usr/bin/openssl",
            ["req", "-x509"] + curve + ["-subj", "/CN=Test authority", "-keyout", key, "-out", authority])
        try await usher.output(
            of: "/usr/bin/openssl",
            ["req", "-x509", "-CA", authority, "-CAkey", key] + curve + [
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                "-addext", "basicConstraints=critical,CA:FALSE",
                "-keyout", usher.path("smtp/server.key"), "-out", usher.path("smtp/server.pem"),
            ])
    }

    /// - Parameter port: the one of a server that was stopped, to be that server again; 0 for any.
    init(in usher: CommandLineProgram, port: Int = 0) throws {
        self.usher = usher
        process.executableURL = URL(filePath: OtherPrograms.python)
        process.arguments = [
            OtherPrograms.package.appending(path: "Tests/NotificationTests/Support/smtp_server.py").path,
            usher.path("smtp/taken"), "--tls", "starttls", "--port", "\(port)",
            "--cert", usher.path("smtp/server.pem"), "--key", usher.path("smtp/server.key"),
            "--user", "usher", "--password", Self.password,
        ]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // The line comes when the socket listens: no waiting by the clock.
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while byte != UInt8(ascii: "\n") {
            let count = read(output.fileHandleForReading.fileDescriptor, &byte, 1)
            if count == 1 { line.append(byte) } else if count == 0 || errno != EINTR { break }
        }
        self.port = try #require(
            Int(String(decoding: line.dropLast(), as: UTF8.self)), "the mail server did not start")
    }

    func stop() {
        // Standard input at its end is the server's sign to leave; closing it twice is harmless.
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    deinit { stop() }

    /// Of all servers that used this folder, in the order taken.
    static func taken(in usher: CommandLineProgram) async throws -> [Taken] {
        let folder = usher.folder.appending(path: "smtp/taken")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        var taken = try names.filter { $0.hasSuffix(".json") }.map {
            try JSONDecoder().decode(Taken.self, from: Data(contentsOf: folder.appending(path: $0)))
        }
        let ids = try await usher.python(
            """
            import email, pathlib, sys
            for file in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
                print(email.message_from_bytes(file.read_bytes())["message-id"])
            """, [folder.path])
        for (index, id) in ids.split(separator: "\n").enumerated() { taken[index].messageID = String(id) }
        return taken
    }
}
