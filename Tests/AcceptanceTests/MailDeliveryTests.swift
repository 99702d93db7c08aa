import Foundation
import Testing

/// The transactional outbox, at a mail server that is not ours.
@Suite("Mail by SMTP")
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
        // Not yet due again: whoever runs it every second does no harm.
        #expect(try await office.done("run-due") == ["timers": 0, "effects": 0, "failures": 0])

        let again = try MailServer(in: office.usher, port: server.port)
        office.pass(seconds: 60)
        #expect(try await office.done("run-due") == ["timers": 0, "effects": 1, "failures": 0])
        #expect(try await office.done("run-due") == ["timers": 0, "effects": 0, "failures": 0])
        #expect(try await MailServer.taken(in: office.usher).map(\.to) == [[Office.marie]])
        again.stop()
    }

    @Test("is parked after its last try, shown, and sent once when the operator says so")
    func parks() async throws {
        let office = try await Office.open()
        let server = try await stopped(for: office)
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        for _ in 0..<7 {
            office.pass(seconds: 3600)
            #expect(try await office.done("run-due")["failures"] == 1)
        }
        let parked = try await office.done("effect", "list", "--parked")["items"]
        #expect(parked.items.count == 1 && parked[0]["tries"] == 8, "\(parked)")
        office.pass(seconds: 3600)
        #expect(try await office.done("run-due")["failures"] == 0)
        let again = try MailServer(in: office.usher, port: server.port)
        let key = try #require(parked[0]["key"].text)
        try await office.done("effect", "retry", key, "--reason", "The server is back")
        try await office.done("run-due")
        #expect(try await MailServer.taken(in: office.usher).count == 1)
        #expect(try await office.done("effect", "list", "--parked")["items"] == [])
        again.stop()
    }

    @Test("has the same Message-ID when a restored copy sends it again, so that the reader's program sees one mail")
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
