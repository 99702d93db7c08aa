import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding

/// Answers of the endpoints for programs, in the manner of RFC 6749, section 5.
enum OAuthAnswer {
    /// What every answer has is `no-store`; older clients look for the second one, too.
    static let headers: HTTPFields = [.contentType: "application/json", .pragma: "no-cache"]

    static func document(_ json: JSON, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(json)))
    }

    static func refusal(_ refusal: TokenRefusal, nonce: String? = nil) -> Response {
        var response = document(
            [
                "error": .string(refusal.code.rawValue), "error_description": .string(refusal.description),
            ], status: refusal.code.status)
        // However it came: there is no 401 without a challenge (RFC 9110, section 15.5.2).
        if refusal.code == .invalidClient { response.headers[.wwwAuthenticate] = "Basic realm=\"Usher\"" }
        if refusal.code == .useNonce, let name = HTTPField.Name.proofNonce { response.headers[name] = nonce }
        return response
    }

    /// The same where a token opens something (RFC 6750, section 3; RFC 9449, section 7.1).
    static func challenge(_ refusal: TokenRefusal, isBound: Bool) -> Response {
        let scheme = isBound ? "DPoP algs=\"\(OpenIDMetadata.proofAlgorithms.joined(separator: " "))\"," : "Bearer"
        var response = Self.refusal(refusal)
        // Whatever is wrong with the token or its proof, a good one is what opens this.
        if ![.insufficientScope, .invalidRequest].contains(refusal.code) { response.status = .unauthorized }
        response.headers[.wwwAuthenticate] =
            "\(scheme) error=\"\(refusal.code.rawValue)\", error_description=\"\(refusal.description)\""
        return response
    }
}

extension TokenRefusal.Code {
    fileprivate var status: HTTPResponse.Status {
        switch self {
        case .invalidClient, .invalidToken: .unauthorized
        case .insufficientScope: .forbidden
        default: .badRequest
        }
    }
}

extension HTTPField.Name {
    static let pragma = HTTPField.Name("Pragma") ?? .via
    static let proof = HTTPField.Name("DPoP")
    static let proofNonce = HTTPField.Name("DPoP-Nonce")
}

extension Manner {
    /// What is refused before an endpoint has read it, or fails on our side.
    static let openID = Manner(roots: OpenIDPaths.forPrograms) { refusal, request, context in
        let code =
            switch refusal.status {
            case .unauthorized: "invalid_client"
            case .serviceUnavailable, .tooManyRequests: "temporarily_unavailable"
            default: "invalid_request"
            }
        var response = OAuthAnswer.document(
            ["error": .string(code), "error_description": .string(refusal.fault.message)], status: refusal.status)
        response.headers.append(contentsOf: refusal.headers)
        return response
    }
}

/// Where the endpoints are, below the address of the service.
enum OpenIDPaths {
    static let authorize = "/openid/authorize"
    static let token = "/openid/token"
    static let userInfo = "/openid/userinfo"
    static let introspect = "/openid/introspect"
    static let revoke = "/openid/revoke"
    static let push = "/openid/push"
    static let device = "/openid/device"
    static let keys = "/openid/keys"
    static let logout = "/openid/logout"
    static let wellKnown = "/.well-known"

    /// Pages are what is left.
    static let forPrograms = [token, userInfo, introspect, revoke, push, device, keys, wellKnown]
}
