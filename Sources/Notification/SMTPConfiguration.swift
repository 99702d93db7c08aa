public import Basics
import Foundation

/// Where mail is handed over, and how sure the connection must
/// be: what an operator configures, checked.
public struct SMTPConfiguration: Sendable {
    /// How the connection is protected.
    public enum Protection: String, Sendable, CaseIterable {
        /// TLS from the first byte: `smtps://`.
        case implicit
        /// STARTTLS, or no mail.
        case required
        /// STARTTLS where the server offers it. Somebody in between can
        /// hide the offer, so it is for loopback only.
        case optional
        /// Nothing. For a relay on the same machine.
        case none
    }

    public let host: String
    public let port: Int
    /// Nil: no AUTH.
    public let user: String?
    public let password: Secret?
    public let protection: Protection
    /// PEM file of the authorities that may vouch for the server, in
    /// place of the system's; nil for the system's.
    public let caFile: String?
    public let sender: Mailbox
    /// Where answers go, in place of the sender; nil for the sender.
    public let answersTo: Mailbox?
    /// Whom servers tell of mails that come back: the sender of the envelope; nil for the sender.
    public let bounces: EmailAddress?
    /// How we greet: a full name, or an address literal; nil for what the machine is called.
    public let greeting: String?
    /// For one whole delivery.
    ///
    /// Connecting may take at most a quarter of it, and at least 1.
    public let timeoutSeconds: Int

    /// - Parameters:
    ///   - url: `smtp://[user@]host[:port]` (port 587) or `smtps://…` (port
    ///     465); `%40` stands for an @ in the user.
    ///   - startTLS: for `smtp://` only. By default required, and optional on loopback.
    /// - Throws: `Fault` with every field that is wrong: `smtp.url`,
    ///   `smtp.password-file`, `smtp.starttls`, `smtp.ca-file`.
    public init(
        url: String, password: Secret? = nil, caFile: String? = nil, from sender: Mailbox,
        startTLS: Protection? = nil, timeoutSeconds: Int = 60, greeting: String? = nil, answersTo: Mailbox? = nil,
        bounces: EmailAddress? = nil
    ) throws(Fault) {
        let parts = try Self.parts(of: url)
        let isImplicit = parts.scheme == "smtps"
        let isLoopback = Self.isLoopback(parts.host)
        let protection = isImplicit ? .implicit : startTLS ?? (isLoopback ? .optional : .required)
        let faults = Self.faults(
            user: parts.user, password: password, caFile: caFile, isImplicit: isImplicit, startTLS: startTLS,
            isSafeForPassword: isLoopback || protection == .required || protection == .implicit)
        guard faults.isEmpty else { throw .invalid(faults) }
        host = parts.host
        port = parts.port
        user = parts.user
        self.password = password
        self.protection = protection
        self.caFile = caFile
        self.sender = sender
        self.answersTo = answersTo
        self.bounces = bounces
        self.greeting = greeting
        self.timeoutSeconds = max(1, timeoutSeconds)
    }

    /// - Throws: as the initialiser does, for the address alone.
    public static func require(url: String) throws(Fault) { _ = try parts(of: url) }

    /// The server as people write it.
    var place: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// The URL for libcurl, without user and password; its path is the greeting.
    var url: String {
        let greeting = greeting ?? HostName.greeting
        let path = greeting.replacing("[", with: "%5B").replacing("]", with: "%5D")
        return "\(protection == .implicit ? "smtps" : "smtp")://\(place)/\(path)"
    }

    /// Whether a server can be greeted so: a domain name, or an address in brackets.
    public static func isGreeting(_ text: String) -> Bool {
        let inner = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
        let isLiteral = inner.count != text.count
        // A bare name is what strict servers refuse.
        let isFull = inner.contains(isLiteral && !inner.contains(".") ? ":" : ".")
        return isFull && inner.first != "." && inner.first != "-" && inner.last != "." && text.utf8.count <= 255
            && inner.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D || byte == 0x2E || (isLiteral && byte == 0x3A)
            }
    }
}

extension SMTPConfiguration {
    private typealias Parts = (scheme: String, host: String, port: Int, user: String?)

    private static func parts(of url: String) throws(Fault) -> Parts {
        guard !url.unicodeScalars.contains(where: isForbiddenInHeader), let parts = URLComponents(string: url),
            let scheme = parts.scheme?.lowercased(), ["smtp", "smtps"].contains(scheme),
            let host = parts.encodedHost?.lowercased(), !host.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil
        else {
            throw .invalid(
                "smtp.url", "malformed_url", "The mail server must be like smtp://user@host:587 or smtps://…")
        }
        guard parts.password == nil else {
            // A URL ends up in logs, process lists and error messages.
            throw .invalid("smtp.url", "password_in_url", "The SMTP password belongs in a file, not in the URL.")
        }
        let port = parts.port ?? (scheme == "smtps" ? 465 : 587)
        guard (1...65535).contains(port) else {
            throw .invalid("smtp.url", "bad_port", "The port of the mail server must be between 1 and 65535.")
        }
        let user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        guard user?.unicodeScalars.contains(where: isForbiddenInHeader) != true else {
            throw .invalid("smtp.url", "bad_user", "The SMTP user contains a control character.")
        }
        return (scheme, host.trimmingPrefix("[").filter { $0 != "]" }, port, user)
    }

    private static func faults(
        user: String?, password: Secret?, caFile: String?, isImplicit: Bool, startTLS: Protection?,
        isSafeForPassword: Bool
    ) -> [Fault.Field] {
        var faults: [Fault.Field] = []
        if (user == nil) != (password == nil) {
            faults.append(.init("smtp.password-file", "incomplete_login", "An SMTP user and a password go together."))
        }
        if password?.withBytes({ $0.contains { $0 < 0x20 || $0 == 0x7F } }) == true {
            let sentence: Sentence =
                "The SMTP password contains a control character; a line end at the end of the file, perhaps."
            faults.append(.init("smtp.password-file", "control_character", sentence))
        }
        if startTLS == .implicit || (isImplicit && startTLS != nil) {
            let sentence: Sentence = "STARTTLS is none, optional or required, and only for smtp://."
            faults.append(.init("smtp.starttls", "contradiction", sentence))
        }
        if password != nil && !isSafeForPassword {
            let sentence: Sentence = "A password is sent to another machine only over TLS: leave STARTTLS required."
            faults.append(.init("smtp.starttls", "password_in_clear", sentence))
        }
        if let caFile, !FileManager.default.isReadableFile(atPath: caFile) {
            faults.append(.init("smtp.ca-file", "unreadable", "The CA file for the mail server cannot be read."))
        }
        return faults
    }

    /// The names and numbers of this machine itself (RFC 6761, section
    /// 6.3; RFC 1122, 3.2.1.3; RFC 4291, 2.5.3).
    private static func isLoopback(_ host: String) -> Bool {
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return host == "localhost" || host == "::1" || (octets.count == 4 && octets[0] == 127 && !octets.contains(nil))
    }
}
