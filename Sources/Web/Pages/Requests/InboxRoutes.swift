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
        var values: [String: Any] = [
            "lines": found.items.map { PageReader(pages, context.language, $0.timeZone).line($0) },
            "isEmpty": found.items.isEmpty, "isFirst": after == nil,
        ]
        values["batches"] = batches(in: found.items)
        values["next"] = found.next.map { LocalPath.escaped($0) }
        if let done = context.target.value("done").flatMap(Basics.RequestID.init) {
            values["done"] = await answered(done, by: actor, context.language)
        }
        return try pages.page("inbox", values, context)
    }

    /// Files of which more than one request waits, to be decided together.
    private func batches(in lines: [InboxLine]) -> [[String: Any]] {
        let files = Dictionary(grouping: lines.filter { $0.batch != nil }) { $0.batch?.text ?? "" }
        return files.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { batch, lines in
            ["batch": batch, "requester": lines.first?.requester?.name.text ?? ""]
        }
    }

    /// What was answered just now, by its name; nothing where the link was made up.
    private func answered(_ id: Basics.RequestID, by actor: Actor, _ language: Language) async -> [String: Any]? {
        // Whoever may not read it is told nothing, as if there were no such word in the link.
        guard let sheet = try? await onboarding.requestSheet(id, by: actor) else { return nil }
        return RequestReader(pages: pages, language: language).listed(sheet)
    }
}

extension LocalPath {
    /// Any text as the value of a query.
    static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
