public import Basics
import Onboarding
import OpenSSL
import Records

/// What an operation answers: a document and, for whoever asks over HTTP, how it is told.
public struct APIAnswer: Sendable {
    public enum Content: Sendable {
        case nothing
        case document(JSON)
        /// For what is no JSON.
        case text(String, type: String)
    }

    /// As HTTP numbers them.
    public let status: Int
    public let content: Content
    /// Where what was made is from now on, below `/api/v1`.
    public var location: String?
    /// The cursor after which a list goes on.
    public var next: String?
    /// What names exactly this document (RFC 9110, section 8.8.3).
    public var tag: String?
    /// When it is worth asking again.
    public var retryAfterSeconds: Int?

    public init(_ content: Content, status: Int = 200) {
        self.content = content
        self.status = status
    }

    /// `null` where there is none.
    public var document: JSON {
        switch content {
        case .document(let document): document
        case .text(let text, _): .string(text)
        case .nothing: .null
        }
    }

    // MARK: Kinds

    static func document(_ document: JSON, status: Int = 200) -> APIAnswer {
        APIAnswer(.document(document), status: status)
    }

    /// What was made, and where it is from now on.
    static func created(_ document: JSON, at location: String) -> APIAnswer {
        var answer = APIAnswer.document(document, status: 201)
        answer.location = location
        return answer
    }

    /// A request that was begun.
    static func began(_ view: RequestView) -> APIAnswer { created(view.json, at: "/requests/\(view.id)") }

    /// What is worked off from now on, and where to ask after it.
    static func accepted(_ document: JSON, at location: String) -> APIAnswer {
        var answer = APIAnswer.document(document, status: 202)
        answer.location = location
        answer.retryAfterSeconds = 1
        return answer
    }

    /// What will be done, or not: the same answer whatever was sent.
    static var accepted: APIAnswer { APIAnswer(.nothing, status: 202) }

    static var done: APIAnswer { APIAnswer(.nothing, status: 204) }

    /// `{"items","next"}`.
    static func list<Element: Sendable>(_ page: Page<Element>, _ json: (Element) -> JSON) -> APIAnswer {
        list(page.items.map(json), next: page.next)
    }

    static func list(_ items: [JSON], next: String? = nil) -> APIAnswer {
        list(.page(items, next: next), next: next)
    }

    /// A list whose document says more than its items.
    static func list(_ document: JSON, next: String?) -> APIAnswer {
        var answer = APIAnswer.document(document)
        answer.next = next
        return answer
    }

    /// A document that is edited, with its tag.
    ///
    /// - Parameter core: what the tag is of, where the document also holds what is not edited.
    static func tagged(_ document: JSON, core: JSON? = nil) throws -> APIAnswer {
        var answer = APIAnswer.document(document)
        answer.tag = try tag(of: core ?? document)
        return answer
    }

    static func tag(of document: JSON) throws -> String {
        "\"\(try SHA256.digest(of: document.bytes(pretty: false)).hex.prefix(32))\""
    }
}

/// A code or a secret that was refused, with all that the verification says.
public struct CodeRefusal: Error {
    public let verdict: JSON
    public let fault: Fault

    init(_ verdict: CodeVerification, _ fault: Fault) {
        self.verdict = verdict.json
        self.fault = fault
    }
}

/// What the caller bound the call to has changed since they saw it.
public struct StaleSight: Error {
    public let sentence: Sentence = "It changed after you saw it. Look at it again, then decide."
}
