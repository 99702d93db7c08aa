public import Basics

/// One message of the syslog protocol (RFC 5424), facility `authpriv`.
public struct SyslogMessage: Sendable {
    /// RFC 5424, section 6.2.1.
    public enum Severity: Int, Sendable {
        case warning = 4, notice, informational
    }

    public let severity: Severity
    public let at: Timestamp
    /// MSGID: what kind of message it is.
    public let kind: String
    /// SD-ELEMENT `usher@32473`, the number of RFC 5612 for those who have none.
    public let data: [(name: String, value: String)]
    public let text: String

    public init(
        severity: Severity, at: Timestamp, kind: String, data: [(name: String, value: String)], text: String = ""
    ) {
        self.severity = severity
        self.at = at
        self.kind = kind
        self.data = data
        self.text = text
    }

    /// Of `authpriv`.
    private static let facility = 10

    /// - Parameter host: `-` where it is not known.
    public func line(from host: String = "-") -> String {
        let elements = data.map { " \($0.name)=\"\(Self.escaped($0.value))\"" }.joined()
        let structured = data.isEmpty ? "-" : "[usher@32473\(elements)]"
        let head =
            "<\(Self.facility * 8 + severity.rawValue)>1 \(at.iso8601) \(Self.token(host, 255)) usher - "
            + "\(Self.token(kind, 32)) \(structured)"
        return text.isEmpty ? head : "\(head) \(Self.plain(text))"
    }

    /// PRINTUSASCII without blanks, as the fields of a header are.
    private static func token(_ text: String, _ limit: Int) -> String {
        let token = text.unicodeScalars.filter { (33...126).contains($0.value) }.prefix(limit)
        return token.isEmpty ? "-" : String(String.UnicodeScalarView(token))
    }

    /// Section 6.3.3: quotes, backslashes and closing brackets; a line stays one line.
    private static func escaped(_ text: String) -> String {
        plain(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("]", with: "\\]")
    }

    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
    }
}
