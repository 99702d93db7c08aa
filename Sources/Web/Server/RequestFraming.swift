import HTTPTypes
import Hummingbird

/// Where a request begins and ends, and for which host it is: what two
/// servers could read differently is refused.
///
/// The words of a refusal are those of the standard's statuses; the connection ends with the
/// answer, for nobody knows what the next byte on it belongs to.
enum RequestFraming {
    /// `Host` as an ordinary field, as which no first one is kept.
    static let secondHost = HTTPField.Name("Host") ?? .via

    /// - Throws: HTTP 400, or 501 for a coding that we do not undo.
    static func judge(_ request: Request) throws {
        // The first `Host` is the authority; what is left among the fields
        // is a second one (RFC 9112, section 3.2).
        guard let authority = request.head.authority, !request.headers.contains(secondHost) else {
            throw refusal(.badRequest, "A request names its host once, in the header Host.")
        }
        guard isHost(authority) else { throw refusal(.badRequest, "The header Host is no name of a host.") }
        let codings = request.headers[values: .transferEncoding]
        guard !codings.isEmpty else { return }
        guard request.headers[values: .contentLength].isEmpty else {
            throw refusal(.badRequest, "A request has Content-Length or Transfer-Encoding, not both.")
        }
        let names = codings.joined(separator: ",").split(separator: ",").map { coding in
            coding.lowercased().filter { $0 != " " && $0 != "\t" }
        }
        // RFC 9112, sections 6.1 and 6.3: without `chunked` at
        // the end nobody knows where the body ends.
        guard names.last == "chunked" else {
            throw refusal(.badRequest, "The last of Transfer-Encoding must be chunked.")
        }
        guard names.count == 1 else {
            throw refusal(.notImplemented, "Of Transfer-Encoding only chunked is understood here.")
        }
    }

    /// A name or an address, and perhaps a port; never a path, a user or blanks.
    static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 260
            && text.utf8.allSatisfy { byte in
                PercentEscape.isUnreserved(byte) || ":[]".utf8.contains(byte)
            }
    }

    private static func refusal(_ status: HTTPResponse.Status, _ message: String) -> HTTPError {
        HTTPError(status, headers: [.connection: "close"], message: message)
    }
}
