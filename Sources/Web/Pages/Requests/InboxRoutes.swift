import Basics
import Directory
import Foundation
import Hummingbird
import Onboarding
import Records

/// `/inbox`: what waits for whoever is signed in, oldest due first.
struct InboxRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    static let linesOfPage = 25

    func add(to router: Router<WebContext>) {
        router.get("inbox", use: show)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        let actor = try context.actor()
        let after = context.target.value("after")
        let found = try await onboarding.inboxLines(PageRequest(after: after, limit: Self.linesOfPage), by: actor)
        var page = InboxPage(
            lines: found.items.map { PageReader(pages, context.language, $0.timeZone).line($0) },
            isEmpty: found.items.isEmpty, isFirst: after == nil, batches: batches(in: found.items),
            next: found.next.map(\.percentEncoded))
        if let done = context.target.value("done").flatMap(Basics.RequestID.init) {
            page.done = await answered(done, by: actor, context.language)
        }
        return try pages.page(page, context)
    }

    /// Files of which more than one request waits, to be decided together.
    private func batches(in lines: [InboxLine]) -> [InboxPage.Batch] {
        let files = Dictionary(grouping: lines.filter { $0.batch != nil }) { $0.batch?.text ?? "" }
        return files.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { batch, lines in
            InboxPage.Batch(batch: batch, requester: lines.first?.requester?.name.text ?? "")
        }
    }

    /// What was answered just now, by its name; nothing where the link was made up.
    private func answered(_ id: Basics.RequestID, by actor: Actor, _ language: Language) async -> InboxPage.Answered? {
        // Whoever may not read it is told nothing, as if there were no such word in the link.
        guard let sheet = try? await onboarding.requestSheet(id, by: actor) else { return nil }
        let line = RequestReader(pages: pages, language: language).listed(sheet)
        return InboxPage.Answered(id: line.id, title: line.title, workflow: line.workflow, state: line.state)
    }
}

struct InboxPage: PageValue {
    static let template = "inbox"

    struct Line {
        let id, workflow, subject, askedAt, requester: String
        let organization, due: String?
        let isOverdue, isFrozen: Bool
        let items: [ShownItem]
        /// Items of a review, in place of their list.
        let waiting: Int?
    }

    struct Batch { let batch, requester: String }
    struct Answered { let id, title, workflow, state: String }

    let lines: [Line]
    let isEmpty, isFirst: Bool
    /// To be decided together.
    let batches: [Batch]
    let next: String?
    /// What was answered just now.
    var done: Answered?
}
