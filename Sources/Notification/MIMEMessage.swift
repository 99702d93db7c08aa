public import Basics
import Foundation
import Onboarding
public import Records

/// One message as it goes over the wire and into a file: RFC 5322 with MIME (RFC 2045 and 2046).
///
/// The same mail gives the same bytes, always: everything in it comes from the mail and the
/// sender. Composed here and not by libcurl, whose MIME interface draws random boundaries and
/// cannot write a file: what is filed is what is sent.
public struct MIMEMessage: Sendable, Hashable {
    public let sender: Mailbox
    public let recipient: EmailAddress
    /// With its angle brackets; a receiver that sees it twice knows a repeat.
    public let messageID: String
    /// ASCII with CRLF line ends, no line over 998 characters, the last line ended.
    public let bytes: [UInt8]

    /// - Throws: `controlCharacter` when a header would hold one; `noDigest` when OpenSSL fails.
    public init(
        _ mail: Mail, rendered: RenderedMail, from sender: Mailbox, answersTo: Mailbox? = nil
    ) throws(MailRefusal) {
        let hash = try Self.hash(of: mail.key)
        self.sender = sender
        recipient = mail.recipient
        messageID = "<\(hash)@\(sender.domain)>"
        // `=_` never occurs in quoted-printable, so no text can contain the boundary (RFC 2045, 6.7).
        let boundary = "=_\(hash)"
        let to = Mailbox(name: mail.recipientName, address: mail.recipient)
        var headers = [
            "From: " + (try HeaderText.mailbox(sender, header: "From")),
            "To: " + (try HeaderText.mailbox(to, header: "To")),
            "Subject: " + (try HeaderText.unstructured(rendered.subject, header: "Subject")),
            "Date: " + Self.date(mail.createdAt),
            "Message-ID: \(messageID)",
        ]
        if let thread = mail.thread {
            // Nobody has the mail that it names; programs gather by it all
            // that is about one request (RFC 5322, 3.6.4).
            headers.append("References: <\(try Self.hash(of: "thread/\(thread)"))@\(sender.domain)>")
        }
        if let answersTo { headers.append("Reply-To: " + (try HeaderText.mailbox(answersTo, header: "Reply-To"))) }
        headers += [
            "MIME-Version: 1.0",
            "Content-Language: \(rendered.language.rawValue)",
            // RFC 3834: keeps vacation answers away.
            "Auto-Submitted: auto-generated",
            // Exchange listens to this alone.
            "X-Auto-Response-Suppress: All",
            "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"",
        ]
        bytes = Array((headers.joined(separator: "\r\n") + "\r\n\r\n").utf8) + Self.body(rendered, boundary)
    }

    /// The text twice, each in its part.
    private static func body(_ rendered: RenderedMail, _ boundary: String) -> [UInt8] {
        var bytes: [UInt8] = []
        // The last alternative is the preferred one (RFC 2046, 5.1.4).
        for (type, content) in [("plain", rendered.text), ("html", rendered.html)] {
            bytes += Array(
                """
                --\(boundary)\r
                Content-Type: text/\(type); charset=utf-8\r
                Content-Transfer-Encoding: quoted-printable\r
                \r

                """.utf8)
            // The line end before a boundary belongs to the boundary (RFC
            // 2046, 5.1.1): the content keeps its own.
            bytes += QuotedPrintable.encode(content) + [0x0D, 0x0A]
        }
        return bytes + Array("--\(boundary)--\r\n".utf8)
    }

    /// As the report of a server names it afterwards.
    static func hash(of key: String) throws(MailRefusal) -> String {
        do { return try Mail.hash(of: key) } catch { throw .noDigest }
    }

    /// RFC 5322, section 3.3, in UTC: `Mon, 23 Nov 2026 09:30:00 +0000`.
    static func date(_ time: Timestamp) -> String {
        let parts = time.civil
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = [parts.hour, parts.minute, parts.second].map { padded($0, 2) }.joined(separator: ":")
        let day = "\(days[parts.weekday - 1]), \(padded(parts.day, 2)) \(months[parts.month - 1])"
        return "\(day) \(padded(parts.year, 4)) \(clock) +0000"
    }
}

extension Timestamp {
    /// The parts of the instant in UTC; weekday 1 is Sunday.
    var civil: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, weekday: Int) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second, .weekday], from: Timestamp(seconds: seconds).date)
        return (
            parts.year ?? 1970, parts.month ?? 1, parts.day ?? 1, parts.hour ?? 0, parts.minute ?? 0,
            parts.second ?? 0, parts.weekday ?? 5
        )
    }
}

/// At least `width` digits, with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
