import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding

/// `/lost-device`: for whoever stands at the question for a code and has nothing to read one from.
///
/// Asks two others; changes nothing by itself. See `Onboarding.reportLostDevice`.
struct LostDeviceRoutes {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("lost-device", use: ask)
        router.post("lost-device", use: report)
    }

    @Sendable
    private func ask(_ request: Request, context: WebContext) throws -> Page {
        let visitor = try context.signedIn()
        return try pages.page("lost-device", ["owesFactor": visitor.owes == .factor], context)
    }

    @Sendable
    private func report(_ request: Request, context: WebContext) async throws -> Page {
        let form = try await FormGuard.form(request, context)
        let visitor = try context.signedIn()
        do {
            let view = try await onboarding.reportLostDevice(
                form["reason"], stolen: form.isChecked("stolen"), by: visitor)
            return try pages.page(
                "lost-device-done", ["id": view.id, "isStaff": visitor.person.organization == nil], context)
        } catch let refused as Fault where refused.code == .invalid || refused.code == .conflict {
            return try pages.page(
                "lost-device",
                [
                    "reason": form["reason"], "stolen": form.isChecked("stolen"), "fault": refused.shown,
                    "owesFactor": visitor.owes == .factor,
                ], context,
                status: refused.code.status)
        }
    }
}
