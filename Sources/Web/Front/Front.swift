import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Onboarding
import Records

/// What every request passes first: who is it, in which language, and what became of it.
///
/// Errors become answers here and nowhere else: in the manner of an API to programs, as a page to people.
/// One object, and no value: it is passed along with every request.
final class Front: RouterMiddleware {
    let onboarding: Onboarding
    let pages: Pages
    let proxies: TrustedProxies
    let methods: RouteMethods
    /// How often one may call the API; nil for as often as they like.
    let calls: RateLimiter?
    let hub: EventHub
    let metrics: Metrics
    let recorder: SecurityRecorder
    let logger: Logger
    /// Forms that cannot be carried out as they came.
    let unsent: UnsentForms
    let pseudonyms: Pseudonyms
    let stepUp: StepUp

    init(
        _ onboarding: Onboarding, pages: Pages, proxies: TrustedProxies, methods: RouteMethods, calls: RateLimiter?,
        hub: EventHub, metrics: Metrics, recorder: SecurityRecorder, logger: Logger, unsent: UnsentForms
    ) {
        self.onboarding = onboarding
        self.pages = pages
        self.proxies = proxies
        self.methods = methods
        self.calls = calls
        self.hub = hub
        self.metrics = metrics
        self.recorder = recorder
        self.logger = logger
        self.unsent = unsent
        pseudonyms = Pseudonyms(keys: onboarding.keys)
        stepUp = StepUp(onboarding: onboarding, pages: pages)
    }

