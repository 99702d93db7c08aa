import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import OpenSSL
import Records

/// `/lost-device`: for whoever stands at the question for a code and has
/// nothing to read one from, or a locked device.
///
/// Asks two others; changes nothing by itself. See
/// `Onboarding.reportLostDevice` and `requestOwnUnlock`.
struct LostDeviceRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("lost-device", use: ask)
        router.post("lost-device", use: report)
        router.get("lost-device/asked/{id}", use: asked)
    }

    @Sendable
    private func ask(_ request: Request, context: WebContext) async throws -> Page {
        try await page(try context.signedIn(), FormData(fields: [:]), nil, context)
    }

    private func page(
        _ visitor: Visitor, _ typed: FormData, _ refused: Fault?, _ context: WebContext
    ) async throws -> Page {
        let isLocked = try await onboarding.hasLockedFactor(visitor)
        let isToUnlock = isLocked && typed["wish"] != "replace"
        let page = LostDevicePage(
            owesFactor: visitor.owes == .factor, isLocked: isLocked, isToUnlock: isToUnlock, reason: typed["reason"],
            stolen: typed.isChecked("stolen"))
        return try pages.page(page, context, refused: refused)
    }

    @Sendable
    private func report(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let place = try place(of: form, try context.browser())
        let isAsked = try await onboarding.kept(.outcome, at: place) != nil
        do {
            let visitor = try context.signedIn()
            let isToUnlock = form["wish"] == "unlock"
            let view =
                isToUnlock
                ? try await onboarding.requestOwnUnlock(form["reason"], by: visitor)
                : try await onboarding.reportLostDevice(
                    form["reason"], stolen: form.isChecked("stolen"), by: visitor)
            let asked = Asked(id: view.id, isStaff: visitor.person.organization == nil, isToUnlock: isToUnlock)
            try await onboarding.keepOutcome(
                Secret(Array(try JSONEncoder().encode(asked))), at: place, by: visitor)
            return .redirect(to: Self.path(place))
        } catch let refused as Fault where isAsked && [.conflict, .unauthenticated].contains(refused.code) {
            // Sent once more: it was asked, which may have ended the session.
            return .redirect(to: Self.path(place))
        } catch let refused as Fault where refused.code == .invalid || refused.code == .conflict {
            return try await page(try context.signedIn(), form, refused, context)
                .response(from: request, context: context)
        }
    }

    /// What was asked, for the page that says so.
    private struct Asked: Codable {
        let id: String
        let isStaff: Bool
        let isToUnlock: Bool
    }

    /// One for each page with the form: its token tells the browser and the person.
    private func place(of form: FormData, _ browser: Secret) throws -> KeepsakePlace {
        let name = try SHA256.digest(of: Array("lost-device|\(form["form"])".utf8)).prefix(16).hex
        return KeepsakePlace(browser: browser, name: name)
    }

    private static func path(_ place: KeepsakePlace) -> String { "/lost-device/asked/\(place.name)" }

    /// In the browser that asked, for a while, and without the session, which the report ended.
    @Sendable
    private func asked(_ request: Request, context: WebContext) async throws -> Response {
        guard let visit = context.visit, let name = context.parameters.get("id"),
            let kept = try await onboarding.kept(.outcome, at: KeepsakePlace(browser: visit, name: name))
        else { return .redirect(to: "/lost-device") }
        let asked = try JSONDecoder().decode(Asked.self, from: Data(kept.exposed))
        return try pages.page(
            LostDeviceDonePage(id: asked.id, isStaff: asked.isStaff, isToUnlock: asked.isToUnlock), context
        ).response(from: request, context: context)
    }
}

struct LostDevicePage: PageValue {
    static let template = "lost-device"

    /// The account needs an authenticator and has none.
    let owesFactor: Bool
    let isLocked: Bool
    /// What is asked for is to have it unlocked, not replaced.
    let isToUnlock: Bool
    let reason: String
    let stolen: Bool
}

/// `/lost-device/asked/{id}`.
struct LostDeviceDonePage: PageValue {
    static let template = "lost-device-done"
    /// Of the request.
    let id: String
    let isStaff, isToUnlock: Bool
}
