public import Basics

/// What the token endpoint of a server answered.
public enum TokenReply: Sendable {
    case granted(JSON)
    /// By its code of RFC 6749, with what is said of it.
    case refused(code: String, description: String)
}

/// A served Usher, as an application that signs people in sees it.
extension RemoteServer {
    /// Sends a form to an endpoint for applications.
    ///
    /// - Parameter path: below the server's address.
    /// - Throws: `Fault.Code.unavailable` if the server cannot be reached, or is none of ours.
    public func post(_ path: String, _ form: [(String, String)]) async throws -> TokenReply {
        let body = form.map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
        let answer = try await perform(
            method: "POST", path: path,
            [("User-Agent", client), ("Content-Type", "application/x-www-form-urlencoded")], Array(body.utf8))
        if answer.status == 200, answer.body.isEmpty { return .granted([:]) }
        guard let document = Self.document(answer) else { throw stranger(answer) }
        if (200..<300).contains(answer.status) { return .granted(document) }
        guard let code = document["error"].text else { throw stranger(answer) }
        return .refused(code: code, description: document["error_description"].text ?? "")
    }

    /// Whom an access token is about (OpenID Connect Core, section 5.3).
    public func userInfo(_ token: String) async throws -> JSON {
        let answer = try await perform(
            method: "GET", path: "/openid/userinfo",
            [("User-Agent", client), ("Authorization", "Bearer \(token)")], nil)
        guard answer.status == 200, let document = Self.document(answer) else { throw stranger(answer) }
        return document
    }
}
