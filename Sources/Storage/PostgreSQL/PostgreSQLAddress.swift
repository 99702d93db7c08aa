public import Basics
import CPQ
import Foundation

/// Which PostgreSQL database: a URL as libpq reads it, with what is safe where it says nothing.
///
/// `postgres://usher@db.example.com/usher`; several hosts, a socket's folder and all parameters
/// of libpq are possible. Over a network the server must prove who it is by TLS, unless the URL
/// itself says otherwise (`sslmode`).
public struct PostgreSQLAddress: Sendable {
    /// Parameters for libpq, later ones over earlier.
    let keywords: [(name: String, value: String)]

    /// Where authorities lie that the system trusts; libpq 15 looks there only when told.
    private static let authorities = "/etc/ssl/certs/ca-certificates.crt"

    /// - Parameter password: over that of the URL.
    /// - Throws: `Fault.Code.invalid` of the field `database.url`.
    public init(url: String, password: Secret? = nil) throws(Fault) {
        let parts = try Self.parts(of: url)
        let hosts = (parts["hostaddr"] ?? parts["host"] ?? "").split(separator: ",")
        let isLocal = hosts.allSatisfy { $0.hasPrefix("/") || ["localhost", "127.0.0.1", "::1"].contains($0) }
        var keywords = [
            ("connect_timeout", "5"), ("application_name", "usher"), ("client_encoding", "UTF8"),
            // A cut line is noticed though nobody says so.
            ("tcp_user_timeout", "8000"), ("keepalives_idle", "5"), ("keepalives_interval", "2"),
            ("keepalives_count", "2"),
        ]
        // Of several, each may be the primary one day.
        if hosts.count > 1 { keywords.append(("target_session_attrs", "primary")) }
        if !isLocal { keywords += [("sslmode", "verify-full"), ("sslrootcert", Self.authorities)] }
        keywords.append(("dbname", url))
        if let password { keywords.append(("password", password.withBytes { String(decoding: $0, as: UTF8.self) })) }
        self.keywords = keywords.map { (name: $0.0, value: $0.1) }
    }

    private static func parts(of url: String) throws(Fault) -> [String: String] {
        var complaint: UnsafeMutablePointer<CChar>?
        // libpq takes `host=…` as well, and a bare name for that of a database.
        let isURL = url.hasPrefix("postgres://") || url.hasPrefix("postgresql://")
        guard isURL, let options = PQconninfoParse(url, &complaint) else {
            // libpq repeats the URL, in which a password may be.
            PQfreemem(complaint)
            throw Fault.invalid(
                "database.url", "unusable", "The URL of a database must be postgres://USER@HOST/DATABASE.")
        }
        defer { PQconninfoFree(options) }
        var parts: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { parts[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return parts
    }
}
