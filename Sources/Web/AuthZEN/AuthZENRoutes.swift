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
        answer(AuthZENPaths.subjects, of: router) { try await subjects($0, $1).bytes(pretty: false) }
        answer(AuthZENPaths.resources, of: router) { try await resources($0, $1).bytes(pretty: false) }
        answer(AuthZENPaths.actions, of: router) { try await actions($0, $1).bytes(pretty: false) }
    }

    /// Who, and only then what was sent.
    private func answer(
        _ path: String, of router: Router<WebContext>,
        _ run: @escaping @Sendable (AccessToken, QuestionReader) async throws -> [UInt8]
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
                body: .init(byteBuffer: ByteBuffer(bytes: document)))
        }
    }

    // MARK: Decisions

    private func evaluation(_ question: DecisionQuestion, by access: AccessToken) async throws -> [UInt8] {
        let answers = try await onboarding.evaluations([question], by: access.actor, at: access.mark)
        return (answers.first.map(json) ?? .null).bytes(pretty: false)
    }

    private func evaluations(_ batch: QuestionReader.Batch, by access: AccessToken) async throws -> [UInt8] {
        let questions = batch.items.map { try? $0.get() }  // Why it is none is told below, in its place.
        let answers = try await onboarding.evaluations(questions, batch.order, by: access.actor, at: access.mark)
        var written = WrittenEvaluations()
        let json = json
        for (answer, item) in zip(answers, batch.items) {
            switch item {
            case .success: written.add(answer, json)
            case .failure(let refusal):
                written.add(EvaluationAnswer.denial(DecisionAnswer.Unknown.incomplete.rawValue, refusal.body ?? ""))
            }
        }
        return written.document
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

/// The answers of a batch, written one behind the other.
///
/// Most questions of a batch have the same few answers, each of which is written once and then copied.
private struct WrittenEvaluations {
    private static let greatestKnown = 8

    private var bytes = Array(#"{"evaluations":["#.utf8)
    private var isEmpty = true
    private var known: [(answer: DecisionAnswer, bytes: [UInt8])] = []

    var document: [UInt8] { bytes + "]}".utf8 }

    mutating func add(_ document: JSON) { add(document.bytes(pretty: false)) }

    mutating func add(_ evaluation: Evaluation, _ json: (Evaluation) -> JSON) {
        // What is said of how to ask for access is about this question alone.
        guard evaluation.offer == nil, evaluation.approval == nil else { return add(json(evaluation)) }
        if let same = known.first(where: { $0.answer == evaluation.answer }) { return add(same.bytes) }
        let document = json(evaluation).bytes(pretty: false)
        if known.count < Self.greatestKnown { known.append((evaluation.answer, document)) }
        add(document)
    }

    private mutating func add(_ document: [UInt8]) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        bytes += document
    }
}
