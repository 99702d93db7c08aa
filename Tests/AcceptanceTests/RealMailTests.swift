import Foundation
import Testing

/// Mail by a server that people use.
@Suite("Mail by Postfix and Dovecot", .serialized, .timeLimit(.minutes(60)))
struct RealMailTests {
    private func office() async throws -> (Office, RealMailServer) {
        try #require(RealMailServer.canRun, "these tests need root, Postfix and Dovecot: run Tools/setup.sh test")
        let office = try await Office.open()
        try await MailServer.prepare(in: office.usher)
        return (office, try RealMailServer(in: office.usher))
    }

    @Test("arrives by STARTTLS and by TLS from the start, with a login", arguments: ["submission", "smtps"])
    func arrives(service: String) async throws {
        let (office, server) = try await office()
        office.configure(try server.settings(service))
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        let mail = try #require(try await server.mails(of: "marie").first)
        #expect(mail.contains("with ESMTPSA"))
        #expect(mail.contains("Return-Path: <bounces@provider.example>"))
        #expect(mail.contains("from usher.provider.example ("))
        #expect(try await office.done("run-due") == ["timers": 0, "effects": 0, "failures": 0])
    }

    @Test("is not sent without the login, nor under a bare name, and nothing is given up for that")
    func misconfigured() async throws {
        let (office, server) = try await office()
        var settings = try server.settings("submission")
        settings["USHER_SMTP_STARTTLS"] = "none"
        office.configure(settings)
        let login = try await office.run("mail", "test", "marie@provider.example", "--json")
        #expect(login.code == 5 && login.error.contains("it offers no login (AUTH) without TLS"), "\(login)")
        settings = try server.settings("submission")
        settings["USHER_SMTP_HELO"] = "vm"
        office.configure(settings)
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        #expect(try await office.done("effect", "list", "--parked")["items"] == [])
        let away = try await office.run("doctor")
        #expect(away.output.contains("The mail server is away since"), "\(away)")
        #expect(away.output.contains("must be a host name such as"), "\(away)")
        office.configure(try server.settings("submission"))
        #expect(try await office.done("run-due")["effects"] == 1)
        #expect(try await server.mails(of: "marie").count == 1)
    }

    @Test("that is greylisted comes a little later, once")
    func greylisted() async throws {
        let (office, server) = try await office()
        office.configure(try server.settings("greylisting"))
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        let due = try await office.done("effect", "list")["items"].items.filter { $0["state"] == "due" }
        #expect(due.count == 1 && due.first?["cause"] == "later", "\(due)")
        #expect(due.first?["error"].text?.contains("Greylisted, come again") == true)
        office.pass(seconds: 600)
        #expect(try await office.done("run-due")["effects"] == 1)
        #expect(try await server.mails(of: "marie").count == 1)
    }

    @Test("that comes back is told at the request, and to whoever typed the address")
    func returned() async throws {
        let (office, server) = try await office()
        office.configure(try server.settings("submission"))
        let id = try await office.submit("ghost@bounce.example", "prod=OPE")
        _ = try await office.approve(id)
        try await office.done("run-due")
        let report = try #require(try await server.mails(of: "bounces").first)
        let read = try await office.done("mail", "bounce", input: report)
        #expect(read["effect"].text?.hasPrefix("\(id)/mail/invitation/") == true, "\(read)")
        let request = try await office.done("request", "show", id)
        #expect(request["undeliverable"][0]["recipient"] == "ghost@bounce.example", "\(request)")
        #expect(request["undeliverable"][0]["error"].text?.contains("No such user here") == true)
        let shown = try await office.run("request", "show", id)
        #expect(shown.output.contains("could not be delivered to ghost@bounce.example"), "\(shown)")
        #expect(try await server.mails(of: "rita").last?.contains("ghost@bounce.example") == true)
        // Twice the same report, and a report about nothing of ours.
        _ = try await office.done("mail", "bounce", input: report)
        let forged = report.replacing(/Message-ID: <[0-9a-f]{32}@/.ignoresCase(), with: "Message-ID: <00112233@")
        #expect(try await office.run("mail", "bounce", input: forged).code != 0)
        #expect(try await office.run("mail", "bounce", input: "Subject: I am away\n\nUntil Monday.\n").code != 0)
    }
}
