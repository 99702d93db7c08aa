import HTTPTypes
import NIOCore
import Onboarding
import Records

/// A route to which programs post, and that memory alone can often answer, without waiting for anything.
struct PromptRoute: Sendable {
    let path: String
    let manner: Manner
    /// A longer body is left to the route of the router, too, which says what it takes.
    let greatestBytes: Int
    /// Beside those of every answer.
    let headers: HTTPFields
    /// What is answered with 200.
    ///
    /// Nil, or an error, leaves it to the route of the router, which finds out anew: nothing may have been changed.
    /// The mark is of the store, taken after all of the call had come.
    let answer: @Sendable (PromptCall, StoreMark) throws -> ByteBuffer?
}

/// A request as far as `PromptRoute`s go by it.
struct PromptCall {
    let route: PromptRoute
    let head: HTTPRequest
    var authorization: String?
    var contentType: String?
    /// As the caller names the request.
    var requestID: String?
    var body = ByteBuffer()
    /// What came in `authorization`.
    var caller: PromptCaller?
    /// What the token opens that came with it, where that is known.
    var access: AccessToken?
}

/// Who may be behind a header `Authorization`.
enum PromptCaller {
    /// A bearer.
    case token(TokenDigest)
    /// Who proves itself by a secret.
    case client(ClientDigest)
}