    func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        metrics.began()
        var context = context
        do {
            let response = try await respond(to: request, &context, next)
            tell(context.endpointPath ?? "none", request.method.rawValue, response.status, since: start, context.logged)
            return response
        } catch {
            // Not even the page that tells of an error could be made.
            logger.error("no answer", metadata: ["request": "\(context.requestID)", "why": "\(error.told)"])
            tell(
                context.endpointPath ?? "none", request.method.rawValue, .internalServerError, since: start,
                context.logged)
            throw error
        }
    }

    /// A line of the log and the numbers of a request: ids and patterns, never
    /// what people typed, nor what opens a door.
    ///
    /// - Parameter call: made only where there is a line.
    func tell(
        _ route: String, _ method: String, _ status: HTTPResponse.Status, since start: ContinuousClock.Instant,
        _ call: @autoclosure () -> LoggedCall
    ) {
        let seconds = start.secondsSince
        metrics.ended(route: route, method: method, status: status.code, seconds: seconds)
        // Whoever watches asks every few seconds, a platform thousands of times a second whether somebody may, and what
        // every page or application loads says nothing of its own.
        let isRoutine =
            route == "/healthz" || route == "/readyz" || route == OpenIDPaths.keys || route.hasPrefix("/assets/")
            || route.hasPrefix("\(OpenIDPaths.wellKnown)/")
            || (status == .ok && Self.routine.contains(route))
        let level: Logger.Level = isRoutine ? .debug : .info
        guard logger.logLevel <= level else { return }
        let call = call()
        logger.log(
            level: level, "request",
            metadata: [
                "request": .string(call.requestID), "method": .string(String(method.prefix(16))),
                "route": .string(route), "status": .stringConvertible(status.code),
                "milliseconds": .stringConvertible(Int(seconds * 1000)),
                "actor": .string(call.actor ?? "-"),
                // The same each time for the same address and
                // account, and nothing to whoever has not the key.
                "from": .string(pseudonyms.of(call.address, "address")),
                "account": .string(call.account.map(pseudonym) ?? "-"),
            ])
    }

    private static let routine: Set = [AuthZENPaths.evaluation, AuthZENPaths.evaluations, OpenIDPaths.introspect]

    /// An address that nobody has has its pseudonym already.
    private func pseudonym(_ account: String) -> String {
        PersonID(account) == nil ? account : pseudonyms.of(account, "account")
    }

    /// What a refusal tells of an attack; nil for what use cases record
    /// themselves, and for what anybody may try.
    private func sighting(
        _ status: HTTPResponse.Status, _ error: (any Error)?, _ request: Request, _ context: WebContext
    ) -> Sighting? {
        guard !context.witness.hasSeen else { return nil }
        let isKnown = context.known != nil
        let kind: SecurityEvent.Kind
        switch status {
        case .forbidden: kind = .refused
        case .tooManyRequests: kind = .limited
        // Whoever is known and guesses at what others have; not what was mistyped in an address bar.
        case .notFound where isKnown && error is Fault: kind = .notTheirs
        case .unauthorized where !isKnown && request.headers[.authorization] != nil: kind = .badToken
        default: return nil
        }
        return Sighting(kind, actor: context.known?.party, from: context.origin)
    }

    private func respond(
        to request: Request, _ context: inout WebContext,
        _ next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        context.client = Client(
            address: proxies.client(request.headers, peer: context.client.address),
            agent: request.headers[.userAgent] ?? "",
            device: WebCookie.value(of: WebCookie.device, in: request).map { Secret($0) })
        context.newestChange = hub.newest
        context.language = onboarding.settings.languages.preferred(by: request.headers[.acceptLanguage] ?? "")
        var request = request
        var response: Response
        var limit: HTTPFields = [:]
        var form: FormData?
        var proven: SignIn?
        var caught: (any Error)?
        do {
            // What may be read in two ways is not looked at further; then
            // who, how often, and only then what was sent.
            try read(request, into: &context)
            try await identify(request, &context)
            try count(request, context, &limit)
            form = try await stepUp.form(of: &request, context)
            proven = try await Origin.$current.withValue(context.origin) {
                try await stepUp.prove(form, request, &context)
            }
            let (sent, known) = (request, context)
            response = try await Origin.$current.withValue(known.origin) { try await next(sent, known) }
        } catch {
            caught = error
            response = try await answer(error, form, request, context)
        }
        if let sighting = sighting(response.status, caught, request, context) { recorder.add(sighting) }
        // Whatever became of the rest, the session has its new
        // token; unless the route made a newer one.
        if let proven, !response.headers[values: .setCookie].contains(where: WebCookie.isSession) {
            response.headers.append(contentsOf: WebCookie.fields(of: proven))
        }
        response.headers[.xRequestID] = context.target.manner?.requestID(of: request) ?? context.requestID
        response.headers.append(contentsOf: limit)
        return response
    }

    private func read(_ request: Request, into context: inout WebContext) throws {
        do {
            try RequestFraming.judge(request)
            context.target = try target(of: request)
        } catch {
            // For the manner of the answer; no other request pays for that guess.
            context.target = RequestTarget(refused: request)
            throw error
        }
    }

    private func target(of request: Request) throws -> RequestTarget {
        let target: RequestTarget
        do throws(RequestTarget.Refusal) { target = try RequestTarget(request) } catch {
            throw HTTPError(error.status, message: error.message)
        }
        // The API names what is given twice among its other faults, and of a sign-in its application is told.
        if !target.isForProgram, target.path != OpenIDPaths.authorize, let name = target.doubledName {
            throw HTTPError(.badRequest, message: "The parameter \(name.prefix(100)) is given twice.")
        }
        return target
    }

    /// Counts what costs us something before any of it is read: calls of the
    /// API, and what nobody known sends to pages.
    ///
    /// By person where there is one, else by network; says how many are
    /// left (draft-ietf-httpapi-ratelimit-headers).
    private func count(_ request: Request, _ context: WebContext, _ headers: inout HTTPFields) throws {
        guard context.target.isForProgram || (request.isUnsafe && context.visitor == nil) else { return }
        try count(context.known?.text, context.client.address, &headers)
    }

    /// Whether the next call would be refused: what is counted once it is answered asks this before any work.
    func isSpent(_ known: String?, _ address: @autoclosure () -> String) -> Bool {
        guard let calls else { return false }
        let now = onboarding.world.now()
        if let known { return calls.isSpent(known, at: now) }
        return calls.isSpent(ClientNetwork(address()), at: now)
    }

    func count(_ known: String?, _ address: @autoclosure () -> String, _ headers: inout HTTPFields) throws {
        guard let calls else { return }
        let now = onboarding.world.now()
        let standing =
            if let known { calls.take(known, at: now) } else { calls.take(ClientNetwork(address()), at: now) }
        let (quota, window) = calls.policy
        headers[.rateLimitPolicy] = "\"calls\";q=\(quota);w=\(window)"
        headers[.rateLimit] = "\"calls\";r=\(standing.remaining);t=\(standing.seconds)"
        guard standing.isRefused else { return }
        throw Fault(
            .tooMany, "Too many calls. Wait \(standing.seconds) seconds and try again.",
            retryAfterSeconds: standing.seconds)
    }

    private func answer(
        _ error: any Error, _ form: FormData?, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        if let page = try stepUp.page(for: error, form, request, context) {
            return page.response(from: request, context: context)
        }
        if let response = try await unsent.answer(to: error, form, request, context) { return response }
        var refusal = WebRefusal(error, scheme: context.scheme)
        if refusal.status == .notFound, error is HTTPError {
            let allowed = methods.allowed(at: context.target.path)
            if !allowed.isEmpty {
                refusal = WebRefusal(HTTPError(.methodNotAllowed, headers: [.allow: allowed.joined(separator: ", ")]))
            }
        }
        let fault = refusal.fault
        // That too much is asked for at once is no outage: it says when to come again.
        if fault.code == .unavailable, fault.retryAfterSeconds == nil {
            logger.failed("outage", error, metadata: ["request": "\(context.requestID)"])
        }
        if let manner = context.target.manner {
            if fault.code == .unauthenticated { refusal.headers[.wwwAuthenticate] = context.challenge(request) }
            // In English commands say what their options are.
            if context.language != .english { refusal.say(in: context.language, pages.translations) }
            return try manner.refuse(refusal, request, context)
        }
        if fault.code == .unauthenticated, request.method == .get {
            return .redirect(to: "\(context.whereToProve)?next=\(LocalPath(request.uri.string).query)")
        }
        var page = try pages.fault(fault, context)
        page.status = refusal.status
        page.headers.append(contentsOf: refusal.headers)
        return page.response(from: request, context: context)
    }
}

extension WebContext {
    /// Where whoever has come half the way goes on from; whoever is in proves themselves anew.
    var whereToProve: String {
        switch visitor?.owes {
        case nil: "/sign-in"
        case .code?: "/sign-in/code"
        case .factor?: "/sign-in/factor"
        case .nothing?: LocalPath.stepUp
        }
    }
}

extension HTTPField.Name {
    static let xRequestID = HTTPField.Name("X-Request-Id") ?? .via
    fileprivate static let rateLimit = HTTPField.Name("RateLimit") ?? .via
    fileprivate static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy") ?? .via
}

/// What the log says of a call, beside what was called and what came of it.
struct LoggedCall {
    let requestID: String
    let actor: String?
    let address: String
    /// Whom a proof was about.
    var account: String?
}

extension WebContext {
    fileprivate var logged: LoggedCall {
        LoggedCall(
            requestID: requestID, actor: known?.text, address: client.address,
            account: witness.account ?? visitor?.person.id.text)
    }
}
