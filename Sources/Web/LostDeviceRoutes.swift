import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import OpenSSL

/// `/lost-device`: for whoever stands at the question for a code and has nothing to read one from.
///
/// Asks two others; changes nothing by itself. See `Onboarding.reportLostDevice`.
struct LostDeviceRoutes {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("lost-device", use: ask)
        router.post("lost-device", use: report)
        router.get("lost-device/asked/{id}", use: asked)
    }

    @Sendable
    private func ask(_ request: Request, context: WebContext) throws -> Page {
        let visitor = try context.signedIn()
        return try pages.page("lost-device", ["owesFactor": visitor.owes == .factor], context)
    }

    @Sendable
    private func report(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let place = try place(of: form, try context.browser())
        let isAsked = try await onboarding.kept(.outcome, at: place) != nil
        do {
            let visitor = try context.signedIn()
            let view = try await onboarding.reportLostDevice(
                form["reason"], stolen: form.isChecked("stolen"), by: visitor)
            let asked = Asked(id: view.id, isStaff: visitor.person.organization == nil)
            try await onboarding.keepOutcome(
                Secret(Array(try JSONEncoder().encode(asked))), at: place, by: visitor)
            return .redirect(to: Self.path(place))
        } catch let refused as Fault where isAsked && [.conflict, .unauthenticated].contains(refused.code) {
            // Sent once more: it was asked, which ended the session.
            return .redirect(to: Self.path(place))
        } catch let refused as Fault where refused.code == .invalid || refused.code == .conflict {
            return try pages.page(
                "lost-device",
                [
                    "reason": form["reason"], "stolen": form.isChecked("stolen"), "fault": refused.shown,
                    "owesFactor": context.visitor?.owes == .factor,
                ], context, status: refused.code.status
            ).response(from: request, context: context)
        }
    }

    /// What was asked, for the page that says so.
    private struct Asked: Codable {
        let id: String
        let isStaff: Bool
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
        return try pages.page("lost-device-done", ["id": asked.id, "isStaff": asked.isStaff], context)
            .response(from: request, context: context)
    }
}
