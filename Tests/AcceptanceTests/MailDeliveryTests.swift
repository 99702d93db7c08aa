import Foundation
import Scratch
import Testing

/// The transactional outbox, at a mail server that is not ours.
@Suite("Mail by SMTP", .timeLimit(.minutes(60)))
struct MailDeliveryTests {
    /// A server that was started once and has stopped: its settings, and the port to start it again.
    private func stopped(for office: Office) async throws -> MailServer {
        try await MailServer.prepare(in: office.usher)
        let server = try MailServer(in: office.usher)
        office.configure(server.settings)
        server.stop()
        return server
    }

    @Test("goes out over STARTTLS with a login at once, and run-due sends nothing again")
    func delivers() async throws {
        let office = try await Office.open()
        try await MailServer.prepare(in: office.usher)
        let server = try MailServer(in: office.usher)
        office.configure(server.settings)
        let filed = try office.usher.mails().count
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        let taken = try await MailServer.taken(in: office.usher)
        #expect(taken.map(\.to) == [[Office.marie]])
        #expect(taken.allSatisfy { $0.tls && $0.login == "usher" })
        for _ in 0..<2 {
            #expect(try await office.done("run-due") == ["timers": 0, "effects": 0, "failures": 0])
        }
        office.pass(seconds: 7200)
        #expect(try await office.done("run-due")["effects"] == 0)
        #expect(try await MailServer.taken(in: office.usher).count == 1)
        #expect(try office.usher.mails().count == filed)
        server.stop()
    }

    @Test("waits for a mail server that is down: the request is saved, and its mail is sent once, later")
    func waits() async throws {
        let office = try await Office.open()
        let server = try await stopped(for: office)
        let id = try await office.submit(MainJobTests.alice, "prod=OPE")
        #expect(try await office.done("request", "show", id)["state"] == "approval")
        let effects = try await office.done("effect", "list")["items"].items.filter { $0["state"] == "due" }
        #expect(effects.count == 1, "\(effects)")
        #expect(effects.first?["kind"] == "mail" && effects.first?["tries"] == 1)
        #expect(effects.first?["error"].text?.isEmpty == false)
        // Whoever runs it every second asks the server once each time.
        #expect(try await office.done("run-due") == ["timers": 0, "effects": 0, "failures": 1])

        let again = try MailServer(in: office.usher, port: server.port)
        office.pass(seconds: 60)
        #expect(try await office.done("run-due") == ["timers": 0, "effects": 1, "failures": 0])
        #expect(try await office.done("run-due") == ["timers": 0, "effects": 0, "failures": 0])
        #expect(try await MailServer.taken(in: office.usher).map(\.to) == [[Office.marie]])
        again.stop()
    }

    @Test("waits through five days without a server, is parked then, and sent once when the operator says so")
    func parks() async throws {
        let office = try await Office.open(settings: ["USHER_SMTP_HELO": "usher.provider.example"])
        let server = try await stopped(for: office)
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        let away = try await office.run("doctor")
        #expect(away.code == 1 && away.output.contains("The mail server is away since"), "\(away)")
        // The request goes on waiting, and no reminder is due yet.
        office.configure(server.settings.merging(["USHER_MAIL_GIVE_UP_AFTER": "12h"]) { $1 })
        office.pass(seconds: 11 * 3600)
        try await office.done("run-due")
        #expect(try await office.done("effect", "list", "--parked")["items"] == [])
        office.pass(seconds: 2 * 3600)
        #expect(try await office.done("run-due")["failures"] == 1)
        let parked = try await office.done("effect", "list", "--parked")["items"]
        #expect(parked.items.count == 1 && parked[0]["cause"] == "server", "\(parked)")
        let again = try MailServer(in: office.usher, port: server.port)
        let retried = try await office.done("effect", "retry", "--error", "connect", "--reason", "The server is back")
        #expect(retried["count"] == 1)
        try await office.done("run-due")
        #expect(try await MailServer.taken(in: office.usher).count == 1)
        #expect(try await office.done("effect", "list", "--parked")["items"] == [])
        let well = try await office.run("doctor")
        #expect(well.output.contains("Mails that wait: 0."), "\(well)")
        again.stop()
    }

    @Test(
        "has the same Message-ID when a restored copy sends it again, so that the reader's program sees one mail",
        .aboutTheFile)
    func keepsMessageID() async throws {
        let office = try await Office.open()
        let server = try await stopped(for: office)
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        let copy = office.usher.path("copy")
        try FileManager.default.copyItem(atPath: office.usher.data.path, toPath: copy)
        let again = try MailServer(in: office.usher, port: server.port)
        office.pass(seconds: 60)
        #expect(try await office.done("run-due")["effects"] == 1)
        #expect(try await office.done("run-due", "--data", copy)["effects"] == 1)
        let taken = try await MailServer.taken(in: office.usher)
        #expect(taken.count == 2)
        #expect(Set(taken.map(\.messageID)).count == 1)
        #expect(taken.first?.messageID.contains("@") == true)
        again.stop()
    }

    @Test("is not sent to a server whose certificate nobody vouches for, nor by a wrong password")
    func refusesStrangers() async throws {
        let office = try await Office.open()
        try await MailServer.prepare(in: office.usher)
        let server = try MailServer(in: office.usher)
        for (setting, value) in [
            ("USHER_SMTP_CA_FILE", ""), ("USHER_SMTP_PASSWORD_FILE", try office.usher.write("wrong\n", to: "wrong")),
        ] {
            office.configure(server.settings.merging([setting: value]) { _, changed in changed })
            let result = try await office.run("mail", "test", "postmaster@example.com", "--json")
            #expect(result.code == 5, "\(setting): \(result)")
            #expect(try result.fault()["code"] == "unavailable")
            #expect(!result.error.contains(MailServer.password) && !result.error.contains("wrong\n"))
        }
        #expect(try await MailServer.taken(in: office.usher).isEmpty)
        server.stop()
    }
}
