import Basics
import JOSE

/// Public keys with which a client, be it a program or an application, proves itself (RFC 7523).
enum ClientKeys {
    /// The set with nothing but what is used of it; nil where there is none, or it is refused.
    static func judged(_ keys: JSON?, _ faults: inout [Fault.Field]) -> JSON? {
        guard let keys else { return nil }
        do throws(JWKError) { return try JWKSet(keys).json } catch {
            faults.append(.init("keys", "invalid_keys", "This is no set of public keys (RFC 7517): \(error.reason)."))
            return nil
        }
    }
}

extension JWKError {
    /// As the end of a sentence.
    var reason: Sentence {
        switch self {
        case .notAKey: "there is no key in it"
        case .malformed(let member): "the member \(member) is not as it should be"
        case .unsupported(let what): "\(what) is not accepted here"
        case .secret(let member): "the member \(member) is secret, and belongs to its owner alone"
        case .notOnCurve: "a point is not on its curve"
        case .weak: "a key is too short"
        case .contradictory(let member): "the member \(member) contradicts the others"
        case .number(let count): count == 0 ? "there is no key in it" : "there are too many keys in it"
        }
    }
}
