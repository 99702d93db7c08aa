import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import OpenSSL
import Records
import Translation

/// `/inbox/bulk`: the requests of one file, approved together with one code, each judged by itself.
struct BulkRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("inbox/bulk", use: show)
        router.post("inbox/bulk", use: approve)
        router.get("inbox/bulk/{id}", use: showOutcome)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        guard let batch = context.target.value("batch").flatMap(BatchID.init) else {
            return .redirect(to: "/inbox")
        }
        let after = context.target.value("after")
        return try await page(batch, after: after, nil, context).response(from: request, context: context)
    }

    private func page(
        _ batch: BatchID, after: String?, _ fault: Fault?, _ context: WebContext
    ) async throws -> Page {
        let visitor = try context.signedIn()
        let found = try await onboarding.deliberations(
            of: batch, PageRequest(after: after, limit: Onboarding.greatestBulk), by: try visitor.actor())
        let page = BulkPage(
            batch: batch.text, lines: try found.items.map { try line($0, context.language) },
            isEmpty: found.items.isEmpty, needsCode: !visitor.isFresh(at: onboarding.world.now()), next: found.next,
            organization: found.items.first?.organization?.name.text,
            requester: found.items.first?.requester?.name.text,
            guide: ProfileGuide(onboarding.catalogue, pages.names, context.language))
        return try pages.page(page, context, refused: fault)
    }

    private func line(_ deliberation: Deliberation, _ language: Language) throws -> BulkPage.Line {
        let reader = PageReader(pages, language, deliberation.timeZone)
        let view = deliberation.request
        let items = deliberation.items.filter(\.isOpen).map { item in
            BulkPage.Item(
                cloud: item.cloud?.label ?? item.id, asked: item.asked?.title ?? "", held: item.held?.title,
                privileges: item.privileges.map(ShownPrivileges.init))
        }
        return BulkPage.Line(
            id: view.id, seal: try deliberation.seal, subject: view.subject(cloud: deliberation.cloud?.label),
            email: view.person?.email ?? "", reason: view.reason,
            until: view.until.flatMap(Timestamp.init(iso8601:)).map(reader.lastDay), isOverdue: view.overdue,
            items: items)
    }

    @Sendable
    private func approve(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let actor = try context.actor()
        guard let batch = BatchID(form["batch"]) else { throw Fault(.invalid, "The request cannot be understood.") }
        let picks = form.all("pick").compactMap { text -> (request: Basics.RequestID, seal: String)? in
            Basics.RequestID(text).map { ($0, form["seal.\(text)"]) }
        }
        do {
            let outcome = KeptOutcome(batch, try await onboarding.approve(picks, by: actor))
            // One name for one submission: what is sent once more leads to what became of the first.
            let name = try SHA256.digest(
                of: Array(
                    "\(batch)|\(picks.map { "\($0.request)=\($0.seal)" }.joined(separator: "|"))".utf8)
            ).prefix(16).hex
            let place = try place(name, context)
            let isKnown = try await onboarding.kept(.outcome, at: place) != nil
            if outcome.hasApproved || !isKnown {
                try await onboarding.keepOutcome(
                    Secret(Array(try JSONEncoder().encode(outcome))), at: place, by: try context.signedIn())
            }
            return .redirect(to: "/inbox/bulk/\(name)")
        } catch let refused as Fault where refused.code == .invalid {
            return try await page(batch, after: nil, refused, context).response(from: request, context: context)
        }
    }

    private func place(_ name: String, _ context: WebContext) throws -> KeepsakePlace {
        KeepsakePlace(browser: try context.browser(), name: "bulk|\(try context.signedIn().person.id)|\(name)")
    }

    /// One line for each request, in the order of the file; in the browser that approved, for a while.
    @Sendable
    private func showOutcome(_ request: Request, context: WebContext) async throws -> Response {
        let actor = try context.actor()
        guard context.visit != nil, let name = context.parameters.get("id"),
            let kept = try await onboarding.kept(.outcome, at: try place(name, context))
        else { return .redirect(to: "/inbox") }
        let outcome = try JSONDecoder().decode(KeptOutcome.self, from: Data(kept.exposed))
        var lines: [BulkDonePage.Line] = []
        for line in outcome.lines {
            // Whoever may not see a request learns no more of it than that there is none.
            let sheet = try? await onboarding.requestSheet(line.request, by: actor)
            lines.append(
                BulkDonePage.Line(
                    id: line.request.text, subject: sheet.map { $0.view.subject(cloud: nil) } ?? line.request.text,
                    isApproved: line.refusal == nil,
                    refusal: line.refusal.map { pages.translations.words($0, in: context.language) }))
        }
        let refused = outcome.lines.count { $0.refusal != nil }
        let page = BulkDonePage(
            batch: outcome.batch.text, lines: lines, approved: lines.count - refused, refused: refused,
            hasApproved: outcome.hasApproved, hasRefused: refused > 0)
        return try pages.page(page, context).response(from: request, context: context)
    }
}

/// `/inbox/bulk`.
struct BulkPage: PageValue {
    static let template = "bulk"

    struct Line {
        let id, seal, subject, email, reason: String
        let until: String?
        let isOverdue: Bool
        let items: [Item]
    }

    struct Item {
        let cloud, asked: String
        let held: String?
        let privileges: ShownPrivileges?
    }

    let batch: String
    let lines: [Line]
    let isEmpty, needsCode: Bool
    let next, organization, requester: String?
    let guide: ProfileGuide
}

/// `/inbox/bulk/{id}`: what became of requests that were approved together.
struct BulkDonePage: PageValue {
    static let template = "bulk-done"

    struct Line {
        let id, subject: String
        let isApproved: Bool
        /// Why not.
        let refusal: String?
    }

    let batch: String
    let lines: [Line]
    let approved, refused: Int
    let hasApproved, hasRefused: Bool
}

/// What became of requests that were approved together, until its page was seen.
private struct KeptOutcome: Codable {
    struct Line: Codable {
        let request: Basics.RequestID
        /// Nil for what was approved.
        let refusal: Sentence?
    }

    let batch: BatchID
    let lines: [Line]

    init(_ batch: BatchID, _ outcomes: [BulkOutcome]) {
        self.batch = batch
        lines = outcomes.map { Line(request: $0.request, refusal: $0.refusal?.sentence) }
    }

    var hasApproved: Bool { lines.contains { $0.refusal == nil } }
}
