import Basics
import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
package import Onboarding

/// The HTTP service: pages for people, an API for programs.
package struct WebServer: Sendable {
    /// What an operator may set.
    package struct Settings: Sendable {
        package let host: String
        package let port: Int
        /// Proxies whose word on a client's address is taken.
        package let proxies: TrustedProxies
        /// Whether this process also does what falls due.
        package let isWorker: Bool
        /// Calls of the API that one person, or one address, may make in a minute; 0 for as many as they like.
        package let callsPerMinute: Int

        package init(
            host: String, port: Int, proxies: TrustedProxies, isWorker: Bool = true, callsPerMinute: Int = 6_000
        ) {
            self.host = host
            self.port = port
            self.proxies = proxies
            self.isWorker = isWorker
            self.callsPerMinute = callsPerMinute
        }
    }

    private let onboarding: Onboarding
    private let pages: Pages
    private let document: APIDocument
    private let settings: Settings
    private let logger = Logger(label: "usher")

    /// - Parameters:
    ///   - templates: path below `templates/`, and text, of all that lies in `pages`.
    ///   - openAPI: the document of the API, in YAML.
    /// - Throws: `Fault.Code.invalid` for a page or a document that cannot be parsed.
    package init(
        _ onboarding: Onboarding, templates: [(path: String, text: String)], openAPI: String, settings: Settings
    ) throws {
        self.onboarding = onboarding
        self.settings = settings
        document = try APIDocument(yaml: openAPI)
        pages = Pages(
            templates: try PageTemplates(templates), onboarding: onboarding, assets: try Assets(templates),
            words: try FaultWords(templates), names: try Words(templates))
    }

    /// Serves until it is told to stop (SIGTERM, SIGINT), then finishes what is in flight.
    ///
    /// - Parameter listening: called with the port once connections are taken.
    package func run(listening: @escaping @Sendable (Int) async -> Void) async throws {
        let application = Application(
            router: router(),
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: nil),
            services: settings.isWorker ? [DueWorker(onboarding: onboarding, logger: logger)] : [],
            onServerRunning: { await listening($0.localAddress?.port ?? 0) },
            logger: logger)
        try await application.runService()
    }

    package struct Route: Hashable, Sendable {
        package let method: String
        /// With `{name}` for what varies.
        package let path: String
    }

    /// Every route that is served, for tests that must forget none.
    package var routes: [Route] {
        router().routes.map { Route(method: $0.method.rawValue, path: $0.path.description) }
    }

    func router() -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        let methods = RouteMethods()
        let calls = settings.callsPerMinute
        router.add(middleware: SecurityHeaders(isSecure: onboarding.settings.baseURL.hasPrefix("https://")))
        router.add(
            middleware: Front(
                onboarding: onboarding, pages: pages, proxies: settings.proxies, methods: methods,
                calls: calls > 0 ? RateLimiter(burst: calls, perMinute: calls) : nil))
        // A person types a password once or twice; a machine that guesses is slowed down long before it is a load.
        let guesses = RateLimiter(burst: 30, perMinute: 30)
        pages.assets.add(to: router)
        HealthRoutes(store: onboarding.store).add(to: router)
        WelcomeRoutes(onboarding: onboarding, pages: pages, limiter: guesses).add(to: router)
        SignInRoutes(onboarding: onboarding, pages: pages, limiter: guesses).add(to: router)
        StepUpRoutes(pages: pages).add(to: router)
        AccountRoutes(onboarding: onboarding, pages: pages, limiter: guesses).add(to: router)
        LostDeviceRoutes(onboarding: onboarding, pages: pages).add(to: router)
        RequestRoutes(onboarding: onboarding, pages: pages).add(to: router)
        RequestFormRoutes(onboarding: onboarding, pages: pages).add(to: router)
        InboxRoutes(onboarding: onboarding, pages: pages).add(to: router)
        DecisionRoutes(onboarding: onboarding, pages: pages).add(to: router)
        HomeRoutes(onboarding: onboarding, pages: pages).add(to: router)
        APIRoutes(onboarding: onboarding, document: document, guesses: guesses).add(to: router)
        methods.fill(from: router)
        return router
    }
}
