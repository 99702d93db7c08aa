import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import OpenSSL
import Records

/// `/access`: who could do what, now or at an instant that has been, and as a file.
struct AccessRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("access", use: list)
        router.get("access/export", use: export)
        router.get(RouterPath(Self.why), use: why)
        router.post("requests/access", use: ask)
    }

    /// The page of one decision: where denials send people who want to ask for more.
    static let why = "/access/why"
    private static let pageSize = 50

    @Sendable
    private func list(_ request: Request, context: WebContext) async throws -> Page {
        let query = Query(context.target)
        let wish = query.wish
        let catalogue = onboarding.catalogue
        var page = AccessPage(
            wish: .init(organization: wish.organization, cloud: wish.cloud, person: wish.person),
            profiles: catalogue.profiles.map {
                ShownChoice(code: $0.code, name: $0.title, isChosen: $0.code == catalogue.profile(wish.profile)?.code)
            }, actions: choices(wish.action), day: query.day, query: query.text(), csv: query.text(),
            isFiltered: query.isFiltered, isFirst: query["after"] == nil)
        do {
            let wanted = PageRequest(after: query["after"], limit: Self.pageSize)
            let found = try await onboarding.accessList(wish, wanted, by: try context.actor())
            let reader = AccessReader(pages: pages, language: context.language, zone: found.timeZone)
            page.entries = found.page.items.map { reader.shown($0, action: wish.action) }
            page.isEmpty = found.page.items.isEmpty
            (page.moment, page.timeZone) = (reader.moment(found.at), found.timeZone.identifier)
            // What follows tells of the same instant.
            page.next = found.page.next.map { query.text(["after": $0, "at": found.at.iso8601]) }
            return try pages.page(page, context)
        } catch let fault as Fault where fault.code == .invalid {
            page.isRefused = true
            return try pages.page(page, context, refused: fault)
        }
    }

    private func choices(_ chosen: String?) -> [ShownChoice] {
        onboarding.catalogue.actions.map {
            ShownChoice(code: $0.label, name: "\($0.feature): \($0.label)", isChosen: $0.label == chosen)
        }
    }

    /// All that the filters leave, of one instant, as it is read: a thousand at a time are in memory.
    @Sendable
    private func export(_ request: Request, context: WebContext) async throws -> Response {
        let query = Query(context.target)
        let actor = try context.actor()
        // Asked for before the answer begins, so that a refusal is one.
        let first = PageRequest(limit: PageRequest.greatestLimit)
        let beginning = try await onboarding.accessList(query.wish, first, by: actor)
        let wish = query.wish(at: beginning.at)
        var headers: HTTPFields = [.contentType: "text/csv; charset=utf-8"]
        headers[.contentDisposition] = "attachment; filename=\"usher-access.csv\""
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { [onboarding] writer in
                try await writer.write(ByteBuffer(bytes: AccessEntry.csvHeading))
                var page = beginning.page
                while true {
                    var lines = ByteBuffer()
                    for entry in page.items { lines.writeBytes(entry.csvRow) }
                    try await writer.write(lines)
                    guard let next = page.next else { break }
                    let more = PageRequest(after: next, limit: PageRequest.greatestLimit)
                    page = try await onboarding.accessList(wish, more, by: actor).page
                }
                try await writer.finish(nil)
            })
    }

    @Sendable
    private func why(_ request: Request, context: WebContext) async throws -> Page {
        let values = FormData(context.target.query).single
        // Where nobody is named it is about whoever looks.
        let subject = try values["subject"] ?? context.actor().person?.email.text ?? ""
        return try await why(
            subject, values["cloud"] ?? "", values["action"] ?? "", FormData(fields: [:]), nil, context)
    }

    /// - Parameters:
    ///   - typed: in the form that asks for it.
    ///   - refused: why that was refused.
    private func why(
        _ subject: String, _ cloud: String, _ action: String, _ typed: FormData, _ refused: Fault?,
        _ context: WebContext
    ) async throws -> Page {
        let actor = try context.actor()
        var page = WhyPage(subject: subject, cloud: cloud, actions: choices(action))
        guard !action.isEmpty else { return try pages.page(page, context, refused: refused) }
        do {
            let found =
                if let program = APIAccountID(subject) {
                    try await onboarding.explain(action, byProgram: program, in: cloud, askedBy: actor)
                } else {
                    try await onboarding.explain(
                        action, by: try EmailAddress(subject, field: "subject"), in: cloud, mfaAgeSeconds: nil,
                        askedBy: actor)
                }
            let reader = AccessReader(pages: pages, language: context.language, zone: found.timeZone)
            page.answer = reader.answer(found, about: subject)
            page.ask = found.askable.map {
                WhyPage.Ask(
                    action: found.explanation.action.label, profile: $0.title, key: onboarding.world.random(16).hex,
                    reason: typed["reason"], until: typed["until"])
            }
            return try pages.page(page, context, refused: refused)
        } catch let fault as Fault where fault.code == .invalid || fault.code == .notFound {
            return try pages.page(page, context, refused: refused ?? fault)
        }
    }

    /// Asks for what the page has said that the visitor may not do.
    @Sendable
    private func ask(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let actor = try context.actor()
        let optional = { (name: String) in form[name].isEmpty ? nil : form[name] }
        do {
            let id = try await onboarding.askForAccess(
                OwnAccessSubmission(
                    action: form["action"], cloud: form["cloud"],
                    reason: form["reason"].replacing("\r\n", with: "\n"), until: optional("until"),
                    key: optional("key")), by: actor)
            return .redirect(to: "/requests/\(id)?done=submitted")
        } catch let fault as Fault where [.invalid, .conflict, .notFound].contains(fault.code) {
            return try await why(
                actor.person?.email.text ?? "", form["cloud"], form["action"], form, fault, context
            ).response(from: request, context: context)
        }
    }

    /// What stands in the address of the page.
    private struct Query {
        private let values: [String: String]

        init(_ target: RequestTarget) { values = FormData(target.query).single }

        subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

        var wish: AccessWish { AccessWish { self[$0] } }

        func wish(at instant: Timestamp) -> AccessWish { AccessWish { $0 == "at" ? instant.iso8601 : self[$0] } }

        var isFiltered: Bool { AccessWish.fields.contains { self[$0] != nil } }

        /// For the field of a day, which takes nothing else, and complains of it.
        var day: String { self["at"].flatMap { $0.wholeMatch(of: /\d{4}-\d\d-\d\d/) == nil ? nil : $0 } ?? "" }

        /// The same filters with more, as an address has them.
        func text(_ more: [String: String] = [:]) -> String {
            let filters = AccessWish.fields.compactMap { name in self[name].map { (name, $0) } }
            let pairs = Dictionary(filters) { $1 }.merging(more) { $1 }.sorted { $0.key < $1.key }
            let text = pairs.map { "\($0.key)=\($0.value.percentEncoded)" }.joined(separator: "&")
            return text.isEmpty ? "" : "?\(text)"
        }
    }
}
