import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/requests`: where each request stands, and what its requester does about it.
struct RequestRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        let group = router.group("requests")
        group.get("", use: list)
        group.get("{id}", use: show)
        group.post("{id}/answer", use: answer)
        group.post("{id}/cancel", use: cancel)
        group.post("{id}/invitation", use: invite)
        group.post("{id}/freeze", use: freeze)
        group.post("{id}/thaw", use: thaw)
        group.post("{id}/deadline", use: moveDeadline)
    }

    private static let pageSize = 50

    @Sendable
    private func list(_ request: Request, context: WebContext) async throws -> Page {
        let actor = try context.actor()
        let organization = context.target.value("org")
        let view = context.target.value("view").flatMap(RequestsPage.View.init) ?? .open
        let reader = RequestReader(pages: pages, language: context.language)
        let found = try await onboarding.requestSheets(
            organization: organization, mine: view == .mine, overdue: view == .overdue, isOpen: view == .open,
            PageRequest(after: context.target.value("after"), limit: Self.pageSize), by: actor)
        let waiting = try await onboarding.inboxSheets(PageRequest(limit: Self.pageSize), by: actor)
        let places = try await onboarding.workplaces(of: actor)
        let isFirst = context.target.value("after") == nil
        let isOfOne = organization != nil || places.count == 1
        func query(_ view: RequestsPage.View, _ more: [String: String] = [:]) -> String {
            Workplace.query(organization, more.merging(["view": view.rawValue]) { $1 })
        }
        let page = RequestsPage(
            organization: isOfOne ? Workplace.chosen(organization, of: places)?.name.text : nil,
            places: Workplace.options(places, chosen: organization), maySubmit: !places.isEmpty,
            waiting: waiting.items.map(reader.listed), waits: !waiting.items.isEmpty && isFirst, view: view,
            query: Workplace.query(organization), here: query(view),
            to: .init(overdue: query(.overdue), mine: query(.mine), all: query(.all)),
            found: found.items.map(reader.listed), isEmpty: found.items.isEmpty, isFirst: isFirst,
            next: found.next.map { query(view, ["after": $0]) })
        return try pages.page(page, context)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        let done = context.target.value("done").flatMap(RequestPage.Done.init)
        return try await page(try context.requestInPath(), context, done: done)
    }

    /// - Parameter refused: what was wrong with what was typed, and what that was.
    private func page(
        _ id: Basics.RequestID, _ context: WebContext, done: RequestPage.Done? = nil,
        refused: (fault: Fault, action: RequestOffer, form: FormData)? = nil
    ) async throws -> Page {
        let sheet = try await onboarding.requestSheet(id, by: try context.actor())
        var page = RequestReader(pages: pages, language: context.language).whole(sheet)
        page.done = done
        page.refused = refused?.action
        page.text = refused?.form["text"]
        page.day = refused?.form["day"]
        return try pages.page(page, context, refused: refused?.fault)
    }

    @Sendable
    private func answer(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, .answer, .answered) { id, form, actor in
            _ = try await onboarding.answer(id, form["text"], by: actor)
        }
    }

    @Sendable
    private func cancel(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, .cancel, .cancelled) { id, _, actor in
            _ = try await onboarding.cancel(id, by: actor)
        }
    }

    @Sendable
    private func invite(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, .invite, .invited) { id, _, actor in
            _ = try await onboarding.renewInvitation(of: id, by: actor)
        }
    }

    @Sendable
    private func freeze(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, .freeze, .frozen) { id, form, actor in
            _ = try await onboarding.freeze(id, reason: form.lines("text"), by: actor)
        }
    }

    @Sendable
    private func thaw(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, .thaw, .thawed) { id, form, actor in
            _ = try await onboarding.thaw(id, reason: form.lines("text"), by: actor)
        }
    }

    @Sendable
    private func moveDeadline(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, .deadline, .moved) { id, form, actor in
            let timer = form["timer"]
            _ = try await onboarding.moveDeadline(
                of: id, timer: timer.isEmpty ? nil : timer, to: form["day"], reason: form.lines("text"), by: actor)
        }
    }

    /// What is refused is told on the page of the request, as it stands then.
    private func act(
        _ request: Request, _ context: WebContext, _ action: RequestOffer, _ done: RequestPage.Done,
        _ body: (Basics.RequestID, FormData, Actor) async throws -> Void
    ) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let id = try context.requestInPath()
        do {
            try await body(id, form, try context.actor())
        } catch let fault as Fault where [.invalid, .conflict, .tooMany].contains(fault.code) {
            return try await page(id, context, refused: (fault, action, form)).response(from: request, context: context)
        }
        return .redirect(to: "/requests/\(id)?done=\(done.rawValue)")
    }
}

/// The organization that a page is about, where somebody works for several.
enum Workplace {
    /// The one of this short name; the first without one.
    ///
    /// Nil for one that is not among them: whether it exists is for the use case to say.
    static func chosen(_ slug: String?, of places: [Organization]) -> Organization? {
        guard let slug else { return places.first }
        return places.first { $0.slug.text == slug }
    }

    struct Option {
        let slug, name: String
        let isChosen: Bool
    }

    /// None where there is nothing to choose.
    static func options(_ places: [Organization], chosen slug: String?) -> [Option] {
        guard places.count > 1 else { return [] }
        return places.map { Option(slug: $0.slug.text, name: $0.name.text, isChosen: $0.slug.text == slug) }
    }

    /// `?org=acme&…`, escaped; empty without any value.
    static func query(_ slug: String?, _ more: [String: String] = [:]) -> String {
        let values = more.merging(slug.map { ["org": $0] } ?? [:]) { first, _ in first }
        let pairs = values.sorted { $0.key < $1.key }.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        return pairs.isEmpty ? "" : "?\(pairs.joined(separator: "&"))"
    }
}
