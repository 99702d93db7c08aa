import Basics
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding

extension Fault {
    /// What was thrown, as far as the outside may know it.
    init(seenByWeb error: any Error) {
        switch error {
        case let fault as Fault: self = fault
        case let error as HTTPError:
            switch error.status {
            case .notFound: self.init(.notFound, "There is no such page.")
            case .methodNotAllowed: self.init(.notFound, "There is no such page for this method.")
            case .uriTooLong: self.init(.invalid, "The address is too long.")
            case .contentTooLarge: self.init(.invalid, "This is too large.")
            case .unsupportedMediaType: self.init(.invalid, "This media type is not understood here.")
            default: self.init(.invalid, "The request cannot be understood.")
            }
        default: self.init(.unavailable, "Something went wrong on our side. Try again in a moment.")
        }
    }
}

extension Language {
    /// The first of ours that a browser prefers (RFC 9110, section 12.5.4), English if none.
    init(acceptLanguage header: String) {
        // Nobody reads more languages; a list without end is none.
        let wishes = header.prefix(500).split(separator: ",").enumerated().compactMap {
            order, wish -> (Double, Int, Language)? in
            let parts = wish.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let tag = parts.first, let language = Language(rawValue: String(tag.prefix(2)).lowercased()) else {
                return nil
            }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return (quality, -order, language)
        }
        self = wishes.filter { $0.0 > 0 }.max { ($0.0, $0.1) < ($1.0, $1.1) }?.2 ?? .english
    }
}
