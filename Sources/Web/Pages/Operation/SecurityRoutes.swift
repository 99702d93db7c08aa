import Basics
import Foundation
import Hummingbird
import Onboarding
import Records
import Translation

/// `/operation/security`: failed sign-ins, refusals, limits and locks, for operators.
struct SecurityRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) { router.get("operation/security", use: list) }

    private static let pageSize = 50

    @Sendable
    private func list(_ request: Request, context: WebContext) async throws -> Page {
        let actor = try context.actor()
        let (kindText, personText) = (context.target.value("kind") ?? "", context.target.value("person") ?? "")
        let kind = SecurityEvent.Kind(rawValue: kindText)
        let page = PageRequest(after: context.target.value("after"), limit: Self.pageSize)
        let found = try await onboarding.securityEvents(
            kind.map { [$0] }, of: personText.isEmpty ? nil : try address(personText), oldestFirst: false, page,
            by: actor)
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let kinds = SecurityEvent.Kind.allCases.map { one -> [String: Any] in
            [
                "kind": one.rawValue, "name": pages.names.security(one, in: context.language),
                "isChosen": one == kind,
            ]
        }
        var values: [String: Any] = [
            "kinds": kinds, "person": personText, "isFiltered": kind != nil || !personText.isEmpty,
            "isEmpty": found.events.isEmpty, "timeZone": onboarding.settings.timeZone.identifier,
            "events": found.events.map { event -> [String: Any] in
                var shown = pages.shown(event, dates, context.language)
                shown["whom"] = event.person.map { found.addresses[$0.text] ?? $0.text } ?? event.pseudonym
                shown["actor"] = event.actor?.text { found.addresses[$0.text] ?? $0.text }
                shown["route"] = event.route
                return shown
            },
        ]
        values["next"] = found.next.map { after in
            "?"
                + [("kind", kindText), ("person", personText), ("after", after)].filter { !$0.1.isEmpty }
                .map { "\($0.0)=\(LocalPath.escaped($0.1))" }.joined(separator: "&")
        }
        return try pages.page("operation-security", values, context)
    }

    private func address(_ text: String) throws -> EmailAddress {
        guard let email = try? EmailAddress(text) else { throw Authority.missing("person", text) }
        return email
    }
}

extension Words {
    func security(_ kind: SecurityEvent.Kind, in language: Language) -> String {
        text("security", kind.rawValue, in: language)
    }
}

extension Pages {
    /// What of a security event everybody may see whom it is about.
    func shown(_ event: SecurityEvent, _ dates: ReaderDates, _ language: Language) -> [String: Any] {
        [
            "name": names.security(event.kind, in: language), "isGood": event.kind.isSuccess,
            "at": event.at.iso8601, "moment": dates.second(event.at),
            "times": event.count > 1 ? "× \(event.count)" : "", "address": event.address,
            "client": ClientName(event.agent).text,
        ]
    }
}
