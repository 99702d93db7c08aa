import Basics
import CCurl
import Foundation
import Records
import Synchronization

/// Ends a delivery from outside: within about a second of the word.
final class SMTPCancellation: Sendable {
    private let isCancelled = Mutex(false)

    func cancel() { isCancelled.withLock { $0 = true } }
    var isSet: Bool { isCancelled.withLock { $0 } }
}

/// What goes up to the server and what it says, for the time of one message.
///
/// Which command a refusal answers tells what it is about, so the commands are watched as well.
final class SMTPExchange {
    /// Where a conversation stands.
    enum Phase { case connecting, hello, login, sender, recipient, content }

    private var rest: ArraySlice<UInt8>
    private let wantsLogin: Bool
    private let mayStartTLS: Bool
    private let deadline: ContinuousClock.Instant
    private let cancellation: SMTPCancellation
    private(set) var phase = Phase.connecting
    /// The server's refusal that holds (4xx, 5xx): all its lines
    /// as one, printable, at most 500 characters.
    private(set) var refusal: String?
    /// No AUTH was offered, though there is a user.
    private(set) var lacksLogin = false
    private var lines: [Substring] = []
    private var offersLogin = false
    private var offersTLS = false
    private var startsTLS = false
    private var hasTLS = false

    init(
        _ bytes: [UInt8], wantsLogin: Bool, mayStartTLS: Bool, seconds: Int, cancellation: SMTPCancellation
    ) {
        rest = bytes[...]
        self.wantsLogin = wantsLogin
        self.mayStartTLS = mayStartTLS
        self.cancellation = cancellation
        // A second later than libcurl itself, whose words say more;
        // past it not even a farewell is waited for.
        deadline = .now + .seconds(seconds + 1)
    }

    /// Whether nobody waits for the answer any more.
    var isOver: Bool { cancellation.isSet || ContinuousClock.now > deadline }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, rest.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }

    /// A command that was sent: only its word is looked at, since what follows AUTH is the password.
    func said(_ command: UnsafeRawBufferPointer) {
        let word = String(decoding: command.prefix(4), as: UTF8.self).uppercased()
        switch word {
        case "EHLO", "HELO":
            phase = .hello
            offersLogin = false
            offersTLS = false
        case "STAR": startsTLS = true
        case "AUTH": phase = .login
        case "MAIL": phase = .sender
        case "RCPT": phase = .recipient
        case "DATA": phase = .content
        default: break  // The lines of a login, RSET, QUIT.
        }
    }

    /// One line of the server.
    ///
    /// - Returns: false to hang up.
    func hear(_ line: UnsafeRawBufferPointer) -> Bool {
        // Longer than any server may say (RFC 5321, 4.5.3.1.5), and shown to people.
        let printable = oneLine(String(decoding: line.prefix(1024), as: UTF8.self))
        let text = printable.trimmingCharacters(in: .whitespaces).prefix(500)
        let code = text.prefix(3)
        let isLast = text.count < 4 || text.dropFirst(3).first != "-"
        if phase == .hello { note(capability: text.dropFirst(4).uppercased()) }
        if lines.count < 20 { lines.append(lines.isEmpty ? text : Self.words(of: text, after: lines[0])) }
        guard isLast else { return true }
        let whole = lines.joined(separator: " ").replacing("-", with: " ", maxReplacements: lines.count > 1 ? 1 : 0)
        lines = []
        if code.hasPrefix("4") || code.hasPrefix("5") {
            refusal = String(whole.prefix(500)).trimmingCharacters(in: .whitespaces)
        } else if !code.hasPrefix("221") {
            // Something else went well since. The farewell (221)
            // is what libcurl asks for after a refusal.
            refusal = nil
        }
        if startsTLS, !hasTLS, code == "220" { hasTLS = true }
        guard phase == .hello, code == "250", wantsLogin, !offersLogin, !(offersTLS && mayStartTLS && !hasTLS) else {
            return true
        }
        lacksLogin = true
        return false
    }

    private func note(capability: String) {
        let word = capability.prefix { $0 != " " && $0 != "=" }
        if word == "AUTH" { offersLogin = true }
        if word == "STARTTLS" { offersTLS = true }
    }

    /// What a further line adds: neither its code, nor the enhanced code that the first line has.
    private static func words(of line: Substring, after first: Substring) -> Substring {
        let text = line.dropFirst(4)
        guard let enhanced = first.dropFirst(4).split(separator: " ").first, enhanced.contains("."),
            text.hasPrefix(enhanced)
        else { return text }
        return text.dropFirst(enhanced.count).drop { $0 == " " }
    }
}

extension SMTPExchange {
    /// What a refusal is about.
    ///
    /// Servers judge client, HELO and sender only once they know the
    /// recipient (Postfix's `smtpd_delay_reject`), so that at RCPT only the
    /// enhanced code tells whom they mean (RFC 3463).
    func cause(code: Int) -> DeliveryFailure.Cause {
        let enhanced = refusal?.dropFirst(4).split(separator: " ").first.map { $0.split(separator: ".") } ?? []
        let detail = enhanced.count == 3 ? "\(enhanced[1]).\(enhanced[2])" : ""
        let subject = enhanced.count == 3 ? enhanced[1] : ""
        switch phase {
        case .connecting, .hello, .login: return .server
        // Too big for the server (RFC 1870): the one thing about the message that is known so early.
        case .sender: return code == 552 || detail == "3.4" ? .content : .server
        case .recipient, .content:
            if (400..<500).contains(code) { return code == 421 ? .server : .later }
            guard (500..<600).contains(code) else { return .server }
            // About the dialogue or the login (RFC 4954, section 6).
            if (500..<510).contains(code) || (530..<540).contains(code) { return .server }
            if phase == .content { return subject == "3" && detail != "3.4" ? .later : .content }
            // The sender, the system and its policies: another reader may fare better, this one later.
            if ["1.7", "1.8"].contains(detail) || ["3", "5", "7"].contains(subject) { return .later }
            return .recipient
        }
    }
}

extension String {
    fileprivate func replacing(_ text: String, with other: String, maxReplacements: Int) -> String {
        replacing(text[...], with: other[...], maxReplacements: maxReplacements)
    }
}
