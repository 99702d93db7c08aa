import Basics
import Foundation
import Notification
import Onboarding
import Testing

@Suite("A report of a delivery", .timeLimit(.minutes(60)))
struct DeliveryReportTests {
    /// As Postfix writes it.
    private static func report(
        action: String = "failed", original: String = "Message-ID: <0123abcd@cloud.example>", ending: String = "\r\n"
    ) -> [UInt8] {
        let text = """
            Return-Path: <>
            From: MAILER-DAEMON@mail.example (Mail Delivery System)
            Subject: Undelivered Mail Returned to Sender
            To: usher-bounces@cloud.example
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status;
            \tboundary="4WX.1764/mail.example"

            This is a MIME-encapsulated message.

            --4WX.1764/mail.example
            Content-Description: Notification
            Content-Type: text/plain; charset=us-ascii

            I'm sorry to have to inform you …

            --4WX.1764/mail.example
            Content-Description: Delivery report
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mail.example
            Arrival-Date: Sat, 28 Nov 2026 20:00:00 +0000 (UTC)

            Final-Recipient: rfc822; box@elsewhere.example
            Original-Recipient: rfc822;jane@example.com
            Action: \(action)
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1 <box@elsewhere.example>: Recipient address
                rejected: User unknown

            --4WX.1764/mail.example
            Content-Description: Undelivered Message
            Content-Type: message/rfc822

            From: Usher <usher@cloud.example>
            To: =?utf-8?Q?Zo=C3=AB?= <jane@example.com>
            \(original)
            Subject: Welcome

            --4WX.1764/no
            text
            --4WX.1764/mail.example--

            """
        return Array(text.replacing("\n", with: ending).utf8)
    }

    @Test("is read as Postfix writes it, whatever ends its lines", arguments: ["\r\n", "\n"])
    func reads(ending: String) throws {
        let report = try DeliveryReport(Self.report(ending: ending))
        #expect(report.originalID == "0123abcd@cloud.example")
        #expect(report.originalTo == ["jane@example.com"])
        let reader = try #require(report.readers.first)
        #expect(reader.action == "failed" && reader.status == "5.1.1")
        #expect(reader.finalRecipient == "box@elsewhere.example" && reader.originalRecipient == "jane@example.com")
        #expect(
            reader.diagnostic
                == "550 5.1.1 <box@elsewhere.example>: Recipient address rejected: User unknown")
        let returned = try #require(Onboarding.Return(report))
        #expect(returned.message == "0123abcd")
        #expect(
            returned.addresses.map(\.text) == ["jane@example.com", "box@elsewhere.example", "jane@example.com"])
        #expect(returned.words.hasPrefix("returned: 550 5.1.1"))
    }

    @Test("of a delay, or of a delivery, says that nothing came back", arguments: ["delayed", "delivered", "relayed"])
    func delayed(action: String) throws {
        #expect(Onboarding.Return(try DeliveryReport(Self.report(action: action))) == nil)
    }

    @Test("is refused when it is none, names no message, or is too long")
    func refused() throws {
        for text in ["", "\n", "Subject: Out of office\n\nI am away.", "Content-Type: multipart/report\n\n--x"] {
            #expect(throws: DeliveryReport.Refusal.noReport) { try DeliveryReport(Array(text.utf8)) }
        }
        #expect(throws: DeliveryReport.Refusal.noOriginal) {
            try DeliveryReport(Self.report(original: "X-Nothing: here"))
        }
        #expect(throws: DeliveryReport.Refusal.tooLong) {
            try DeliveryReport(Array(repeating: 0x41, count: DeliveryReport.greatestBytes + 1))
        }
    }

    @Test("cut off or changed anywhere is read or refused, and never a crash")
    func mutilated() throws {
        let whole = Self.report()
        for length in stride(from: 0, to: whole.count, by: 7) {
            _ = try? DeliveryReport(Array(whole.prefix(length)))
            var changed = whole
            changed[min(length, whole.count - 1)] = UInt8(truncatingIfNeeded: length &* 37)
            _ = try? DeliveryReport(changed)
        }
        // Parts within parts, without end.
        let nested = String(repeating: "Content-Type: multipart/mixed; boundary=a\n\n--a\n", count: 5_000)
        #expect(throws: DeliveryReport.Refusal.noReport) { try DeliveryReport(Array(nested.utf8)) }
    }
}
