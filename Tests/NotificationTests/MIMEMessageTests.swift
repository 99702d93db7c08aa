import Basics
import Foundation
import Records
import Testing

@testable import Notification

@Suite("MIMEMessage", .timeLimit(.minutes(60)))
struct MIMEMessageTests {
    private func message(
        key: String = "k", name: String = "Jane", subject: String = "Hello", text: String = "Hi\n",
        sender: String = "Usher"
    ) throws -> MIMEMessage {
        let rendered = RenderedMail(subject: subject, text: text, html: "<p>\n")
        let from = Mailbox(name: sender, address: try EmailAddress("usher@cloud.example"))
        return try MIMEMessage(try Mail.sample(key: key, name: name), rendered: rendered, from: from)
    }

    private func lines(_ message: MIMEMessage) -> [String] {
        String(decoding: message.bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test("gives the same bytes for the same mail, and another id for another key")
    func isStable() throws {
        #expect(try message() == message())
        #expect(try message().messageID != message(key: "l").messageID)
    }

    /// Vector: SHA-256 of `abc`, from the examples of FIPS 180-4.
    @Test("names a message by the first 128 bits of its key's SHA-256 and the sender's domain")
    func namesByHash() throws {
        let id = "<ba7816bf8f01cfea414140de5dae2223@cloud.example>"
        #expect(try message(key: "abc").messageID == id)
        #expect(lines(try message(key: "abc")).contains("Message-ID: \(id)"))
    }

    @Test(
        "dates a message as RFC 5322 wants",
        arguments: [
            // The instants of RFC 5322, appendix A.1.1, A.1.2 and A.5, in UTC.
            (iso: "1997-11-21T15:55:06Z", date: "Fri, 21 Nov 1997 15:55:06 +0000"),
            (iso: "2003-07-01T08:52:37Z", date: "Tue, 01 Jul 2003 08:52:37 +0000"),
            (iso: "1969-02-14T02:02:00Z", date: "Fri, 14 Feb 1969 02:02:00 +0000"),
            (iso: "2028-02-29T23:59:59.999Z", date: "Tue, 29 Feb 2028 23:59:59 +0000"),
        ])
    func dates(iso: String, date: String) throws {
        #expect(MIMEMessage.date(try #require(Timestamp(iso8601: iso))) == date)
    }

    @Test(
        "refuses a control character in a name or a subject",
        arguments: ["a\rb", "a\nb", "a\r\nBcc: eve@example.com", "a\u{0}b", "\u{7F}", "\u{1B}[0m"])
    func refusesControls(text: String) {
        #expect(throws: MailRefusal.controlCharacter(header: "To")) { try message(name: text) }
        #expect(throws: MailRefusal.controlCharacter(header: "Subject")) { try message(subject: text) }
        #expect(throws: MailRefusal.controlCharacter(header: "From")) { try message(sender: text) }
    }

    @Test(
        "encodes what is not plain ASCII, and what could be mistaken for encoded",
        arguments: [
            (text: "Hello", line: "Subject: Hello"),
            (text: "Été", line: "Subject: =?UTF-8?B?w4l0w6k=?="),
            (text: "=?UTF-8?B?w4k=?=", line: "Subject: =?UTF-8?B?PT9VVEYtOD9CP3c0az0/PQ==?="),
        ])
    func encodesSubject(text: String, line: String) throws {
        #expect(lines(try message(subject: text)).contains(line))
    }

    @Test("folds a long subject into words that each hold whole characters")
    func foldsSubject() throws {
        let lines = lines(try message(subject: String(repeating: "🦊", count: 60)))
        let words = lines.drop { !$0.hasPrefix("Subject: ") }.prefix { $0.hasPrefix("Subject: ") || $0.hasPrefix(" ") }
        #expect(words.count == 7)
        let texts = try words.map { word in
            let base64 = word.drop { $0 != "B" }.dropFirst(2).dropLast(2)
            return String(data: try #require(Data(base64Encoded: String(base64))), encoding: .utf8)
        }
        #expect(texts == Array(repeating: String(repeating: "🦊", count: 9), count: 6) + ["🦊🦊🦊🦊🦊🦊"])
        #expect(words.allSatisfy { $0.utf8.count <= 76 })
    }

    @Test("quotes a name, and doubles the quotes' guard in it")
    func quotesName() throws {
        let all = lines(try message(name: #"Doe, "J" \ Jane"#))
        #expect(all.contains(#"To: "Doe, \"J\" \\ Jane""#) && all.contains(" <jane@example.com>"))
        #expect(lines(try message(name: "")).contains("To: <jane@example.com>"))
    }

    @Test("has a boundary that no text can contain")
    func hasSafeBoundary() throws {
        let boundary = "--=_\(try MIMEMessage.hash(of: "k"))"
        let message = try message(text: "\(boundary)--\r\n.\r\nMAIL FROM:<a@b.c>\n")
        let body = lines(message)
        #expect(body.filter { $0 == boundary }.count == 2 && body.filter { $0 == boundary + "--" }.count == 1)
        #expect(!body.contains("."))
    }
}

@Suite("QuotedPrintable", .timeLimit(.minutes(60)))
struct QuotedPrintableTests {
    @Test(
        "encodes as RFC 2045, section 6.7, says",
        arguments: [
            (text: "", encoded: ""), (text: "a\n", encoded: "a\r\n"), (text: "a\r\nb", encoded: "a\r\nb"),
            (text: "a=b", encoded: "a=3Db"), (text: "é", encoded: "=C3=A9"), (text: "a \nb\t", encoded: "a=20\r\nb=09"),
            (text: ".\n..a.b", encoded: "=2E\r\n=2E.a.b"), (text: "a\rb\u{0}", encoded: "a=0Db=00"),
            (text: "\n\n", encoded: "\r\n\r\n"),
        ])
    func encodes(text: String, encoded: String) {
        #expect(String(decoding: QuotedPrintable.encode(text), as: UTF8.self) == encoded)
    }

    @Test(
        "breaks lines softly at 76 characters, never inside an encoded byte",
        arguments: ["a", "é", ".", " ", "🦊", "a é."])
    func breaksLines(unit: String) throws {
        for count in 70...160 {
            let text = String(repeating: unit, count: count)
            let encoded = String(decoding: QuotedPrintable.encode(text), as: UTF8.self)
            let lines = encoded.split(separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { $0.utf8.count <= 76 && !$0.hasSuffix(" ") && !$0.hasPrefix(".") })
            #expect(lines.dropLast().allSatisfy { $0.hasSuffix("=") })
            #expect(try decoded(encoded) == text)
        }
    }

    /// The inverse, written apart from the encoder.
    private func decoded(_ text: String) throws -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.replacing("=\r\n", with: "").utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "=") {
                bytes.append(try #require(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

@Suite("Mailbox", .timeLimit(.minutes(60)))
struct MailboxTests {
    @Test(
        "reads an address with or without a name",
        arguments: [
            (text: "usher@example.com", name: ""), (text: "Usher <usher@example.com>", name: "Usher"),
            (text: " Équipe cloud  <usher@example.com>", name: "Équipe cloud"), (text: "<usher@example.com>", name: ""),
        ])
    func reads(text: String, name: String) throws {
        #expect(try Mailbox(parsing: text) == Mailbox(name: name, address: try EmailAddress("usher@example.com")))
    }

    @Test(
        "refuses anything else",
        arguments: ["", "Usher", "Usher <usher@example.com", "Usher <>", "A\r\nB <usher@example.com>", "<a@b.c> x"])
    func refuses(text: String) {
        #expect(throws: Fault.self) { try Mailbox(parsing: text) }
    }
}
