import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import OpenSSL
import Records
import Translation

/// What becomes of a form that is not carried out as it came: what was
/// typed stays, and is sent again by its sender.
///
/// Where nobody is signed in (any more) it is kept, sealed and for this browser only, while
/// they sign in; `/go-on/{id}` then shows it. Where somebody else is signed in, or the token
/// is not known, the answer shows it at once. Passwords, codes and tokens are never among what
/// is kept or shown; a form that has some leads back to its page.
struct UnsentForms: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages
    let methods: RouteMethods
    /// Slows down whoever would fill the database with forms that nobody goes on with.
    let limiter: RateLimiter

    func add(to router: Router<WebContext>) { router.get("go-on/{id}", use: show) }

    /// - Returns: nil for what is not about a form, or not about who sends it.
    func answer(
        to error: any Error, _ form: FormData?, _ request: Request, _ context: WebContext
    ) async throws -> Response? {
        guard request.method == .post, !context.target.isForProgram else { return nil }
        if let refused = error as? FormRefusal {
            return try refusal(refused, form, request, context).response(from: request, context: context)
        }
        guard let fault = error as? Fault, fault.code == .unauthenticated, context.visitor?.owes != .nothing else {
            return nil
        }
        return try await throughSignIn(form, request, context)
    }

    // MARK: Nobody is signed in

    private func throughSignIn(
        _ form: FormData?, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let sent = UnsentForm(form, request, context, methods)
        // Before anything is kept: it must be a form of this browser.
        do {
            if let form {
                try FormGuard.require(form, request, context, by: .anybody)
            } else {
                try FormGuard.requireSameOrigin(request)
            }
        } catch let refused as FormRefusal {
            return try refusal(refused, form, request, context).response(from: request, context: context)
        } catch let foreign as Fault {
            return try pages.fault(foreign, context).response(from: request, context: context)
        }
        var next = sent.page
        if form != nil, sent.maySend {
            guard let kept = await keep(sent, context) else {
                return try page(sent, .signedOut, context, .unauthorized).response(from: request, context: context)
            }
            next = kept
        }
        let place = context.whereToProve
        return .redirect(to: "\(place)?next=\(LocalPath(next).query)")
    }

    /// - Returns: where it is shown again; nil where it cannot be kept.
    private func keep(_ sent: UnsentForm, _ context: WebContext) async -> String? {
        guard let visit = context.visit,
            !limiter.take(ClientNetwork(context.client.address), at: onboarding.world.now()).isRefused
        else { return nil }
        let id = onboarding.world.random(16).hex
        do {
            let content = Secret(Array(try JSONEncoder().encode(sent)))
            let isKept = try await onboarding.keepForm(content, at: KeepsakePlace(browser: visit, name: id))
            return isKept ? LocalPath.unsentForms + id : nil
        } catch {
            // Whatever keeps the database from it: the page itself can hold what was typed.
            return nil
        }
    }

    /// After signing in: what was typed, and a button that sends it.
    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        let visitor = try context.signedIn()
        let over = Fault(.expired, "What was typed here is kept no longer.")
        guard let visit = context.visit, let id = context.parameters.get("id"),
            let content = try await onboarding.kept(.form, at: KeepsakePlace(browser: visit, name: id))
        else {
            // Whoever owes something proves it first, whatever there is.
            _ = try visitor.actor()
            throw over
        }
        let sent = try JSONDecoder().decode(UnsentForm.self, from: Data(content.exposed))
        // Whoever lost the device never gets past the code: that
        // form asks for no more than the password.
        if visitor.owes != .nothing, sent.page != "/lost-device" { _ = try visitor.actor() }
        let isOwn = sent.holder == String(context.formToken.suffix(32))
        return try page(sent, isOwn ? .back : .anothers, context, .ok)
    }

    // MARK: Somebody else is, or nobody knows the token

    private func refusal(
        _ refused: FormRefusal, _ form: FormData?, _ request: Request, _ context: WebContext
    ) throws -> Page {
        let sent = UnsentForm(form, request, context, methods)
        if sent.route == "/sign-in", let form {
            return try pages.page(
                SignInPage(next: LocalPath(form["next"]), email: form["email"]), context, refused: refused.fault)
        }
        return try page(sent, refused == .anothers ? .anothers : .unknown, context, refused.fault.code.status)
    }

    private func page(
        _ sent: UnsentForm, _ reason: GoOnPage.Reason, _ context: WebContext, _ status: HTTPResponse.Status
    ) throws -> Page {
        let page = GoOnPage(
            is: reason, action: sent.path, page: sent.page, maySend: sent.maySend,
            fields: sent.fields.flatMap { field in field.all.map { ShownField(name: field.name, value: $0) } },
            typed: sent.typed, doing: pages.names.text("doing.\(sent.route)", in: context.language),
            sender: context.visitor?.person.name.text)
        return try pages.page(page, context, status: status)
    }
}

struct GoOnPage: PageValue {
    static let template = "go-on"

    /// Why a form is shown once more.
    enum Reason: String, PageCase { case back, anothers, unknown, signedOut }

    let `is`: Reason
    /// Where it is sent, and where its page is.
    let action, page: String
    let maySend: Bool
    let fields: [ShownField]
    let typed: [String]
    /// What sending it does.
    let doing: String?
    let sender: String?
}

/// A form as it was sent, without its secrets.
struct UnsentForm: Codable {
    struct Field: Codable {
        let name: String
        let all: [String]
    }

    /// With what stood behind `?`.
    let path: String
    /// The pattern of the route.
    let route: String
    /// Where its page is.
    let page: String
    /// Whose page it stood on: the second half of its token.
    let holder: String
    let fields: [Field]
    /// Whether nothing is missing that its sender would have to type anew.
    let maySend: Bool

    /// - Parameter form: nil for one with a file, which has to be chosen again.
    init(_ form: FormData?, _ request: Request, _ context: WebContext, _ methods: RouteMethods) {
        path = LocalPath(request.uri.string).text
        route = context.endpointPath ?? context.target.path
        holder = String((form?["form"] ?? "").suffix(32))
        fields = (form?.kept ?? []).map { Field(name: $0.name, all: $0.all) }
        maySend = form.map { !$0.hasSecrets } ?? false
        // Steps on the way to somewhere know where that is.
        let isStep = ["/sign-in", "/sign-in/code", LocalPath.stepUp].contains(context.target.path)
        let above = methods.page(of: context.target.path)
        if form == nil {
            page = "\(above)?\(request.uri.query.map { "\($0)&" } ?? "")file=again"
        } else {
            page = isStep ? LocalPath(form?["next"]).text : above
        }
    }

    /// What a person wrote, for them to see; not what pages carry along.
    var typed: [String] {
        fields.filter { Self.written.contains($0.name) }.flatMap(\.all).filter {
            !$0.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty
        }
    }

    private static let written: Set = [
        "reason", "comment", "text", "name", "email", "until", "from", "to", "day", "delegate", "subject",
    ]
}
