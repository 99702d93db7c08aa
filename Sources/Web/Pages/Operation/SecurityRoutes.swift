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
        let wanted = PageRequest(after: context.target.value("after"), limit: Self.pageSize)
        let found = try await onboarding.securityEvents(
            kind.map { [$0] }, of: personText.isEmpty ? nil : try address(personText), oldestFirst: false, wanted,
            by: actor)
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let kinds = SecurityEvent.Kind.allCases.map { one in
            SecurityPage.Kind(
                kind: one.rawValue, name: pages.names.security(one, in: context.language), isChosen: one == kind)
        }
        let events = found.events.map { event in
            SecurityPage.Event(
                event: pages.shown(event, dates, context.language),
                whom: event.person.map { found.addresses[$0.text] ?? $0.text } ?? event.pseudonym,
                actor: event.actor?.text { found.addresses[$0.text] ?? $0.text }, route: event.route)
        }
        let next = found.next.map { after in
            "?"
                + [("kind", kindText), ("person", personText), ("after", after)].filter { !$0.1.isEmpty }
                .map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
        }
        let page = SecurityPage(
            kinds: kinds, person: personText, isFiltered: kind != nil || !personText.isEmpty, events: events,
            isEmpty: events.isEmpty, next: next, timeZone: onboarding.settings.timeZone.identifier)
        return try pages.page(page, context)
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

struct SecurityPage: PageValue {
    static let template = "operation-security"

    struct Kind {
        let kind, name: String
        let isChosen: Bool
    }

    struct Event {
        let event: ShownEvent
        let whom, actor: String?
        let route: String
    }

    let kinds: [Kind]
    let person: String
    let isFiltered: Bool
    let events: [Event]
    let isEmpty: Bool
    let next: String?
    let timeZone: String
}

/// What of a security event everybody may see whom it is about.
struct ShownEvent: PagePart {
    let name, at, moment, times, address, client: String
    let isGood: Bool
}

extension Pages {
    func shown(_ event: SecurityEvent, _ dates: ReaderDates, _ language: Language) -> ShownEvent {
        ShownEvent(
            name: names.security(event.kind, in: language), at: event.at.iso8601, moment: dates.second(event.at),
            times: event.count > 1 ? "× \(event.count)" : "", address: event.address,
            client: ClientName(event.agent).text, isGood: event.kind.isSuccess)
    }
}
