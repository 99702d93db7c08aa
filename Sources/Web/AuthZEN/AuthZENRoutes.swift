import Basics
import Directory
import HTTPTypes
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
    private let written: WrittenAnswers

    init(onboarding: Onboarding) {
        self.onboarding = onboarding
        written = WrittenAnswers(
            base: onboarding.issuer, maxAgeSeconds: onboarding.catalogue.mfaMaxAgeSeconds)
    }

    func add(to router: Router<WebContext>) {
        for (path, questions) in Self.decisions {
            answer(path, of: router) { access, reader in
                let asked = try questions(reader)
                return written.document(
                    of: try await onboarding.evaluations(asked.all, asked.order, by: access.actor, at: access.mark),
                    to: asked)
            }
        }
        answer(AuthZENPaths.subjects, of: router) { ByteBuffer(try await subjects($0, $1)) }
        answer(AuthZENPaths.resources, of: router) { ByteBuffer(try await resources($0, $1)) }
        answer(AuthZENPaths.actions, of: router) { ByteBuffer(try await actions($0, $1)) }
    }

    var prompt: [PromptRoute] {
        Self.decisions.map { path, questions in
            PromptRoute(
                path: path, manner: .authZEN, greatestBytes: QuestionReader.greatestBytes, headers: Self.headers
            ) { call, mark in
                guard let access = call.access else { return nil }
                try Self.operation.requireScope(of: access)
                let asked = try questions(try QuestionReader(call.body, of: call.contentType))
                return onboarding.rememberedEvaluations(asked.all, asked.order, by: access.actor, at: mark).map {
                    written.document(of: $0, to: asked)
                }
            }
        }
    }

    private static let decisions: [(path: String, questions: @Sendable (QuestionReader) throws -> AskedQuestions)] = [
        (AuthZENPaths.evaluation, { try $0.one() }), (AuthZENPaths.evaluations, { try $0.many() }),
    ]

    /// Who, and only then what was sent.
    private func answer(
        _ path: String, of router: Router<WebContext>,
        _ run: @escaping @Sendable (AccessToken, QuestionReader) async throws -> ByteBuffer
    ) {
        router.post(RouterPath(path)) { request, context in
            guard let access = context.access else {
                throw Fault(
                    .unauthenticated, "Ask with an access token: Authorization: Bearer, or DPoP with its proof.")
            }
            try Self.operation.requireScope(of: access)
            let document = try await run(access, try await QuestionReader(request))
            return Response(status: .ok, headers: Self.headers, body: .init(byteBuffer: document))
        }
    }

    /// Whoever may ask here is whoever may ask there.
    private static let operation = APIOperation.decideAction
    private static let headers: HTTPFields = [.contentType: "application/json"]

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
