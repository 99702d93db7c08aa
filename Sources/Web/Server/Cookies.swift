import Basics
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// The two cookies, and what forms carry because of them.
///
/// `__Host-`: browsers send them to this host only, by TLS only (or on the machine itself),
/// and no sibling host can plant one (OWASP ASVS 5.0, 3.3).
enum WebCookie {
    /// Holds the token of a session.
    static let session = "__Host-usher"
    /// Holds chance: what forms carry is made of it, before, in
    /// and after every session of this browser.
    static let visit = "__Host-usher-visit"
    /// As long as browsers keep any cookie: 400 days (RFC 6265bis).
    private static let visitSeconds = 34_560_000

    /// What a browser keeps of an earlier sign-in: it proves nothing, and
    /// keeps others' guesses from shutting it out.
    static let device = "__Host-usher-device"

    /// - Parameter maxAge: seconds; nil for as long as the browser runs, 0 to forget it.
    static func make(_ name: String, _ value: String, maxAge: Int?) -> Cookie {
        Cookie(name: name, value: value, maxAge: maxAge, path: "/", secure: true, httpOnly: true, sameSite: .lax)
    }

    /// The cookie of whoever just signed in or proved themselves.
    static func make(_ entered: SignIn) -> Cookie {
        make(
            session, String(decoding: entered.token.exposed, as: UTF8.self), maxAge: Int(SessionLimits.overallSeconds))
    }

    /// All that a browser keeps once somebody has signed in or proven themselves.
    static func fields(of entered: SignIn) -> [HTTPField] {
        var cookies = [make(entered)]
        if let kept = entered.device {
            let value = String(decoding: kept.exposed, as: UTF8.self)
            cookies.append(make(device, value, maxAge: Client.deviceSeconds))
        }
        return cookies.map { HTTPField(name: .setCookie, value: $0.description) }
    }

    /// Whether a `Set-Cookie` field is that of a session.
    static func isSession(_ field: String) -> Bool { field.hasPrefix("\(session)=") }

    /// Of a browser that has none yet.
    static func make(visit: String) -> Cookie { make(Self.visit, visit, maxAge: visitSeconds) }

    /// What a browser sends under one of our names, found without reading what others
    /// keep there: before anybody is asked who they are, a header of a thousand
    /// cookies must cost no more than a plain one.
    static func value(of name: String, in request: Request) -> String? {
        for header in request.headers[values: .cookie] {
            if let value = value(of: Array(name.utf8), in: Array(header.utf8)) { return value }
        }
        return nil
    }

    private static func value(of name: [UInt8], in header: [UInt8]) -> String? {
        var place = 0
        while place < header.count {
            let end = header[place...].firstIndex(of: UInt8(ascii: ";")) ?? header.count
            let start = header[place..<end].firstIndex { $0 != UInt8(ascii: " ") } ?? end
            let value = start + name.count + 1
            if value <= end, header[value - 1] == UInt8(ascii: "="), header[start..<value - 1].elementsEqual(name) {
                return String(decoding: header[value..<end], as: UTF8.self).withoutOptionalWhitespace
            }
            place = end + 1
        }
        return nil
    }

    /// What a browser holds of an earlier visit; nil for what we never gave out.
    static func visit(of request: Request) -> Secret? {
        guard let value = value(of: visit, in: request), value.utf8.count == 64,
            value.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return Secret(value)
    }
}
