import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding

/// An error of the API, as it is sent (RFC 9457).
struct Problem: ResponseGenerator {
    let refusal: WebRefusal
    /// So that the caller and the log speak of the same request.
    let request: String

    /// `type` is a name, not a link: nothing is fetched to understand an error.
    private var json: JSON {
        let fault = refusal.fault
        var members: JSON.Members = [
            "type": .string("urn:usher:problem:\(refusal.code)"), "title": .string(refusal.status.reasonPhrase),
            "status": .integer(Int64(refusal.status.code)), "detail": .string(fault.message),
            "code": .string(refusal.code), "request": .string(request), "faults": .array(fault.faults.map(\.json)),
        ]
        if case .object(let more) = refusal.verdict { members.merge(more) { first, _ in first } }
        return .object(members)
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers = refusal.headers
        headers[.contentType] = "application/problem+json"
        return Response(
            status: refusal.status, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes(pretty: false))))
    }
}

extension Manner {
    static let api = Manner(roots: ["/api"], callers: .sessionsAndTokens) { refusal, request, context in
        try Problem(refusal: refusal, request: context.requestID).response(from: request, context: context)
    }
}
