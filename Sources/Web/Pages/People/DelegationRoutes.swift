import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/delegations`: who stands in for whom, given with dates and ended early.
struct DelegationRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    private static let linesOfPage = 50

    func add(to router: Router<WebContext>) {
        let group = router.group("delegations")
        group.get("", use: show)
        group.post("", use: give)
        group.post("end", use: end)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        return try await page(
            context, nil, after: context.target.value("after"),
            done: context.target.value("done").flatMap(DelegationsPage.Done.init))
    }

    /// - Parameter refused: what was wrong, and what was typed, which is shown again.
    private func page(
        _ context: WebContext, _ refused: (fault: Fault, form: FormData)?, after: String? = nil,
        done: DelegationsPage.Done? = nil
    ) async throws -> Page {
        let visitor = try context.signedIn()
        let found = try await onboarding.delegations(
            of: visitor.person.email, PageRequest(after: after, limit: Self.linesOfPage), by: try visitor.actor())
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let own = found.items.filter { $0.person.id == visitor.person.id }
        let others = found.items.filter { $0.person.id != visitor.person.id }
        let page = DelegationsPage(
            own: own.map { line($0, $0.delegate, dates) }, others: others.map { line($0, $0.person, dates) },
            needsCode: !visitor.isFresh(at: onboarding.world.now()), timeZone: onboarding.settings.timeZone.identifier,
            next: found.next.map(\.percentEncoded), done: done, to: refused?.form["to"] ?? "",
            from: refused?.form["from"] ?? "", until: refused?.form["until"] ?? "")
        return try pages.page(page, context, refused: refused?.fault)
    }

    private func line(_ view: DelegationView, _ other: Person, _ dates: ReaderDates) -> DelegationsPage.Line {
        DelegationsPage.Line(
            name: other.name.text, email: other.email.text, person: view.person.email.text,
            delegate: view.delegate.email.text, start: view.delegation.from.iso8601,
            since: dates.moment(view.delegation.from),
            // Until midnight reads as the last minute of the day before.
            end: dates.moment(view.delegation.until.adding(seconds: -1)), holds: view.holds)
    }

    @Sendable
    private func give(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let visitor = try context.signedIn()
        let actor = try visitor.actor()
        do {
            let to = try EmailAddress(form["to"], field: "to")
            guard !form["until"].isEmpty else {
                throw Fault.invalid("until", "required", "Say until when.")
            }
            let from = form["from"].isEmpty ? nil : try Onboarding.moment(form["from"], field: "from")
            _ = try await onboarding.delegate(
                visitor.person.email, to: to, from: from,
                until: try Onboarding.moment(form["until"], field: "until"), by: actor)
            return .redirect(to: "/delegations?done=given")
        } catch let refused as Fault where refused.code == .invalid {
            return try await page(context, (refused, form)).response(from: request, context: context)
        }
    }

    @Sendable
    private func end(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let actor = try context.actor()
        guard let person = try? EmailAddress(form["person"]), let delegate = try? EmailAddress(form["delegate"]),
            let from = Timestamp(iso8601: form["start"])
        else { throw Fault(.invalid, "The request cannot be understood.") }
        _ = try await onboarding.endDelegation(of: person, to: delegate, from: from, by: actor)
        return .redirect(to: "/delegations?done=ended")
    }
}

struct DelegationsPage: PageValue {
    static let template = "delegations"

    enum Done: String, PageCase { case given, ended }

    struct Line {
        /// Of the other one.
        let name, email: String
        let person, delegate, start: String
        let since, end: String
        let holds: Bool
    }

    let own, others: [Line]
    let needsCode: Bool
    let timeZone: String
    let next: String?
    let done: Done?
    /// As it was typed.
    let to, from, until: String
}
