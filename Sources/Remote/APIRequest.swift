package import Basics
import Foundation

/// One call of the API, as a command words it: the path is below `/api/v1`.
package struct APIRequest: Sendable {
    package enum Body: Sendable {
        case none
        case json(JSON)
        /// Rows of people, as they are in the file.
        case csv([UInt8])
    }

    package let method: String
    /// Escaped.
    package private(set) var path: String
    package let body: Body
    package private(set) var headers: [(name: String, value: String)] = []

    /// Whether a refused code is an answer, with its verdict, and no error.
    package private(set) var takesVerdict = false

    private init(_ method: String, _ path: [String], _ query: [(String, String?)], _ body: Body) {
        self.method = method
        self.path = path.map { "/" + Self.escaped($0) }.joined()
        self.body = body
        let pairs = query.compactMap { name, value in value.map { "\(name)=\(Self.escaped($0))" } }
        if !pairs.isEmpty { self.path += "?" + pairs.joined(separator: "&") }
    }

    /// - Parameters:
    ///   - path: its parts, as they are: they are escaped here.
    ///   - query: what is nil is left out.
    package static func get(_ path: String..., query: [(String, String?)] = []) -> APIRequest {
        APIRequest("GET", path, query, .none)
    }

    /// - Parameter body: members that are `null` are left out.
    package static func post(
        _ path: String..., query: [(String, String?)] = [], body: [String: JSON] = [:]
    ) -> APIRequest {
        APIRequest("POST", path, query, .json(.object(body.filter { $0.value != .null })))
    }

    package static func patch(_ path: String..., body: [String: JSON]) -> APIRequest {
        APIRequest("PATCH", path, [], .json(.object(body.filter { $0.value != .null })))
    }

    package static func delete(_ path: String..., query: [(String, String?)] = []) -> APIRequest {
        APIRequest("DELETE", path, query, .none)
    }

    package static func upload(_ path: String..., query: [(String, String?)], csv: [UInt8]) -> APIRequest {
        APIRequest("POST", path, query, .csv(csv))
    }

    /// The same call with one header more; without it for nil.
    package func with(_ name: String, _ value: String?) -> APIRequest {
        guard let value else { return self }
        var request = self
        request.headers.append((name, value))
        return request
    }

    package func takingVerdict() -> APIRequest {
        var request = self
        request.takesVerdict = true
        return request
    }

    package func dryRun(_ isDryRun: Bool) -> APIRequest { with("Usher-Dry-Run", isDryRun ? "true" : nil) }

    /// RFC 3986, section 2.3: only what means nothing else stays.
    private static func escaped(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~.")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}
