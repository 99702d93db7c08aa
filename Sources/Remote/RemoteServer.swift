package import Basics
import Dispatch
import Foundation
import Synchronization

/// A served Usher, as a program that calls `/api/v1` sees it.
///
/// What it refuses is thrown as the same `Fault` that the use case threw there.
package final class RemoteServer: Sendable {
    /// A good answer.
    package struct Answer: Sendable {
        package let status: Int
        /// `null` where there is none.
        package let document: JSON
        /// By name in lower case.
        package let headers: [String: String]
    }

    package let address: ServerAddress
    private let caFile: String?
    private let client: String
    /// Each proof of a code gives another.
    private let token: Mutex<String?>
    /// Blocking calls have a thread of their own.
    private let queue = DispatchQueue(label: "usher.remote")

    /// - Parameters:
    ///   - caFile: PEM file of the only authorities that count; nil for those of the system.
    ///   - client: what this program calls itself; people see it in the list of their sessions.
    package init(_ address: ServerAddress, caFile: String?, token: String?, client: String) {
        self.address = address
        self.caFile = caFile
        self.token = Mutex(token)
        self.client = client
    }

    package func use(token: String?) { self.token.withLock { $0 = token } }

    /// - Throws: the `Fault` of a refusal; `.unavailable` if the server
    ///   cannot be reached, or is none of ours.
    package func send(_ request: APIRequest) async throws -> Answer {
        let answer = try await exchange(request)
        guard (200..<300).contains(answer.status) else {
            if request.takesVerdict, let verdict = Self.verdict(answer) {
                return Answer(status: answer.status, document: verdict, headers: answer.headers)
            }
            throw refusal(of: answer)
        }
        guard !answer.body.isEmpty else {
            return Answer(status: answer.status, document: .null, headers: answer.headers)
        }
        guard let document = Self.document(answer) else { throw stranger(answer) }
        return Answer(status: answer.status, document: document, headers: answer.headers)
    }

    /// The body as it is, for what is no JSON.
    package func text(_ request: APIRequest) async throws -> String {
        let answer = try await exchange(request)
        guard (200..<300).contains(answer.status) else { throw refusal(of: answer) }
        return String(decoding: answer.body, as: UTF8.self)
    }

    private func exchange(_ request: APIRequest) async throws -> HTTPAnswer {
        var headers = request.headers
        headers.append(("User-Agent", client))
        if let token = token.withLock({ $0 }) { headers.append(("Authorization", "Bearer \(token)")) }
        let body: [UInt8]?
        switch request.body {
        case .none: body = nil
        case .json(let document):
            headers.append(("Content-Type", "application/json"))
            body = Array(document.data(pretty: false))
        case .csv(let bytes):
            headers.append(("Content-Type", "text/csv"))
            body = bytes
        }
        let transfer = HTTPTransfer(
            method: request.method, url: "\(address.text)/api/v1\(request.path)", headers: headers, body: body,
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
        let hint =
            failure.isAboutTrust
            ? " Nothing was sent. Name the authorities that vouch for it with --ca-file FILE." : ""
        return Fault(.unavailable, "The server \(address.text) cannot be reached: \(failure.reason).\(hint)")
    }

    private static func document(_ answer: HTTPAnswer) -> JSON? {
        // What is no JSON is no answer of ours, whatever the reason.
        try? JSON(reading: answer.body, limits: .answer)
    }

    /// `accepted`, `reason` and `retryAfterSeconds`, where a code was refused.
    private static func verdict(_ answer: HTTPAnswer) -> JSON? {
        guard let problem = document(answer), problem["accepted"] == .bool(false) else { return nil }
        return .object(problem.members.filter { ["accepted", "reason", "retryAfterSeconds"].contains($0.key) })
    }

    /// Whoever answers there is no Usher, or something between does not let it through.
    private func stranger(_ answer: HTTPAnswer) -> Fault {
        let place = answer.headers["location"].map { " and points to \($0.prefix(200))" } ?? ""
        return Fault(
            .unavailable, "What answers at \(address.text) is no Usher: it says HTTP \(answer.status)\(place).")
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
            Fault.Field($0["field"].text ?? "", $0["code"].text ?? "", $0["message"].text ?? "")
        }
        let code = Fault.Code(rawValue: word) ?? (answer.status == 412 ? .conflict : .invalid)
        return Fault(
            code, message, faults: faults, retryAfterSeconds: answer.headers["retry-after"].flatMap { Int64($0) })
    }
}
