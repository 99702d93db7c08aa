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
    let evaluation: Evaluation
    /// Of the service, before every path.
    let base: String
    /// How old a proof may be, in seconds.
    let maxAgeSeconds: Int64

    var json: JSON {
        switch evaluation.answer {
        case .unknown(let unknown): Self.denial(unknown.rawValue, unknown.sentence.english)
        case .decided(let decision):
            ["decision": .bool(evaluation.answer.isPermit), "context": context(of: decision)]
        }
    }

    /// A question that is none: denied, with what is wrong with it.
    static func denial(_ reason: String, _ message: String) -> JSON {
        ["decision": false, "context": ["reason": .string(reason), "message": .string(message)]]
    }

    private func context(of decision: Decision) -> JSON {
        var context: JSON.Members = [
            "reason": .string(decision.reason.rawValue), "message": .string(decision.reason.sentence.english),
            "profile": JSON(decision.profile), "requires": .string(decision.requires),
            "matrixVersion": .integer(Int64(decision.matrixVersion)),
        ]
        if decision.verdict == .stepUp {
            context["acr_values"] = .string(AuthenticationClass.multiFactor.rawValue)
            context["max_age"] = .integer(maxAgeSeconds)
        }
        if let offer = evaluation.offer { context.merge(told(offer)) { $1 } }
        if let approval = evaluation.approval { context.merge(told(approval)) { $1 } }
        return .object(context)
    }

    /// That it may be asked for, and what has to come back then (Access Request and Approval Profile, section
    /// "Requestable Denial Context").
    private func told(_ offer: AccessOffer) -> JSON.Members {
        [
            "evaluation_id": .string(offer.evaluation), "evaluated_at": .string(offer.evaluatedAt.iso8601),
            "access_request": [
                "template": .string(AccessOffer.template), "expires_at": .string(offer.expiresAt.iso8601),
                "binding_token": .string(offer.bindingToken), "form_url": .string(base + offer.form.path),
                "display": [
                    "title": "Ask for access",
                    "description":
                        "The profile \(offer.profile) would be enough. A representative confirms, then it is decided.",
                ],
            ],
        ]
    }

    /// What became of the approval that was presented, and what to do about it ("Completion Semantics").
    private func told(_ approval: ApprovalFinding) -> JSON.Members {
        switch approval {
        case .holds(let reference):
            return [
                "approval": [
                    "id": .string(reference.id), "approved_until": .string(reference.approvedUntil.iso8601),
                ]
            ]
        case .fails(let failure):
            var told: JSON.Members = ["reason": .string(failure.rawValue)]
            switch failure {
            case .expired, .outOfScope: told["next_action"] = evaluation.offer == nil ? "none" : "request"
            case .grantPending:
                told["next_action"] = "retry"
                told["retry_after"] = .integer(Self.retrySeconds)
            case .policyDenied, .unverifiable: told["next_action"] = "none"
            }
            return told
        }
    }

    private static let retrySeconds: Int64 = 30
}

extension AccessOffer.Form {
    /// The page that says why, and has the form ("Machine-Readable Forms").
    fileprivate var path: String {
        let fields = [("subject", subject), ("cloud", cloud), ("action", action)]
        let query = fields.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }
        return "\(AccessRoutes.why)?\(query.joined(separator: "&"))"
    }
}

extension Manner {
    /// Refusals are a status and a sentence (AuthZEN Authorization API 1.0, section 10.1.2).
    static let authZEN = Manner(roots: [AuthZENPaths.root], callers: .tokens, echoesRequestID: true) {
        refusal, _, context in
        // Asking for access has a form of its own for what it refuses.
        if context.endpointPath?.hasPrefix(AuthZENPaths.requests) == true { return AccessProblem.response(refusal) }
        var headers = refusal.headers
        headers[.contentType] = "text/plain; charset=utf-8"
        // Whatever is wrong with what was sent is one status here.
        let isAboutBody = [.unprocessableContent, .unsupportedMediaType].contains(refusal.status)
        return Response(
            status: isAboutBody ? .badRequest : refusal.status, headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: refusal.fault.message + "\n")))
    }
}
