import Basics
import Directory
import Hummingbird
import Onboarding
import Records

/// `/device`: somebody signs in a machine that has no browser (RFC 8628, section 3.3).
struct DeviceRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages
    /// Codes are short, and guessed at.
    let limiter: RateLimiter

    func add(to router: Router<WebContext>) {
        let path = RouterPath(Onboarding.devicePath)
        router.get(path, use: ask)
        router.post(path, use: show)
        router.post("\(Onboarding.devicePath)/answer", use: answer)
    }

    /// A code in the address is only filled in: whoever was sent a link sees the code, and compares it.
    @Sendable
    private func ask(_ request: Request, context: WebContext) throws -> Page {
        _ = try context.actor()
        if let end = context.target.value("done").flatMap(DeviceEnd.init) {
            return try pages.page(DeviceDonePage(isApproved: end == .approved), context)
        }
        return try pages.page(DevicePage(code: context.target.value("code") ?? ""), context)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        let form = try await FormGuard.form(request, context)
        do {
            return try pages.page(try await question(form["code"], context), context)
        } catch let refused as Fault where [.notFound, .tooMany].contains(refused.code) {
            return try pages.page(
                DevicePage(code: form["code"]), context, refused: refused, controls: ["": "code"])
        }
    }

    private func question(_ code: String, _ context: WebContext) async throws -> DeviceQuestionPage {
        try limiter.count(context.client, at: onboarding.world.now())
        let found = try await onboarding.deviceQuestion(code, by: try context.actor())
        limiter.giveBack(context.client, at: onboarding.world.now())
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        return DeviceQuestionPage(
            application: found.application.name.text, code: found.userCode, address: found.address,
            askedAt: dates.moment(found.askedAt), scopes: pages.shown(found.scopes, in: context.language))
    }

    @Sendable
    private func answer(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let isApproved = form["decision"] == "yes"
        try limiter.count(context.client, at: onboarding.world.now())
        try await onboarding.answerDevice(form["code"], isApproved: isApproved, by: try context.signedIn())
        limiter.giveBack(context.client, at: onboarding.world.now())
        let end: DeviceEnd = isApproved ? .approved : .denied
        return .redirect(to: "\(Onboarding.devicePath)?done=\(end.rawValue)")
    }
}

/// What became of a machine's question, as the address of the page after the answer says it.
private enum DeviceEnd: String { case approved, denied }

struct DevicePage: PageValue {
    static let template = "device"
    let code: String
}

struct DeviceQuestionPage: PageValue {
    static let template = "device-question"
    let application, code, address, askedAt: String
    let scopes: [ShownScope]
}

struct DeviceDonePage: PageValue {
    static let template = "device-done"
    let isApproved: Bool
}
