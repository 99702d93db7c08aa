import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/openid/authorize`: an application has somebody sign in here, and gets a code.
struct AuthorizationRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get(RouterPath(OpenIDPaths.authorize), use: ask)
        router.post(RouterPath(OpenIDPaths.authorize), use: take)
    }

    @Sendable
    private func ask(_ request: Request, context: WebContext) async throws -> Response {
        let query = AuthorizationQuery(request.uri.query ?? "", onboarding)
        guard query.query.utf8.count <= AuthorizationQuery.greatest else {
            throw HTTPError(.uriTooLong, message: "The address is too long.")
        }
        return try await answer(query, request, context)
    }

    /// What the person said on our page; or a request that an application has a browser send as a form, which
    /// goes on as every other one.
    @Sendable
    private func take(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormData(request)
        guard form.isChecked("decision") else {
            // As it came: what stands twice is refused there, and a state is the application's to the last blank.
            // What a browser's form carries is in no address.
            let query = form.names.filter { $0 != "form" }.flatMap { name in
                form.all(name).map { "\(name.percentEncoded)=\($0.percentEncoded)" }
            }.joined(separator: "&")
            return .redirect(to: "\(OpenIDPaths.authorize)?\(query)")
        }
        try FormGuard.require(form, request, context)
        let query = AuthorizationQuery(form["request"], onboarding)
        return try await answer(query, request, context, consent: form["decision"] == "yes")
    }

    /// - Parameter consent: what the person said on our page; nil before they were asked.
    private func answer(
        _ query: AuthorizationQuery, _ request: Request, _ context: WebContext, consent: Bool? = nil
    ) async throws -> Response {
        var context = context
        let hasConsent = consent == true
        do {
            let sent = try query.parameters
            let asked = try await onboarding.authorizationRequest(sent.values, doubled: sent.doubled)
            if consent == false {
                return try leave(to: onboarding.deny(asked), asked.application.name.text, request, context)
            }
            context = context.speaking(asked.languages, request, onboarding.settings.languages)
            let step = try await onboarding.authorize(
                asked, by: context.visitor, since: query.since, hasConsent: hasConsent)
            if case .redirect = step {} else { try await onboarding.hold(asked) }
            let sealed = try query.sealed(at: onboarding.world.now(), wishing: asked.languages)
            let here = "\(OpenIDPaths.authorize)?\(sealed)"
            switch step {
            case .redirect(let address):
                // What goes back at once was asked for by the application; what follows a form of ours leaves
                // by a page, since browsers keep a form from leading to another site.
                guard query.since != nil || hasConsent else { return .redirect(to: address) }
                return try leave(to: address, asked.application.name.text, request, context)
            case .signIn: return .redirect(to: signIn(asked, here, context))
            case .prove: return .redirect(to: "\(LocalPath.stepUp)?next=\(LocalPath(here).query)")
            case .consent:
                let page = AuthorizePage(
                    application: asked.application.name.text, destination: asked.destination,
                    isOfThisMachine: asked.application.kind == .native,
                    scopes: pages.shown(asked.scopes, in: context.language),
                    request: sealed)
                return try pages.page(page, context).response(from: request, context: context)
            }
        } catch let refused as AuthorizationRefusal {
            if let address = refused.address(from: onboarding.issuer) {
                guard query.since != nil || hasConsent else { return .redirect(to: address) }
                return try leave(to: address, nil, request, context)
            }
            let page = AuthorizeRefusedPage(
                isSignOut: false, code: refused.refusal.code.rawValue, description: refused.refusal.description)
            return try pages.page(page, context, status: .badRequest).response(from: request, context: context)
        }
    }

    private func signIn(_ asked: AuthorizationRequest, _ here: String, _ context: WebContext) -> String {
        var query = "next=\(LocalPath(here).query)"
        switch context.visitor?.owes {
        case .code?, .factor?: return "\(context.whereToProve)?\(query)"
        // Somebody is signed in already, and signs in anew.
        case .nothing?: query += "&again=yes"
        case nil: break
        }
        if !asked.loginHint.isEmpty { query += "&email=\(asked.loginHint.percentEncoded)" }
        return "/sign-in?\(query)"
    }

    private func leave(
        to address: String, _ application: String?, _ request: Request, _ context: WebContext
    ) throws -> Response {
        try pages.page(LeavePage(address: address, application: application ?? ""), context)
            .response(from: request, context: context)
    }
}

/// The query of a request, and when it came here first: a browser that was led to the sign-in in between
/// brings both back, under our seal.
struct AuthorizationQuery {
    /// As the application wrote it.
    let query: String
    /// Nil for one that comes for the first time.
    let since: Timestamp?
    private let onboarding: Onboarding
    /// In bytes; twice that fits into an address, which it is part of on the way through the sign-in.
    static let greatest = 8_192
    /// Nobody takes longer to sign in.
    private static let greatestAgeSeconds: Int64 = 3_600

    init(_ text: String, _ onboarding: Onboarding) {
        self.onboarding = onboarding
        let mark = text.range(of: "&usher-since=").map(\.lowerBound)
        guard let mark, let pairs = try? QueryPair.read(text[mark...], greatest: 4), pairs.count == 2,
            pairs[1].name == "usher-seal", let milliseconds = Int64(pairs[0].value)
        else {
            (query, since) = (text, nil)
            return
        }
        let (query, since) = (String(text[..<mark]), Timestamp(milliseconds: milliseconds))
        // What somebody else wrote there counts for nothing, and neither does what is long past.
        let isOurs = (try? onboarding.seal(query, since: since)) == pairs[1].value
        let now = onboarding.world.now()
        let isRecent = since <= now && now <= since.adding(seconds: Self.greatestAgeSeconds)
        (self.query, self.since) = (query, isOurs && isRecent ? since : nil)
    }

    /// - Throws: HTTP 400.
    var parameters: SentParameters {
        get throws {
            do throws(QueryPair.Malformed) { return SentParameters(try QueryPair.read(query, greatest: 100)) } catch {
                throw HTTPError(.badRequest, message: "The request cannot be read: \(error.message)")
            }
        }
    }

    /// - Parameters:
    ///   - now: counts if this is the first time.
    ///   - languages: that were wished for; the address of a pushed request does not say it by itself, and pages on the
    ///     way, which read nothing else, are to know.
    func sealed(at now: Timestamp, wishing languages: String) throws -> String {
        let since = since ?? now
        let isSaid = try languages.isEmpty || parameters.values["ui_locales"] != nil
        // A browser leaves it as it stands, and a path of ours has none.
        let plain = query.replacing("\\", with: "%5C")
        let query = isSaid ? plain : "\(plain)&ui_locales=\(languages.percentEncoded)"
        return "\(query)&usher-since=\(since.milliseconds)&usher-seal=\(try onboarding.seal(query, since: since))"
    }
}

/// Whether the person means it.
struct AuthorizePage: PageValue {
    static let template = "authorize"
    let application: String
    /// Where they are led.
    let destination: String
    let isOfThisMachine: Bool
    let scopes: [ShownScope]
    let request: String
}

/// What no application is told, since nobody knows which one asked.
struct AuthorizeRefusedPage: PageValue {
    static let template = "authorize-refused"
    /// It asked for a sign-out, and not for a sign-in.
    let isSignOut: Bool
    let code, description: String
}

/// The way back to an application.
struct LeavePage: PageValue {
    static let template = "leave"
    let address: String
    /// Empty where it is not told.
    let application: String
}
