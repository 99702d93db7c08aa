import Basics
import Foundation
import Notification
import Records
import Scratch
import Testing

/// What each refusal is about decides what becomes of a mail, so each phase is refused in each way.
@Suite("A mail server that refuses", .timeLimit(.minutes(60)))
struct SMTPFaultTests {
    private func failure(_ faults: String...) async throws -> DeliveryFailure? {
        let server = try FaultySMTPServer(faults)
        return try await Self.failure(of: try server.mailer())
    }

    private static func failure(of mailer: SMTPMailer) async throws -> DeliveryFailure? {
        let mail = try Mail.sample()
        do throws(DeliveryFailure) { try await mailer.deliver(mail) } catch { return error }
        return nil
    }

    static let refusals: [(fault: String, cause: DeliveryFailure.Cause)] = [
        ("GREETING=554 5.7.1 You are not allowed to connect", .server),
        ("GREETING=421 4.3.2 Too busy", .server),
        ("GREETING=cut", .server),
        ("MAIL=553 5.7.1 Sender address rejected: not owned by user usher", .server),
        ("MAIL=550 5.1.8 Bad sender", .server),
        ("MAIL=451 4.3.0 Later", .server),
        ("MAIL=552 5.3.4 Message size exceeds fixed limit", .content),
        ("RCPT=550 5.1.1 No such user here", .recipient),
        ("RCPT=550 no such user", .recipient),
        ("RCPT=553 5.1.3 Bad address syntax", .recipient),
        ("RCPT=552 5.2.2 Mailbox full", .recipient),
        ("RCPT=550 5.4.1 Recipient address rejected: Access denied", .recipient),
        ("RCPT=554 5.7.1 Relay access denied", .later),
        ("RCPT=550 5.3.0 System not accepting", .later),
        ("RCPT=550 5.1.8 Sender address rejected: Domain not found", .later),
        // A Postfix that delays its refusals judges HELO here.
        ("RCPT=504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname", .server),
        ("RCPT=530 5.7.0 Authentication required", .server),
        ("RCPT=450 4.2.0 Greylisted", .later),
        ("RCPT=421 4.7.0 Closing", .server),
        ("RCPT=cut", .server),
        ("DATA=451 4.3.0 Later", .later),
        ("DATA=554 5.7.1 Not this one", .content),
        ("END=554 5.7.1 Message looks like spam", .content),
        ("END=552 5.3.4 Too big", .content),
        ("END=554 5.3.0 Out of order", .later),
        ("END=451 4.7.1 Try again later", .later),
        ("END=cut", .server),
    ]

    @Test("is understood as what it is about", arguments: refusals)
    func causes(fault: String, cause: DeliveryFailure.Cause) async throws {
        let failure = try #require(try await failure(fault))
        #expect(failure.cause == cause, "\(fault): \(failure)")
        #expect(failure.isPermanent == (cause == .recipient || cause == .content))
        if !fault.hasSuffix("cut") { #expect(failure.message.hasSuffix(fault.split(separator: "=")[1]), "\(failure)") }
    }

    @Test("at EHLO and HELO is no fault of the mail")
    func helo() async throws {
        let words = "504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname"
        let failure = try #require(try await failure("EHLO=\(words)", "HELO=\(words)"))
        #expect(failure.cause == .server && failure.message.hasSuffix(words))
    }

    @Test("in several lines is kept whole, its code once")
    func lines() async throws {
        let failure = try #require(
            try await failure(
                "RCPT=550 5.1.1 The account does not exist.|550 5.1.1 Check for typos, see"
                    + "|550 5.1.1 https://mail.example/"))
        #expect(failure.cause == .recipient)
        #expect(
            failure.message.hasSuffix(
                ": 550 5.1.1 The account does not exist. Check for typos, see https://mail.example/"))
    }

    @Test("a login that is set and not offered ends before MAIL")
    func login() async throws {
        let server = try FaultySMTPServer("capabilities=SIZE 10000000|8BITMIME")
        let failure = await #expect(throws: DeliveryFailure.self) {
            try await server.mailer(user: "usher").deliver(try Mail.sample())
        }
        #expect(failure?.cause == .server)
        #expect(failure?.message.contains("it offers no login (AUTH) without TLS") == true)
        #expect(try server.heard().allSatisfy { $0.hasPrefix("EHLO") || $0.hasPrefix("QUIT") })
        let open = try FaultySMTPServer("capabilities=AUTH PLAIN LOGIN")
        try await open.mailer(user: "usher").deliver(try Mail.sample())
        #expect(try open.heard().contains { $0.hasPrefix("AUTH PLAIN") })
    }

    @Test("is greeted by the name that was set, or by one that a strict server takes")
    func greeting() async throws {
        let server = try FaultySMTPServer()
        try await server.mailer(greeting: "usher.provider.example", bounces: "bounces@provider.example")
            .deliver(try Mail.sample())
        try await server.mailer(greeting: "[192.0.2.1]").deliver(try Mail.sample())
        try await server.mailer().deliver(try Mail.sample())
        let greetings = try server.heard().filter { $0.hasPrefix("EHLO") }.map { $0.dropFirst(5) }
        #expect(greetings.prefix(2) == ["usher.provider.example", "[192.0.2.1]"])
        #expect(greetings.last?.hasPrefix("[") == true || greetings.last?.contains(".") == true)
        #expect(try server.heard().contains { $0.hasPrefix("MAIL FROM:<bounces@provider.example>") })
    }

    @Test(
        "silently, at its greeting, in DATA or at the farewell, ends within its time",
        arguments: [
            "GREETING=stall", "DATA=stall", "END=stall",
        ])
    func stalls(fault: String) async throws {
        let server = try FaultySMTPServer(fault, "QUIT=stall")
        let start = ContinuousClock.now
        let failure = await #expect(throws: DeliveryFailure.self) {
            try await server.mailer(timeoutSeconds: 2).deliver(try Mail.sample())
        }
        #expect(failure?.cause == .server)
        // libcurl's own two minutes for the answer to QUIT would be far beyond any load of the machine.
        #expect(ContinuousClock.now - start < .seconds(118))
    }

    @Test("silently is left at once when the delivery is cancelled")
    func cancels() async throws {
        let server = try FaultySMTPServer("RCPT=stall", "QUIT=stall")
        let mailer = try server.mailer(timeoutSeconds: 600)
        let delivery = Task { try await Self.failure(of: mailer) }
        while try !FileManager.default.fileExists(atPath: server.folder.path("heard"))
            || !server.heard().contains(where: { $0.hasPrefix("RCPT") })
        { await Task.yield() }
        delivery.cancel()
        #expect(try await delivery.value?.cause == .server)
    }

    @Test("for a while takes the same mail later")
    func greylists() async throws {
        let server = try FaultySMTPServer("RCPT*2=450 4.2.0 Greylisted")
        let mailer = try server.mailer()
        for _ in 0..<2 {
            let failure = await #expect(throws: DeliveryFailure.self) { try await mailer.deliver(try Mail.sample()) }
            #expect(failure?.cause == .later)
        }
        try await mailer.deliver(try Mail.sample())
        #expect(try server.heard().filter { $0 == "MESSAGE" }.count == 1)
    }
}
