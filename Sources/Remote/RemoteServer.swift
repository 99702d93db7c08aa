public import Basics
import Dispatch
import Foundation
public import Operations
import Synchronization

/// A served Usher, as a program that calls `/api/v1` sees it.
///
/// What it refuses is thrown as the same `Fault` that the use case threw there.
public final class RemoteServer: Sendable {
    public let address: ServerAddress
    private let caFile: String?
    let client: String
    private let language: String?
    /// Each proof of a code gives another.
    private let token: Mutex<String?>
    /// Blocking calls have a thread of their own.
    private let queue = DispatchQueue(label: "usher.remote")

    /// - Parameters:
    ///   - caFile: PEM file of the only authorities that count; nil for those of the system.
    ///   - client: what this program calls itself; people see it in the list of their sessions.
    ///   - language: in which refusals are told, if the server speaks it; nil for English.
    public init(
        _ address: ServerAddress, caFile: String?, token: String?, client: String, language: String? = nil
    ) {
        self.address = address
        self.caFile = caFile
        self.token = Mutex(token)
        self.client = client
        self.language = language
    }

    /// The same, for whoever is not signed in.
    public var withoutToken: RemoteServer {
        RemoteServer(address, caFile: caFile, token: nil, client: client, language: language)
    }

    public func use(token: String?) { self.token.withLock { $0 = token } }

    /// How another token is got once this one has ended; nil where there is no way.
    private let renewal = Mutex<(@Sendable () async throws -> String?)?>(nil)

    public func renew(_ way: @escaping @Sendable () async throws -> String?) { renewal.withLock { $0 = way } }

    /// - Throws: the `Fault` of a refusal; `.unavailable` if the server
    ///   cannot be reached, or is none of ours.
    public func send(_ request: APIRequest) async throws -> APIAnswer {
        let answer = try await exchange(request)
        guard (200..<300).contains(answer.status) else { throw refusal(of: answer) }
        if answer.body.isEmpty { return APIAnswer(.nothing, status: answer.status) }
        let type = answer.headers["content-type"] ?? ""
        if type.hasPrefix("text/") {
            return APIAnswer(.text(String(decoding: answer.body, as: UTF8.self), type: type), status: answer.status)
        }
        guard let document = Self.document(answer) else { throw stranger(answer) }
        return APIAnswer(.document(document), status: answer.status)
    }

    /// The verdict on a code or a secret, also where it was refused.
    public func verdict(_ request: APIRequest) async throws -> JSON {
        let answer = try await exchange(request)
        if (200..<300).contains(answer.status), let document = Self.document(answer) { return document }
        guard let verdict = Self.verdict(answer) else { throw refusal(of: answer) }
        return verdict
    }

    /// Sent again once, where the token had ended and another was got.
    private func exchange(_ request: APIRequest) async throws -> HTTPAnswer {
        let answer = try await exchangeOnce(request)
        guard answer.status == 401, answer.headers["www-authenticate"]?.contains("invalid_token") ?? false,
            let way = renewal.withLock({ $0 }), let next = try await way()
        else { return answer }
        use(token: next)
        return try await exchangeOnce(request)
    }

    private func exchangeOnce(_ request: APIRequest) async throws -> HTTPAnswer {
        var headers = [("User-Agent", client)]
        if let language { headers.append(("Accept-Language", language)) }
        if let token = token.withLock({ $0 }) { headers.append(("Authorization", "Bearer \(token)")) }
        if request.isDryRun { headers.append(("Usher-Dry-Run", "true")) }
        if let key = request.idempotencyKey { headers.append(("Idempotency-Key", key)) }
        let body: [UInt8]?
        switch request.body {
        case .nothing: body = nil
        case .members(let members):
            headers.append(("Content-Type", "application/json"))
            body = JSON.object(members).bytes(pretty: false)
        case .table(let bytes):
            headers.append(("Content-Type", "text/csv"))
            body = bytes
        }
        return try await perform(
            method: request.operation.method.rawValue, path: "/api/v1\(request.target)", headers, body)
    }

    /// - Parameter path: below the server's address.
    func perform(
        method: String, path: String, _ headers: [(String, String)], _ body: [UInt8]?
    ) async throws -> HTTPAnswer {
        let transfer = HTTPTransfer(
            method: method, url: address.text + path, headers: headers.map { (name: $0.0, value: $0.1) }, body: body,
            caFile: caFile, usesProxy: !address.isLoopback)
        let result: Result<HTTPAnswer, HTTPFailure> = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: Result { () throws(HTTPFailure) in try transfer.perform() })
            }
        }
        do { return try result.get() } catch { throw unreachable(error) }
    }

    // MARK: Refusals

    private func unreachable(_ failure: HTTPFailure) -> Fault {
        let sentence: Sentence = "The server \(address.text) cannot be reached: \(failure.reason)."
        let hint: Sentence = "Nothing was sent. Name the authorities that vouch for it with --ca-file FILE."
        return Fault(.unavailable, failure.isAboutTrust ? Sentence([sentence, hint]) : sentence)
    }

    static func document(_ answer: HTTPAnswer) -> JSON? {
        // What is no JSON is no answer of ours, whatever the reason.
        try? JSON(reading: answer.body, limits: .answer)
    }

    /// `accepted`, `reason` and `retryAfterSeconds`, where a code was refused.
    private static func verdict(_ answer: HTTPAnswer) -> JSON? {
        guard let problem = document(answer), problem["accepted"] == .bool(false) else { return nil }
        return .object(problem.members.filter { ["accepted", "reason", "retryAfterSeconds"].contains($0.key) })
    }

    /// Whoever answers there is no Usher, or something between does not let it through.
    func stranger(_ answer: HTTPAnswer) -> Fault {
        let (server, status) = (address.text, answer.status)
        return Fault(
            .unavailable,
            answer.headers["location"].map {
                "What answers at \(server) is no Usher: it says HTTP \(status) and points to \($0.prefix(200))."
            } ?? "What answers at \(server) is no Usher: it says HTTP \(status).")
    }

    /// Problem details (RFC 9457) as the fault that they tell.
    private func refusal(of answer: HTTPAnswer) -> Fault {
        guard let problem = Self.document(answer), let word = problem["code"].text,
            let message = problem["detail"].text
        else { return stranger(answer) }
        let challenge = answer.headers["www-authenticate"] ?? ""
        if answer.status == 401, !challenge.contains("insufficient_user_authentication") {
            return Fault(
                .unauthenticated, "You are not signed in at \(address.text), or no longer.",
                faults: [.init("server", "not_signed_in", "Sign in with: usher login \(address.text)")])
        }
        let faults = problem["faults"].elements.map {
            Fault.Field($0["field"].text ?? "", $0["code"].text ?? "", Sentence($0["message"].text ?? ""))
        }
        let code = Fault.Code(rawValue: word) ?? (answer.status == 412 ? .conflict : .invalid)
        return Fault(
            code, Sentence(message), faults: faults,
            retryAfterSeconds: answer.headers["retry-after"].flatMap { Int64($0) })
    }
}
