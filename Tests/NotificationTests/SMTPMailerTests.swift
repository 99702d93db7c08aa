import Basics
import Foundation
import Notification
import Records
import Scratch
import Testing

/// Against aiosmtpd, each test with a server, certificates and folders of its own.
@Suite("SMTPMailer", .timeLimit(.minutes(60)))
struct SMTPMailerTests {
    @Test("hands over exactly the bytes that the folder would hold")
    func sameBytes() async throws {
        let server = try SMTPServer()
        let folder = try TestFolder()
        let mail = try Mail.sample(name: "Zoë", language: .french, template: "invitation")
        try await server.mailer().deliver(mail)
        try await FolderMailer(folder: folder.url, templates: .ofProduct, sender: .usher()).deliver(mail)
        let filed = try Data(contentsOf: folder.url.appending(path: try FolderMailer.fileName(of: mail)))
        let taken = try server.taken()
        #expect(taken.map(\.bytes) == [filed])
        #expect(taken[0].from == "usher@cloud.example" && taken[0].to == ["jane@example.com"])
        #expect(!taken[0].tls && taken[0].login == nil)
        #expect(try Tool.readMail(in: server.folder.url).map(\.toName) == ["Zoë"])
    }

    @Test("uses STARTTLS with a CA file, and logs in", arguments: ["PLAIN", "LOGIN"])
    func startTLS(mechanism: String) async throws {
        let without = mechanism == "PLAIN" ? "LOGIN" : "PLAIN"
        let server = try SMTPServer(tls: "starttls", login: true, more: ["--without", without])
        try await server.mailer().deliver(try Mail.sample())
        let taken = try server.taken()
        #expect(taken.map(\.tls) == [true] && taken.map(\.login) == ["usher"] && taken.map(\.mechanism) == [mechanism])
    }

    @Test("uses TLS from the start for smtps://")
    func implicitTLS() async throws {
        let server = try SMTPServer(tls: "implicit", login: true)
        try await server.mailer().deliver(try Mail.sample())
        #expect(try server.taken().map(\.tls) == [true])
    }

    @Test("keeps its connection for the next mail")
    func reusesConnection() async throws {
        let server = try SMTPServer(tls: "starttls", login: true)
        let mailer = try server.mailer(connections: 1)
        for index in 0..<3 { try await mailer.deliver(try Mail.sample(key: "mail:\(index)")) }
        let taken = try server.taken()
        #expect(taken.count == 3 && Set(taken.map(\.peer)).count == 1)
    }

    @Test("delivers many at a time over a bounded number of connections")
    func isBounded() async throws {
        let server = try SMTPServer()
        let mailer = try server.mailer(connections: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<30 {
                let mail = try Mail.sample(key: "mail:\(index)", to: "p\(index)@example.com")
                group.addTask { try await mailer.deliver(mail) }
            }
            try await group.waitForAll()
        }
        let taken = try server.taken()
        #expect(Set(taken.flatMap(\.to)).count == 30 && Set(taken.map(\.peer)).count <= 3)
    }

