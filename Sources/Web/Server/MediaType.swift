import Basics
import HTTPTypes

extension HTTPFields {
    /// What the body is said to be, without parameters; case tells nothing (RFC 9110, section 8.3.1).
    var mediaType: String? { self[.contentType]?.prefix { $0 != ";" }.withoutOptionalWhitespace.lowercased() }

    var isForm: Bool { mediaType == "application/x-www-form-urlencoded" }
}
