import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/requests/{id}/collected`: the account of a program, opened
/// by its owner, whose secret is shown there.
///
/// In the browser that opened it, for a while or until its
/// owner says that it is kept, and nowhere else.
struct CollectionRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        let group = router.group("requests/{id}/collected")
        group.post("", use: collect)
        group.get("", use: show)
        group.post("kept", use: forget)
    }

    private struct Collected: Codable {
        let client: String
        let secret: String
    }

    @Sendable
    private func collect(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await FormGuard.form(request, context)
        let id = try context.requestInPath()
        let visitor = try context.signedIn()
        let place = try place(id, context)
        // Sent once more: the account is open, and its secret is shown by the same page.
        if try await onboarding.kept(.outcome, at: place) != nil { return .redirect(to: Self.path(id)) }
        let issued = try await onboarding.collectAPIAccount(of: id, by: try context.actor())
        let collected = Collected(
            client: issued.clientID, secret: String(decoding: issued.secret.exposed, as: UTF8.self))
        try await onboarding.keepOutcome(Secret(Array(try JSONEncoder().encode(collected))), at: place, by: visitor)
        return .redirect(to: Self.path(id))
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Response {
        let id = try context.requestInPath()
        _ = try context.actor()
        guard let kept = try await onboarding.kept(.outcome, at: try place(id, context)) else {
            return .redirect(to: "/requests/\(id)")
        }
        let collected = try JSONDecoder().decode(Collected.self, from: Data(kept.exposed))
        return try pages.page(
            RequestCollectedPage(id: id.text, client: collected.client, secret: collected.secret), context
        ).response(from: request, context: context)
    }

    @Sendable
    private func forget(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await FormGuard.form(request, context)
        let id = try context.requestInPath()
        _ = try context.actor()
        try await onboarding.forget(.outcome, at: try place(id, context))
        return .redirect(to: "/requests/\(id)")
    }

    private static func path(_ id: Basics.RequestID) -> String { "/requests/\(id)/collected" }

    /// Of the person too: another one who signs in to this browser sees nothing of it.
    private func place(_ id: Basics.RequestID, _ context: WebContext) throws -> KeepsakePlace {
        KeepsakePlace(browser: try context.browser(), name: "\(id)|\(try context.signedIn().person.id)")
    }
}

struct RequestCollectedPage: PageValue {
    static let template = "request-collected"
    let id, client, secret: String
}
