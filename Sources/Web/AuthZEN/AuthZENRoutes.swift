import Basics
import Directory
import Hummingbird
import NIOCore
import Onboarding
import Operations
import Records

/// Decisions for programs by the OpenID Authorization API 1.0 (AuthZEN); `docs/authzen.md` is the guide.
///
/// Whoever asks has an access token. What may be asked with it is what may be asked of
/// Usher's own API with it, by the same rules.
struct AuthZENRoutes: RouteGroup {
    let onboarding: Onboarding

    func add(to router: Router<WebContext>) {
        answer(AuthZENPaths.evaluation, of: router) { access, reader in
            try await evaluation(try reader.evaluation(), by: access)
        }
        answer(AuthZENPaths.evaluations, of: router) { access, reader in
            guard let batch = try reader.batch() else {
                return try await evaluation(try reader.evaluation(), by: access)
            }
            return try await evaluations(batch, by: access)
        }
        answer(AuthZENPaths.subjects, of: router, subjects)
        answer(AuthZENPaths.resources, of: router, resources)
        answer(AuthZENPaths.actions, of: router, actions)
    }

    /// Who, and only then what was sent.
    private func answer(
        _ path: String, of router: Router<WebContext>,
        _ run: @escaping @Sendable (AccessToken, QuestionReader) async throws -> JSON
    ) {
        router.post(RouterPath(path)) { request, context in
            guard let access = context.access else {
                throw Fault(
                    .unauthenticated, "Ask with an access token: Authorization: Bearer, or DPoP with its proof.")
            }
            try APIOperation.decideAction.requireScope(of: access)
            let document = try await run(access, try await QuestionReader(request))
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(bytes: document.data(pretty: false))))
        }
    }

    // MARK: Decisions

    private func evaluation(_ question: DecisionQuestion, by access: AccessToken) async throws -> JSON {
        let answers = try await onboarding.evaluations([question], by: access.actor, at: access.mark)
        return answers.first.map(json) ?? .null
    }

    private func evaluations(_ batch: QuestionReader.Batch, by access: AccessToken) async throws -> JSON {
        let questions = batch.items.map { try? $0.get() }  // Why it is none is told below, in its place.
        let answers = try await onboarding.evaluations(questions, batch.order, by: access.actor, at: access.mark)
        let told = zip(answers, batch.items).map { answer, item in
            switch item {
            case .success: json(answer)
            case .failure(let refusal):
                EvaluationAnswer.denial(DecisionAnswer.Unknown.incomplete.rawValue, refusal.body ?? "")
            }
        }
        return ["evaluations": .array(told)]
    }

    private func json(_ evaluation: Evaluation) -> JSON {
        EvaluationAnswer(
            evaluation: evaluation, base: onboarding.issuer, maxAgeSeconds: onboarding.catalogue.mfaMaxAgeSeconds
        ).json
    }

    // MARK: Searches

    private func subjects(_ access: AccessToken, _ reader: QuestionReader) async throws -> JSON {
        try reader.judgeContext()
        let (type, action, resource) = (
            try reader.type(of: "subject"), try reader.action(), try reader.entity("resource")
        )
        return try await FoundPart(reader).document(Self.json) { page in
            try await onboarding.subjects(of: type, whoMay: action, resource, page, by: access.actor)
        }
    }

    private func resources(_ access: AccessToken, _ reader: QuestionReader) async throws -> JSON {
        try reader.judgeContext()
        let (subject, action, type) = (
            try reader.subject(), try reader.action(), try reader.type(of: "resource")
        )
        return try await FoundPart(reader).document(Self.json) { page in
            try await onboarding.resources(of: type, for: subject, whoMay: action, page, by: access.actor)
        }
    }

    private func actions(_ access: AccessToken, _ reader: QuestionReader) async throws -> JSON {
        try reader.judgeContext()
        let (subject, resource) = (try reader.subject(), try reader.entity("resource"))
        return try await FoundPart(reader).document({ ["name": .string($0)] }) { page in
            try await onboarding.actions(of: subject, with: resource, page, by: access.actor)
        }
    }

    private static func json(_ entity: DecisionQuestion.Entity) -> JSON {
        ["type": .string(entity.type), "id": .string(entity.id)]
    }
}
