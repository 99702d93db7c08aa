import Basics
import HTTPTypes
import Hummingbird
import NIOHTTP1
import Onboarding
import Operations
import Records
import Translation

/// What was thrown, as far as the outside may know it, with the status and the headers of the answer.
struct WebRefusal {
    private(set) var fault: Fault
    let status: HTTPResponse.Status
    /// Stable and machine-readable, as in the problem documents of the API.
    let code: String
    var headers: HTTPFields = [:]
    /// Where a code was refused: what the verification says.
    var verdict: JSON?

    /// - Parameter scheme: by which a token came, if one did (RFC 6750; RFC 9449, section 7.1).
    init(_ error: any Error, scheme: String = "Bearer") {
        switch Self.readable(error) {
        case let refused as CodeRefusal:
            (verdict, fault) = (refused.verdict, refused.fault)
            (status, code) = (fault.code.status, fault.code.rawValue)
        case let refused as ScopeRefusal:
            fault = refused.fault
            (status, code) = (fault.code.status, "insufficientScope")
            // RFC 6750, section 3.1.
            let scope = refused.needed.map { ", scope=\"\($0.rawValue)\"" } ?? ""
            headers[.wwwAuthenticate] = "\(scheme) error=\"insufficient_scope\"\(scope)"
        case let refused as AccessRequestRefusal:
            fault = Fault(.conflict, refused.sentence)
            (status, code) = (refused.kind.status, refused.kind.rawValue)
        case let stale as StaleSight:
            fault = Fault(.conflict, stale.sentence)
            (status, code) = (.preconditionFailed, "changed")
        case let error as TooLarge:
            fault = Fault(.invalid, "This is too large: \(error.told) at most.")
            (status, code) = (error.status, "tooLarge")
        case let refused as FormRefusal:
            fault = refused.fault
            (status, code) = (fault.code.status, fault.code.rawValue)
        case let error as HTTPError:
            // Ours say what is wrong; those of the framework are told by their status alone.
            let told = Fault(seenByWeb: error)
            fault = error.body.map { Fault(told.code, Sentence($0)) } ?? told
            status = error.status
            headers = error.headers
            code = Self.words[error.status.code] ?? fault.code.rawValue
        default:
            fault = Fault(seenByWeb: error)
            status = fault.code.status
            code = fault.code.rawValue
        }
        // Outages pass: nobody need guess when to come again.
        if let seconds = fault.retryAfterSeconds ?? (status == .serviceUnavailable ? Self.outageSeconds : nil) {
            headers[.retryAfter] = "\(seconds)"
        }
    }

    private static func readable(_ error: any Error) -> any Error {
        switch error {
        // Bytes that are no HTTP are the client's fault, whichever layer of ours meets them (RFC 9112, section 6.3).
        case is HTTPParserError:
            HTTPError(.badRequest, headers: [.connection: "close"], message: "The request's body is broken off.")
        case is HTTPError, is TooLarge: error
        // What is not ours says no more than a status.
        case let foreign as any HTTPResponseError: HTTPError(foreign.status)
        default: error
        }
    }

    private static let outageSeconds: Int64 = 5

    mutating func say(in language: Language, _ translations: Translations) {
        fault = fault.said { translations.words($0, in: language) }
        headers[.contentLanguage] = language.rawValue
    }

    /// What HTTP refuses before any use case is asked.
    private static let words = [
        400: "malformed", 405: "methodNotAllowed", 413: "tooLarge", 414: "tooLarge",
        415: "unsupportedType",
        501: "unsupported",
    ]
}

/// Faults as HTTP: the one table from codes to statuses.
extension Fault.Code {
    var status: HTTPResponse.Status {
        switch self {
        case .invalid: .unprocessableContent
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .expired: .gone
        case .tooMany: .tooManyRequests
        case .unavailable: .serviceUnavailable
        }
    }
}
