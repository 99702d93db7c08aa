import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// The body of a call, as far as its operation takes one.
enum APIBody {
    /// Objects are names, reasons and a list of clouds; what is longer is none of ours.
    static let greatestBytes = 65_536
    /// A list of every cloud of a large organization has fewer.
    static let limits = JSON.Limits(values: 2_000)

    /// - Throws: HTTP 413, 415, or 400 for what is no JSON object at all.
    static func read(_ request: Request, for operation: APIOperation) async throws -> APICall.Body {
        switch operation.content {
        case .members: return .members(try await members(of: request))
        case .table:
            try require(APIOperation.tableTypes, of: request)
            let bytes = try await request.collected(upTo: APIOperation.greatestTable)
            return .table(Array(bytes.readableBytesView))
        case .nothing:
            guard ![.get, .head, .delete].contains(request.method) else { return .nothing }
            let bytes = try await request.collected(upTo: greatestBytes)
            guard bytes.readableBytes > 0 else { return .nothing }
            try require(["application/json"], of: request)
            return .members(try members(in: bytes))
        }
    }

    private static func members(of request: Request) async throws -> JSON.Members {
        try require(["application/json"], of: request)
        return try members(in: try await request.collected(upTo: greatestBytes))
    }

    private static func members(in bytes: ByteBuffer) throws -> JSON.Members {
        do throws(JSON.Malformed) {
            let document = try JSON(reading: bytes.readableBytesView, limits: limits)
            if case .object(let members) = document { return members }
        } catch {
            throw HTTPError(.badRequest, message: "The body is not a JSON object: \(error.words).")
        }
        throw HTTPError(.badRequest, message: "The body is not a JSON object.")
    }

    /// - Throws: HTTP 415 for another media type; parameters of the type,
    ///   such as a character set, are passed over.
    private static func require(_ types: [String], of request: Request) throws {
        let given = request.headers[.contentType]?.split(separator: ";").first.map {
            $0.withoutOptionalWhitespace.lowercased()
        }
        guard let given, types.contains(given) else {
            let list = types.joined(separator: ", ")
            throw HTTPError(
                .unsupportedMediaType, headers: HTTPField.Name("Accept-Post").map { [$0: list] } ?? [:],
                message: "Send this as \(list).")
        }
    }
}
