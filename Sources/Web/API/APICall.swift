import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import OpenSSL
import Records

/// One call of the API: who, what is asked, and how it is answered.
struct APICall: Sendable {
    static let root = "/api/v1"

    let request: Request
    let context: WebContext
    let query: APIQuery
    /// Check only, and say what would become of it.
    let isDryRun: Bool
    /// Where links lead: a setting, never what a header claims.
    let baseURL: String

    /// Whoever holds the token, with all that they have.
    ///
    /// - Throws: `Fault.Code.unauthenticated`.
    var actor: Actor { get throws { try context.actor() } }

    /// A part of the path, as it was before it was escaped.
    ///
    /// - Throws: `Fault.Code.notFound` for escapes that are no UTF-8: nothing has such a name.
    func path(_ name: String) throws -> String {
        guard let text = context.parameters.get(name)?.removingPercentEncoding else {
            throw Fault(.notFound, "There is nothing here.")
        }
        return text
    }

    /// The person whom the path names; what is no address is nobody's.
    var person: EmailAddress {
        get throws {
            let text = try path("email")
            guard let email = try? EmailAddress(text) else { throw Authority.missing("person", text) }
            return email
        }
    }

    /// The request whom the path names; what is no id names none.
    var requestID: Basics.RequestID {
        get throws {
            let text = try path("id")
            guard let id = Basics.RequestID(text) else { throw Authority.missing("request", text) }
            return id
        }
    }

    /// The account of a program that the path names; what is no id names none.
    var clientID: APIAccountID {
        get throws {
            let text = try path("client")
            guard let id = APIAccountID(text) else { throw Authority.missing("API account", text) }
            return id
        }
    }

    /// An address that the body names.
    ///
    /// - Throws: `Fault.Code.invalid` on `field`.
    static func address(_ text: String, field: String) throws -> EmailAddress {
        do throws(EmailAddress.Refusal) { return try EmailAddress(text) } catch {
            throw Fault.invalid(field, "invalid_email", error.sentence)
        }
    }

    /// What the body holds, read by `read`.
    func body<Value: Sendable>(_ read: (APIBody) throws -> Value) async throws -> Value {
        let body = try await APIBody.read(request)
        let value = try read(body)
        try body.end()
        return value
    }

    /// For what needs no words: no body, or an empty object.
    func emptyBody() async throws {
        let bytes = try await request.body.collect(upTo: APIBody.greatestBytes)
        guard bytes.readableBytes > 0 else { return }
        var whole = request
        whole.body = RequestBody(buffer: bytes)
        try await APIBody.read(whole).end()
    }

    // MARK: Answers

    func answer(_ document: JSON, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) throws -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        if let name = HTTPField.Name.dryRun, isDryRun { headers[name] = "true" }
        return Response(
            status: status, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: document.data(pretty: false)))
        )
    }

    /// What was made, and where it is from now on.
    func created(_ document: JSON, at path: String) throws -> Response {
        try answer(document, status: .created, headers: [.location: "\(baseURL)\(Self.root)\(path)"])
    }

    /// Whether the caller would rather ask again than wait (RFC 7240, section 4.1).
    var prefersNoWait: Bool {
        guard let name = HTTPField.Name("Prefer") else { return false }
        return request.headers[values: name].flatMap { $0.split(separator: ",") }
            .contains { $0.trimmingCharacters(in: .whitespaces).lowercased() == "respond-async" }
    }

    /// What is worked off from now on, and where to ask after it.
    func accepted(_ document: JSON, at path: String) throws -> Response {
        var headers: HTTPFields = [.location: "\(baseURL)\(Self.root)\(path)", .retryAfter: "1"]
        if prefersNoWait, let name = HTTPField.Name("Preference-Applied") { headers[name] = "respond-async" }
        return try answer(document, status: .accepted, headers: headers)
    }

    /// `{"items","next"}`, and where the list goes on (RFC 8288).
    func page(_ items: [JSON], next: String?) throws -> Response { try page(.page(items, next: next), next: next) }

    func page(_ document: JSON, next: String?) throws -> Response {
        var headers: HTTPFields = [:]
        if let next, let name = HTTPField.Name.link {
            headers[name] = "<\(baseURL)\(context.target.path)?\(query.going(onAfter: next))>; rel=\"next\""
        }
        return try answer(document, headers: headers)
    }

    // MARK: Versions

    /// What names exactly this document (RFC 9110, section 8.8.3).
    static func tag(of document: JSON) throws -> String {
        "\"\(try SHA256.digest(of: Array(document.data(pretty: false))).hex.prefix(32))\""
    }

    /// A document that is edited: with its tag, or nothing for whoever has it already.
    ///
    /// - Parameter core: what the tag is of, where the document also holds what is not edited.
    func tagged(_ document: JSON, core: JSON? = nil) throws -> Response {
        let tag = try Self.tag(of: core ?? document)
        let known = request.headers[.ifNoneMatch].map(Self.tags) ?? []
        if [.get, .head].contains(request.method), known.contains(tag) || known.contains("*") {
            return Response(status: .notModified, headers: [.eTag: tag])
        }
        return try answer(document, headers: [.eTag: tag])
    }

    /// Whether the caller binds the call to what they saw.
    var isBound: Bool { request.headers[.ifMatch] != nil }

    /// - Throws: HTTP 412 if the caller saw another one than `document`.
    func requireMatch(_ document: JSON) throws {
        guard let wanted = request.headers[.ifMatch].map(Self.tags), !wanted.contains("*") else { return }
        guard wanted.contains(try Self.tag(of: document)) else {
            throw HTTPError(.preconditionFailed, message: "It changed after you saw it. Look at it again, then decide.")
        }
    }

    private static func tags(_ header: String) -> [String] {
        header.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
}

extension HTTPField.Name {
    static let link = HTTPField.Name("Link")
    static let dryRun = HTTPField.Name("Usher-Dry-Run")
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")
}
