import Basics
import Onboarding
import Operations
import Records
import Remote

/// Where a command's requests are answered: both ways the same request, the same answer, the same refusals.
enum Desk: Sendable {
    /// In this process, on the opened data folder.
    case folder(App, Actor)
    case server(RemoteServer)

    /// - Throws: the `Fault` of a refusal.
    func send(_ request: APIRequest) async throws -> APIAnswer {
        try request.judge()
        switch self {
        case .server(let server): return try await server.send(request)
        case .folder(let app, let actor):
            do { return try await Self.answer(request, app, actor) } catch let refusal as CodeRefusal {
                throw refusal.fault
            }
        }
    }

    /// The verdict on a code or a secret, also where it was refused.
    func verdict(_ request: APIRequest) async throws -> JSON {
        try request.judge()
        switch self {
        case .server(let server): return try await server.verdict(request)
        case .folder(let app, let actor):
            do { return try await Self.answer(request, app, actor).document } catch let refusal as CodeRefusal {
                return refusal.verdict
            }
        }
    }

    private static func answer(_ request: APIRequest, _ app: App, _ actor: Actor) async throws -> APIAnswer {
        let answer = try await request.answer(in: app.onboarding, by: .owner(actor))
        // What a link opens, or asks for one, leaves its mails to the couriers of a service; here there need be none.
        if request.operation.audience == .anybody { _ = try await app.onboarding.performDue() }
        return answer
    }

    /// All pages of a list, one after the other.
    ///
    /// - Parameters:
    ///   - after: the cursor to begin after.
    ///   - request: that of the page after a cursor.
    func pages(
        after: String? = nil, _ request: (String?) -> APIRequest, _ body: (JSON) throws -> Void
    ) async throws {
        var cursor = after
        repeat {
            let page = try await send(request(cursor)).document
            try body(page)
            cursor = page["next"].text
        } while cursor != nil
    }
}
