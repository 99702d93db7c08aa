import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Onboarding
import Records

/// A fresh code, asked for in the middle of what somebody does, which then goes on.
///
/// A use case that wants the second factor proven recently throws `.unauthenticated`. For
/// whoever is signed in, the answer is then a page that asks for a code and sends the same
/// form again with it, or leads back to the page that was asked for. A form may also have the
/// field from the start; it is proven before the route sees the form.
struct StepUp: Sendable {
    let onboarding: Onboarding
    let pages: Pages

    /// The form of a page's POST, read before the route so that it
    /// can be sent again; nil for everything else.
    func form(of request: inout Request, _ context: WebContext) async throws -> FormData? {
        guard request.method == .post, !context.target.isForProgram,
            request.headers.isForm
        else { return nil }
        let body = try await request.collected(upTo: FormData.greatestBytes)
        request.body = RequestBody(buffer: body)
        return try FormData(bytes: Array(body.readableBytesView))
    }

    /// Proves the code that came with a form, if one did; the request
    /// goes on in the session under its new token.
    ///
    /// - Throws: `Refused` for a code that is not right.
    func prove(_ form: FormData?, _ request: Request, _ context: inout WebContext) async throws -> SignIn? {
        guard let form, let token = context.token, let visitor = context.visitor, visitor.owes == .nothing,
            let code = form.code(FormData.codeField, or: FormData.recoveryField)
        else { return nil }
        try FormGuard.require(form, request, context)
        let (entered, verdict): (SignIn?, CodeVerification)
        do {
            (entered, verdict) = try await onboarding.prove(code, in: token, from: context.client)
        } catch let fault as Fault where fault.code == .invalid {
            throw Refused(fault: fault)
        }
        guard let entered else { throw Refused(fault: verdict.refusal) }
        context.visitor = entered.visitor
        context.token = entered.token
        context.hasProven = true
        return entered
    }

    /// A code that came with a form and is not right.
    struct Refused: Error {
        let fault: Fault
    }

    /// The page that asks for a code, if that is what an error asks for.
    func page(for error: any Error, _ form: FormData?, _ request: Request, _ context: WebContext) throws -> Page? {
        guard let visitor = context.visitor, visitor.owes == .nothing else { return nil }
        let refused = (error as? Refused)?.fault
        guard let form, refused != nil || (error as? Fault)?.code == .unauthenticated else { return nil }
        let hasFactor = visitor.session.stage == .full
        // A password is not sent back to be kept in a page: after the code it is typed again.
        let page =
            form.hasSecrets
            ? StepUpPage(next: context.target.isBelow("/account") ? "/account" : "/", hasFactor: hasFactor)
            : StepUpPage(
                action: request.uri.string,
                fields: form.kept.flatMap { name, all in all.map { ShownField(name: name, value: $0) } },
                hasFactor: hasFactor)
        return try pages.page(
            page, context, status: .unauthorized, refused: refused,
            controls: ["": FormData.codeField, "code": FormData.codeField])
    }
}

/// `/step-up`: a fresh code, and back to the page that wanted one.
struct StepUpRoutes: RouteGroup {
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("step-up", use: ask)
        router.post("step-up", use: goOn)
    }

    @Sendable
    private func ask(_ request: Request, context: WebContext) throws -> Page {
        _ = try context.actor()
        let next = LocalPath(context.target.value("next"))
        let page = StepUpPage(next: next.text, hasFactor: context.visitor?.session.stage == .full)
        return try pages.page(page, context)
    }

    /// The code was proven before the form came here.
    @Sendable
    private func goOn(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        guard context.hasProven else {
            throw Fault(.unauthenticated, "Type the code of your authenticator first.")
        }
        return .redirect(to: LocalPath(form["next"]).text)
    }
}

struct StepUpPage: PageValue {
    static let template = "step-up"
    let action: String
    let fields: [ShownField]
    let hasFactor: Bool
}

extension StepUpPage {
    /// The code alone, and then back to a page.
    init(next: String, hasFactor: Bool) {
        self.init(action: LocalPath.stepUp, fields: [ShownField(name: "next", value: next)], hasFactor: hasFactor)
    }
}
