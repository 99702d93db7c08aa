import Basics
import Directory
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding

/// A decision as the standard writes it: `decision`, and in `context` why, and what would change it
/// (AuthZEN Authorization API 1.0, section 5.5).
///
/// To step up is no permit: it is a denial that says by which proof, and how fresh a one, it would be none
/// (`acr_values` and `max_age`, as RFC 9470 names them).
struct EvaluationAnswer {
    let answer: DecisionAnswer
    /// How old a proof may be, in seconds.
    let maxAgeSeconds: Int64

    var json: JSON {
        switch answer {
        case .unknown(let unknown): Self.denial(unknown.rawValue, unknown.sentence.english)
        case .decided(let decision): ["decision": .bool(answer.isPermit), "context": context(of: decision)]
        }
    }

    /// A question that is none: denied, with what is wrong with it.
    static func denial(_ reason: String, _ message: String) -> JSON {
        ["decision": false, "context": ["reason": .string(reason), "message": .string(message)]]
    }

    private func context(of decision: Decision) -> JSON {
        var context: [String: JSON] = [
            "reason": .string(decision.reason.rawValue), "message": .string(decision.reason.sentence.english),
            "profile": JSON(decision.profile), "requires": .string(decision.requires),
            "matrixVersion": .integer(Int64(decision.matrixVersion)),
        ]
        if decision.verdict == .stepUp {
            context["acr_values"] = .string(AuthenticationClass.multiFactor.rawValue)
            context["max_age"] = .integer(maxAgeSeconds)
        }
        return .object(context)
    }
}

extension Manner {
    /// Refusals are a status and a sentence (AuthZEN Authorization API 1.0, section 10.1.2).
    static let authZEN = Manner(roots: [AuthZENPaths.root], callers: .tokens, echoesRequestID: true) { refusal, _, _ in
        var headers = refusal.headers
        headers[.contentType] = "text/plain; charset=utf-8"
        // Whatever is wrong with what was sent is one status here.
        let isAboutBody = [.unprocessableContent, .unsupportedMediaType].contains(refusal.status)
        return Response(
            status: isAboutBody ? .badRequest : refusal.status, headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: refusal.fault.message + "\n")))
    }
}
