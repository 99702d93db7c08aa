import Basics
import HTTPTypes

extension HTTPFields {
    /// What the body is said to be, without parameters; case tells nothing (RFC 9110, section 8.3.1).
    var mediaType: String? { self[.contentType]?.mediaType }

    var isForm: Bool { mediaType == .form }
}

extension String {
    static let form = "application/x-www-form-urlencoded"

    /// Of a header `Content-Type`.
    var mediaType: String {
        // Nearly always it is written as it is told here.
        let isPlain = utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "/")
                || byte == UInt8(ascii: "-")
        }
        return isPlain ? self : prefix { $0 != ";" }.withoutOptionalWhitespace.lowercased()
    }
}
