import Basics
import Hummingbird
import Onboarding
import Records

/// `/`: what waits for whoever is signed in, what they may do, and where to go from here.
struct HomeRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    /// Waiting requests that are shown; the inbox has the rest.
    private static let shown = 5

    func add(to router: Router<WebContext>) {
        router.get("", use: home)
    }

    @Sendable
    private func home(_ request: Request, context: WebContext) async throws -> Page {
        let actor = try context.actor()
        let visitor = try context.signedIn()
        let waiting = try await onboarding.inboxSheets(PageRequest(limit: Self.shown), by: actor)
        let reader = RequestReader(pages: pages, language: context.language)
        let account = try await onboarding.ownAccount(of: visitor)
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let page = HomePage(
            waiting: waiting.items.map(reader.listed), isAsked: !waiting.items.isEmpty, hasMore: waiting.next != nil,
            hasDuty: !context.duties.isEmpty, maySubmit: try await onboarding.maySubmit(actor),
            grants: account.shownGrants(onboarding.catalogue, dates), lacksFactor: account.mfa.factor == nil,
            fewCodes: account.hasFewRecoveryCodes, codesLeft: account.mfa.recoveryCodesLeft)
        return try pages.page(page, context)
    }
}

struct HomePage: PageValue {
    static let template = "home"

    /// The first of what waits.
    let waiting: [RequestLine]
    let isAsked, hasMore, hasDuty, maySubmit: Bool
    let grants: [ShownGrant]
    let lacksFactor, fewCodes: Bool
    let codesLeft: Int
}
