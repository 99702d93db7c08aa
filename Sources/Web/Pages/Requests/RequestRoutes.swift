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
    private static let views = ["open", "overdue", "mine", "all"]

    @Sendable
    private func list(_ request: Request, context: WebContext) async throws -> Page {
        let actor = try context.actor()
        let organization = context.target.value("org")
        let view = Self.views.first { $0 == context.target.value("view") } ?? "open"
        let reader = RequestReader(pages: pages, language: context.language)
        let found = try await onboarding.requestSheets(
            organization: organization, mine: view == "mine", overdue: view == "overdue",
            isOpen: view == "open",
            PageRequest(after: context.target.value("after"), limit: Self.pageSize), by: actor)
        let waiting = try await onboarding.inboxSheets(PageRequest(limit: Self.pageSize), by: actor)
        let places = try await onboarding.workplaces(of: actor)
        var values: [String: Any] = [
            "found": found.items.map(reader.listed), "isEmpty": found.items.isEmpty,
            "waiting": waiting.items.map(reader.listed),
            "waits": !waiting.items.isEmpty && context.target.value("after") == nil,
            "maySubmit": !places.isEmpty, "isFirst": context.target.value("after") == nil, "view-\(view)": true,
            "places": Workplace.options(places, chosen: organization), "hasPlaces": places.count > 1,
            "query": Workplace.query(organization), "here": Workplace.query(organization, ["view": view]),
        ]
        for view in Self.views { values["to-\(view)"] = Workplace.query(organization, ["view": view]) }
        if organization != nil || places.count == 1 {
            values["organization"] = Workplace.chosen(organization, of: places)?.name.text
        }
        values["next"] = found.next.map { Workplace.query(organization, ["view": view, "after": $0]) }
        return try pages.page("requests", values, context)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        try await page(try id(context), context, done: context.target.value("done"))
    }

    /// - Parameters:
    ///   - done: what was done just now, by the name that the template knows.
    ///   - refused: what was wrong with what was typed, and what that was.
    private func page(
        _ id: Basics.RequestID, _ context: WebContext, done: String? = nil,
        refused: (fault: Fault, action: String, form: FormData)? = nil
    ) async throws -> Page {
        let sheet = try await onboarding.requestSheet(id, by: try context.actor())
        var values = RequestReader(pages: pages, language: context.language).whole(sheet)
        if let done, Self.doings.contains(done) { values["done-\(done)"] = true }
        if let refused {
            values["fault"] = refused.fault
            values["refused-\(refused.action)"] = true
            values["text"] = refused.form["text"]
            values["day"] = refused.form["day"]
        }
        return try pages.page("request", values, context, status: refused?.fault.code.status ?? .ok)
    }

    private static let doings: Set = [
        "submitted", "answered", "cancelled", "invited", "asked", "frozen", "thawed", "moved",
    ]

    @Sendable
    private func answer(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, "answer", "answered") { id, form, actor in
            _ = try await onboarding.answer(id, form["text"], by: actor)
        }
    }

    @Sendable
    private func cancel(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, "cancel", "cancelled") { id, _, actor in
            _ = try await onboarding.cancel(id, by: actor)
        }
    }

    @Sendable
    private func invite(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, "invite", "invited") { id, _, actor in
            _ = try await onboarding.renewInvitation(of: id, by: actor)
        }
    }

    @Sendable
    private func freeze(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, "freeze", "frozen") { id, form, actor in
            _ = try await onboarding.freeze(id, reason: form.lines("text"), by: actor)
        }
    }

    @Sendable
    private func thaw(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, "thaw", "thawed") { id, form, actor in
            _ = try await onboarding.thaw(id, reason: form.lines("text"), by: actor)
        }
    }

    @Sendable
    private func moveDeadline(_ request: Request, context: WebContext) async throws -> Response {
        try await act(request, context, "deadline", "moved") { id, form, actor in
            let timer = form["timer"]
            _ = try await onboarding.moveDeadline(
                of: id, timer: timer.isEmpty ? nil : timer, to: form["day"], reason: form.lines("text"), by: actor)
        }
    }

    /// What is refused is told on the page of the request, as it stands then.
    private func act(
        _ request: Request, _ context: WebContext, _ action: String, _ done: String,
        _ body: (Basics.RequestID, FormData, Actor) async throws -> Void
    ) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let id = try id(context)
        do {
            try await body(id, form, try context.actor())
        } catch let fault as Fault where [.invalid, .conflict, .tooMany].contains(fault.code) {
            return try await page(id, context, refused: (fault, action, form)).response(from: request, context: context)
        }
        return .redirect(to: "/requests/\(id)?done=\(done)")
    }

    private func id(_ context: WebContext) throws -> Basics.RequestID {
        let text = context.parameters.get("id") ?? ""
        guard let id = Basics.RequestID(text) else { throw Authority.missing("request", text) }
        return id
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

    static func options(_ places: [Organization], chosen slug: String?) -> [[String: Any]] {
        places.map { ["slug": $0.slug.text, "name": $0.name.text, "isChosen": $0.slug.text == slug] }
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
