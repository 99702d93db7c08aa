import Hummingbird
import NIOCore

/// A body that is longer than its reader takes.
struct TooLarge: HTTPResponseError {
    let limit: Int

    var status: HTTPResponse.Status { .contentTooLarge }

    /// As people write it: `64 KiB`, `16 MiB`.
    var told: String { limit % 1_048_576 == 0 ? "\(limit / 1_048_576) MiB" : "\(limit / 1_024) KiB" }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        Response(status: status)
    }
}

extension Request {
    /// The whole body.
    ///
    /// - Throws: `TooLarge`, which says what would be taken.
    func collected(upTo limit: Int) async throws -> ByteBuffer {
        do { return try await body.collect(upTo: limit) } catch let error as any HTTPResponseError
            where error.status == .contentTooLarge
        { throw TooLarge(limit: limit) }
    }
}
