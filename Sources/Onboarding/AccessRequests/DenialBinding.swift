import Basics
import Directory
import JOSE
import OpenSSL
import Records

/// What ties a request to the denial that it answers: our signature over what was asked, by whom, and until when.
///
/// Nothing is kept between the denial and the request; the profile's claims of a `binding_token`, in its hashed
/// form.
struct DenialBinding: Sendable {
    /// By which no token for another use passes as one of these, nor one of these as another.
    static let type = "authzen-denial+jwt"
    static let path = "/access/v1/requests"

    /// Random, and used up with the request.
    let evaluation: String
    let evaluatedAt: Timestamp
    let expiresAt: Timestamp
    /// The digest of subject, action and resource as they were sent.
    let hash: String
    /// In whose name was asked.
    let asker: String

    init(of question: DecisionQuestion, asker: Actor, _ usher: Onboarding, at now: Timestamp) throws {
        evaluation = "eval_\(usher.world.random(16).base64URL)"
        // Whole seconds, as a token and a text tell them.
        evaluatedAt = Timestamp(seconds: now.seconds)
        expiresAt = evaluatedAt.adding(seconds: AccessOffer.lifetimeSeconds)
        hash = try Self.hash(question.sent)
        self.asker = asker.principal.text
    }

    fileprivate init?(claims: JSON) {
        guard let evaluation = claims["jti"].text, let made = claims["iat"].number, let end = claims["exp"].number,
            let hash = claims["binding_hash"].text, let asker = claims["client_id"].text
        else { return nil }
        self.evaluation = evaluation
        evaluatedAt = Timestamp(seconds: made)
        expiresAt = Timestamp(seconds: end)
        self.hash = hash
        self.asker = asker
    }

    /// SHA-256 of the canonical form, without the actor, who may be told elsewhere; no context decides here.
    static func hash(_ sent: DecisionQuestion.Sent) throws -> String {
        var subject = sent.subject
        if case .object(var members) = subject, case .object(var properties)? = members["properties"] {
            properties["act"] = nil
            members["properties"] = .object(properties)
            subject = .object(members)
        }
        let bound: JSON = [
            "subject": subject, "resource": sent.resource, "action": sent.action, "context": [:],
        ]
        return try SHA256.digest(of: Array(bound.compact.utf8)).base64URL
    }

    func offer(
        _ denial: RequestableDenial, of question: DecisionQuestion, signedBy key: PrivateJWK, _ usher: Onboarding
    ) throws -> AccessOffer {
        let audience = usher.issuer + Self.path
        let claims: JSON = [
            "iss": .string(usher.issuer), "aud": .string(audience), "iat": .integer(evaluatedAt.seconds),
            "exp": .integer(expiresAt.seconds), "jti": .string(evaluation), "evaluation_id": .string(evaluation),
            "denial_expires_at": .string(expiresAt.iso8601), "binding_context_members": [],
            "binding_hash": .string(hash), "client_id": .string(asker),
        ]
        return AccessOffer(
            evaluation: evaluation, evaluatedAt: evaluatedAt, expiresAt: expiresAt,
            bindingToken: try key.sign(claims, header: ["typ": .string(Self.type)]),
            profile: denial.profile.code,
            form: AccessOffer.Form(
                subject: question.subject.id.contains("@") ? question.subject.id : nil,
                cloud: "\(denial.organization.slug)/\(denial.cloud.slug)", action: question.action))
    }
}

extension Onboarding {
    /// What one of our tokens binds; how old it is, is not looked at yet.
    ///
    /// - Throws: `AccessRequestRefusal` for whatever is none of ours, for this.
    func binding(_ token: String) async throws -> DenialBinding {
        let refusal = AccessRequestRefusal(
            .invalidDenialBinding, "The binding_token is none that came with a denial here, or it was altered.")
        let claims: JSON
        do {
            let signed = try CompactJWS(parsing: token)
            guard signed.type == DenialBinding.type, let key = try await verifier(of: signed) else { throw refusal }
            claims = try signed.claims(verifiedBy: key)
            guard claims["iss"].text == issuer, try claims.audience().contains(issuer + DenialBinding.path) else {
                throw refusal
            }
        } catch is JWSError { throw refusal }
        guard let binding = DenialBinding(claims: claims) else { throw refusal }
        return binding
    }
}
