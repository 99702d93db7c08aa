import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import Records
import Translation

/// `/requests/{id}/decide`: all that is needed to decide, and the answer, whatever the workflow.
///
/// What may be answered is what the workflow offers to the reader;
/// nothing here knows one workflow from another.
struct DecisionRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("requests/{id}/decide", use: show)
        router.post("requests/{id}/decide", use: answer)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let actor = try context.actor()
        let id = try context.requestInPath()
        let deliberation = try await onboarding.deliberation(id, by: actor)
        // Whoever has nothing to answer is shown how it stands, and whom it waits for.
        guard deliberation.refusal == nil else { return .redirect(to: "/requests/\(id)") }
        return try await page(deliberation, nil, context).response(from: request, context: context)
    }

    @Sendable
    private func answer(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let actor = try context.actor()
        let id = try context.requestInPath()
        let typed = TypedAnswer(form)
        do {
            _ = try await onboarding.answer(id, typed.answer, by: actor)
            return .redirect(to: "/inbox?done=\(id)")
        } catch let refused as Fault where [.invalid, .conflict].contains(refused.code) {
            let deliberation = try await onboarding.deliberation(id, by: actor)
            return try await page(deliberation, (refused, typed), context).response(from: request, context: context)
        }
    }

    /// - Parameter refused: why the answer was refused, and what was typed, which is shown again.
    private func page(
        _ deliberation: Deliberation, _ refused: (fault: Fault, typed: TypedAnswer)?, _ context: WebContext
    ) async throws -> Page {
        let visitor = try context.signedIn()
        let sheet = try await onboarding.requestSheet(try context.requestInPath(), by: try visitor.actor())
        let reader = DecisionReader(
            deliberation, RequestReader(pages: pages, language: context.language).entries(sheet),
            reader: PageReader(pages, context.language, deliberation.timeZone), typed: refused?.typed,
            isFresh: visitor.isFresh(at: onboarding.world.now()))
        let page = try reader.page(
            hindrance: deliberation.hindrance.map { pages.translations.words($0.sentence, in: context.language) },
            hasFactor: visitor.session.stage == .full,
            ProfileGuide(onboarding.catalogue, pages.names, context.language))
        return try pages.page(page, context, refused: refused?.fault)
    }
}

/// What a form of the page says.
struct TypedAnswer {
    let answer: Answer

    init(_ form: FormData) {
        var verdicts: [String: Answer.Verdict] = [:]
        var seen: [String: String] = [:]
        for name in form.names {
            if name.hasPrefix("seen.") { seen[String(name.dropFirst(5))] = form[name] }
            if name.hasPrefix("verdict.") { verdicts[String(name.dropFirst(8))] = Self.verdict(form[name]) }
        }
        answer = Answer(choice: form["choice"], verdicts: verdicts, comment: form.lines("comment"), seen: seen)
    }

    /// Nil for what is left for later.
    private static func verdict(_ text: String) -> Answer.Verdict? {
        switch text {
        case "approve": .approve
        case "reject": .reject
        default: text.hasPrefix("lower.") ? .lower(to: String(text.dropFirst(6))) : nil
        }
    }
}

extension WebContext {
    /// The request that the path names; what is no id names none.
    func requestInPath() throws -> Basics.RequestID {
        let text = parameters.get("id") ?? ""
        guard let id = Basics.RequestID(text) else { throw Authority.missing("request", text) }
        return id
    }
}

extension Visitor {
    /// Whether what needs a fresh code needs no other now.
    func isFresh(at now: Timestamp) -> Bool {
        session.verifiedAt.map { $0.adding(seconds: Authority.freshMFASeconds) >= now } ?? false
    }
}
