import Basics
import Foundation

/// An address that people are led to, compared to the letter (RFC 9700, section 4.1.3).
struct RedirectAddress: Hashable, Sendable {
    enum Refusal: Error, Equatable {
        case malformed, fragment, wildcard, unencrypted, scheme, user
    }

    static let greatestBytes = 500

    let text: String
    /// Without its port, where it is one of this machine: a native application takes any that is free
    /// (RFC 8252, section 7.3).
    private let portless: String?

    /// - Parameter ofNative: whether it may be a scheme of an application's own, or have any port.
    init(_ text: String, ofNative isNative: Bool) throws(Refusal) {
        guard text.utf8.count <= Self.greatestBytes, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed
        }
        guard !text.contains("#") else { throw .fragment }
        guard !text.contains("*") else { throw .wildcard }
        guard !text.contains(where: { "\\\"<>^`{|}".contains($0) }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), parts.scheme == scheme
        else { throw .malformed }
        guard parts.user == nil, parts.password == nil else { throw .user }
        self.text = text
        let host = parts.host ?? ""
        switch scheme {
        case "https":
            guard !host.isEmpty else { throw .malformed }
            portless = nil
        case "http":
            guard Self.loopback.contains(host) else { throw .unencrypted }
            portless = isNative ? Self.withoutPort(parts) : nil
        default:
            // A domain of its owner, backwards, so that no two applications claim one (RFC 8252, section 7.1).
            guard isNative, scheme.contains(".") else { throw .scheme }
            portless = nil
        }
    }

    private static let loopback = ["127.0.0.1", "[::1]", "::1", "localhost"]

    private static func withoutPort(_ parts: URLComponents) -> String? {
        var parts = parts
        parts.port = nil
        return parts.string
    }

    /// Whether somebody may be led to `asked`, which came from outside.
    func allows(_ asked: String) -> Bool {
        if asked == text { return true }
        guard let portless, let other = try? RedirectAddress(asked, ofNative: true) else { return false }  // It is not.
        return other.portless == portless
    }

    static func isAbsolute(_ text: String) -> Bool {
        guard text.utf8.count <= greatestBytes, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let parts = URLComponents(string: text)
        else { return false }
        return parts.scheme != nil && parts.fragment == nil && !text.contains("#")
    }
}

extension RedirectAddress.Refusal {
    var sentence: Sentence {
        switch self {
        case .malformed: "This is no address such as https://console.example.com/callback."
        case .fragment: "An address that people are led to has no fragment: leave out the # and what follows."
        case .wildcard: "Addresses are compared to the letter: there is no * in one."
        case .unencrypted: "Write https; http is for this machine only, as http://127.0.0.1/callback."
        case .scheme: "Write https, or for a native application a scheme with a dot, as com.example.app:/callback."
        case .user: "An address that people are led to names no user."
        }
    }
}
