import Basics
import HTTPTypes
import Hummingbird
import Onboarding
import OpenSSL

/// The two cookies, and what forms carry because of them.
///
/// `__Host-`: browsers send them to this host only, by TLS only (or on the machine itself), and no sibling host can
/// plant one (OWASP ASVS 5.0, 3.3).
enum WebCookie {
    /// Holds the token of a session.
    static let session = "__Host-usher"
    /// Holds chance, so that forms before signing in have a token too.
    static let visit = "__Host-usher-visit"

    /// What a browser keeps of an earlier sign-in: it proves nothing, and keeps others' guesses from shutting it out.
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

    /// Made of what only this browser holds, so that no other site can know it.
    static func formToken(of cookie: String) throws -> String {
        try SHA256.digest(of: Array("usher-form/\(cookie)".utf8)).hex
    }
}
