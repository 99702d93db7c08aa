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