    @Test("refuses a server whose certificate another authority signed, or that has another name")
    func refusesWrongCertificate() async throws {
        for tls in ["starttls", "implicit"] {
            let server = try SMTPServer(tls: tls, login: true)
            let stranger = try Certificates()
            for mailer in [try server.mailer(caFile: stranger.path("ca.pem")), try server.mailer(host: "127.0.0.1")] {
                let failure = await #expect(throws: DeliveryFailure.self) {
                    try await mailer.deliver(try Mail.sample())
                }
                #expect(failure?.isPermanent == false)
                #expect(failure?.message.contains(SMTPServer.password) == false)
            }
            #expect(try server.taken().isEmpty)
        }
    }

    @Test("trusts no system authority for a certificate of our own making")
    func refusesUnknownAuthority() async throws {
        let server = try SMTPServer(tls: "implicit")
        let mailer = try server.mailer(trustsSystem: true)
        await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(try Mail.sample()) }
        #expect(try server.taken().isEmpty)
    }

    @Test("sends nothing when STARTTLS is required and not offered")
    func requiresTLS() async throws {
        let server = try SMTPServer()
        let mailer = try server.mailer(startTLS: .required)
        let failure = await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(try Mail.sample()) }
        #expect(failure?.isPermanent == false)
        #expect(try server.taken().isEmpty)
    }

    @Test("fails for now when the login is refused, without telling the password")
    func wrongPassword() async throws {
        let server = try SMTPServer(tls: "starttls", login: true)
        let mailer = try server.mailer(password: "wrong-canary")
        let failure = await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(try Mail.sample()) }
        #expect(failure?.isPermanent == false)
        #expect(failure?.message.contains("535") == true && failure?.message.contains("canary") == false)
    }

    @Test(
        "tells a refusal for now from one for good, with the server's words, and goes on with the next mail",
        arguments: [
            (to: "rcpt450", cause: DeliveryFailure.Cause.later, words: "450 5.1.1 no such mailbox here"),
            (to: "rcpt550", cause: .recipient, words: "550 5.1.1 no such mailbox here"),
            (to: "data451", cause: .later, words: "451 the message is not wanted"),
            (to: "data554", cause: .content, words: "554 the message is not wanted"),
        ])
    func refusals(to word: String, cause: DeliveryFailure.Cause, words: String) async throws {
        let server = try SMTPServer()
        let mailer = try server.mailer(connections: 1)
        let mail = try Mail.sample(to: "\(word)@example.com")
        let failure = await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(mail) }
        let place = "Mail server localhost:\(server.port): "
        #expect(failure == DeliveryFailure(cause, place + words))
        try await mailer.deliver(try Mail.sample(key: "mail:2"))
        #expect(try server.taken().count == 1)
    }

    @Test("fails for now when nobody listens, and when a server says nothing in time")
    func silence() async throws {
        let server = try SMTPServer(more: ["--silent"])
        let silent = try server.mailer(timeoutSeconds: 1)
        let late = await #expect(throws: DeliveryFailure.self) { try await silent.deliver(try Mail.sample()) }
        #expect(late?.isPermanent == false)
        server.stop()
        let gone = await #expect(throws: DeliveryFailure.self) { try await silent.deliver(try Mail.sample()) }
        #expect(gone?.isPermanent == false)
    }

    @Test("comes back by itself when the server closed the kept connection")
    func reconnects() async throws {
        let first = try SMTPServer()
        let mailer = try first.mailer(connections: 1)
        try await mailer.deliver(try Mail.sample())
        first.stop()
        await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(try Mail.sample(key: "mail:2")) }
        let second = try SMTPServer(more: ["--port", "\(first.port)"])
        try await mailer.deliver(try Mail.sample(key: "mail:2"))
        #expect(try second.taken().count == 1)
    }

    @Test(
        "survives a connection cut in the middle, and a server gone since the last mail",
        arguments: ["none", "starttls"])
    func survivesCut(tls: String) async throws {
        let server = try SMTPServer(tls: tls)
        let mailer = try server.mailer(connections: 1)
        let fields: [String: MailField] = ["comment": .text(String(repeating: "long ", count: 200_000))]
        let cut = try Mail.sample(to: "drop@example.com", template: "question", fields: fields)
        let failure = await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(cut) }
        #expect(failure?.isPermanent == false)
        try await mailer.deliver(try Mail.sample())
        server.stop()
        let gone = await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(try Mail.sample()) }
        #expect(gone?.isPermanent == false)
        #expect(try server.taken().count == 1)
    }

    @Test("does not connect for a mail that cannot be composed")
    func composesFirst() async throws {
        let mailer = SMTPMailer(
            try SMTPConfiguration(url: "smtp://127.0.0.1:1", from: .usher()), templates: .ofProduct)
        let mail = try Mail.sample(name: "A\r\nBcc: eve@example.com")
        let failure = await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(mail) }
        #expect(failure?.isPermanent == true)
        #expect(failure?.message == "The mail header To would contain a control character.")
    }
}
