import Basics
import Foundation

/// Where a receiver is: an address of HTTPS, or of HTTP where receivers may stand inside our own network.
struct WebhookAddress: Hashable, Sendable {
    enum Refusal: Error, Equatable {
        case malformed, tooLong, unencrypted, user, port, fragment
    }

    static let greatestBytes = 500

    let text: String
    /// Without the brackets of an address of IPv6.
    let host: String

    init(_ text: String, allowsPlain: Bool) throws(Refusal) {
        guard text.utf8.count <= Self.greatestBytes else { throw .tooLong }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { "\\\"<>^`{|}".contains($0) }), let parts = URLComponents(string: text)
        else { throw .malformed }
        switch parts.scheme {
        case "https": break
        case "http" where allowsPlain: break
        case "http": throw .unencrypted
        default: throw .malformed
        }
        guard parts.user == nil, parts.password == nil else { throw .user }
        guard !text.contains("#") else { throw .fragment }
        let host = (parts.host ?? "").trimmingPrefix("[").replacing("]", with: "")
        guard !host.isEmpty else { throw .malformed }
        guard parts.port.map({ (1...65_535).contains($0) }) ?? true else { throw .port }
        self.text = text
        self.host = String(host)
    }
}

extension WebhookAddress.Refusal {
    var sentence: Sentence {
        switch self {
        case .malformed: "This is no address such as https://console.example.com/hooks."
        case .tooLong: "An address has at most 500 bytes."
        case .port: "A port is a number from 1 to 65535."
        case .unencrypted: "Write https: what changes is told to nobody in clear."
        case .user: "An address names no user and no password: a receiver knows us by our signature."
        case .fragment: "An address that is called has no fragment: leave out the # and what follows."
        }
    }
}
