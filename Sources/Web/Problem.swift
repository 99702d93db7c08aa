import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Faults as HTTP: the one table from codes to statuses, and the body of API errors (RFC 9457).
extension Fault.Code {
    var status: HTTPResponse.Status {
        switch self {
        case .invalid: .unprocessableContent
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .expired: .gone
        case .tooMany: .tooManyRequests
        case .unavailable: .serviceUnavailable
        }
    }
}

struct Problem: ResponseGenerator {
    let fault: Fault
    /// So that the caller and the log speak of the same request.
    let request: String

    /// `type` is a name, not a link: nothing is fetched to understand an error.
    private var json: JSON {
        [
            "type": .string("urn:usher:problem:\(fault.code.rawValue)"),
            "title": .string(fault.code.status.reasonPhrase), "status": .integer(Int64(fault.code.status.code)),
            "detail": .string(fault.message), "code": .string(fault.code.rawValue), "request": .string(request),
            "faults": .array(
                fault.faults.map {
                    ["field": .string($0.field), "code": .string($0.code), "message": .string($0.message)]
                }),
        ]
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if fault.code == .unauthenticated { headers[.wwwAuthenticate] = "Bearer" }
        return Response(
            status: fault.code.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: try json.data())))
    }
}
