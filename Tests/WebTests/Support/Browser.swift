import Foundation
import FoundationNetworking
import Synchronization

/// One answer of a site.
struct Answer: Sendable {
    let status: Int
    let headers: [String: String]
    let text: String

    /// Where it leads, if it leads somewhere.
    var location: String? { headers["location"] }
}

/// As much of a browser as forms and cookies need: keeps cookies, follows no redirect by itself, sends the form token
/// of the page that it saw last.
final class Browser: Sendable {
    private let base: String
    /// What must serve for as long as somebody looks at it.
    private let site: Site
    private let language: String
    private let session: URLSession
    private let cookies = Mutex<[String: String]>([:])
    private let formToken = Mutex<String>("")

    init(site: Site, language: String) {
        self.site = site
        base = "http://127.0.0.1:\(site.port)"
        self.language = language
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        session = URLSession(configuration: configuration, delegate: NoRedirects(), delegateQueue: nil)
    }

    deinit { session.invalidateAndCancel() }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", path, headers: headers, body: nil)
    }

    /// Sends a form as the page before would.
    ///
    /// - Parameter more: fields that stand several times in the form, encoded.
    func submit(
        _ path: String, _ fields: [String: String], more: String = "", headers: [String: String] = [:]
    ) async throws -> Answer {
        var fields = fields
        if fields["form"] == nil { fields["form"] = formToken.withLock { $0 } }
        let body =
            fields.sorted { $0.key < $1.key }.map { "\(encoded($0.key))=\(encoded($0.value))" }
            .joined(separator: "&") + (more.isEmpty ? "" : "&\(more)")
        var headers = headers
        if headers["Content-Type"] == nil { headers["Content-Type"] = "application/x-www-form-urlencoded" }
        return try await send("POST", path, headers: headers, body: Data(body.utf8))
    }

    /// Sends a form, and loads the page that the answer leads to.
    func follow(_ path: String, _ fields: [String: String], more: String = "") async throws -> Answer {
        let answer = try await submit(path, fields, more: more)
        guard answer.status == 303, let place = answer.location else { return answer }
        return try await get(place)
    }

    /// Sends a form with a file as the page before would.
    func upload(
        _ path: String, _ fields: [String: String] = [:], csv: [UInt8], headers: [String: String] = [:]
    ) async throws -> Answer {
        let boundary = "----FormBoundary7MA4YWxkTrZu0gW"
        var fields = fields
        if fields["form"] == nil { fields["form"] = formToken.withLock { $0 } }
        var body = Data()
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            body += Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        body += Data(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"csv\"; filename=\"people.csv\"\r\n".utf8)
        body += Data("Content-Type: text/csv\r\n\r\n".utf8) + Data(csv) + Data("\r\n--\(boundary)--\r\n".utf8)
        let type = ["Content-Type": "multipart/form-data; boundary=\(boundary)"]
        return try await send("POST", path, headers: type.merging(headers) { $1 }, body: body)
    }

    func send(_ method: String, _ path: String, headers: [String: String], body: Data?) async throws -> Answer {
        guard let url = URL(string: base + path) else { throw URLError(.badURL) }
        var request = URLRequest(url: url, timeoutInterval: 600)
        request.httpMethod = method
        request.httpBody = body
        request.setValue(language, forHTTPHeaderField: "Accept-Language")
        let jar = cookies.withLock { $0 }
        if !jar.isEmpty {
            request.setValue(
                jar.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; "),
                forHTTPHeaderField: "Cookie")
        }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await session.data(for: request)
        guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
        let fields = Dictionary(
            response.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
        ) { first, _ in first }
        keep(fields["set-cookie"])
        let text = String(decoding: data, as: UTF8.self)
        if let match = text.firstMatch(of: /name="form" value="([0-9a-f]{64})"/) {
            formToken.withLock { $0 = String(match.1) }
        }
        return Answer(status: response.statusCode, headers: fields, text: text)
    }

    private func keep(_ header: String?) {
        guard let pair = header?.split(separator: ";").first?.split(separator: "=", maxSplits: 1),
            let name = pair.first
        else { return }
        let value = pair.count == 2 ? String(pair[1]) : ""
        cookies.withLock { $0[String(name)] = value.isEmpty ? nil : value }
    }

    func cookie(_ name: String) -> String? { cookies.withLock { $0[name] } }

    func setCookie(_ name: String, _ value: String?) { cookies.withLock { $0[name] = value } }

    private func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

private final class NoRedirects: NSObject, URLSessionTaskDelegate {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) { completionHandler(nil) }
}
