import Hummingbird
import Onboarding

extension WebServer {
    public struct Route: Hashable, Sendable {
        public let method: String
        /// With `{name}` for what varies.
        public let path: String
    }

    /// Every route that is served, for tests that must forget none.
    public var routes: [Route] {
        router().routes.map { Route(method: $0.method.rawValue, path: $0.path.description) }
    }

    /// Whether people reach us by TLS, ours or a proxy's.
    private var isSecure: Bool { settings.tls != nil || onboarding.settings.baseURL.hasPrefix("https://") }

    func router() -> Router<WebContext> { served().router }

    /// The routes, and what answers some of them before they are asked.
    func served() -> (router: Router<WebContext>, prompt: PromptResponder) {
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        let methods = RouteMethods()
        let calls = settings.callsPerMinute
        let unsent = UnsentForms(
            onboarding: onboarding, pages: pages, methods: methods, limiter: RateLimiter(burst: 30, perMinute: 30))
        let front = Front(
            onboarding, pages: pages, proxies: settings.proxies, methods: methods,
            calls: calls > 0 ? RateLimiter(burst: calls, perMinute: calls) : nil, hub: hub, metrics: metrics,
            recorder: recorder, logger: logger, unsent: unsent)
        let security = SecurityHeaders(isSecure: isSecure)
        router.add(middleware: security)
        HealthRoutes.addLiveness(to: router)
        router.add(middleware: front)
        let groups = groups + [unsent]
        for group in groups { group.add(to: router) }
        methods.fill(from: router)
        return (router, PromptResponder(front, security, groups.flatMap(\.prompt)))
    }

    /// Everything that is served behind `Front`.
    private var groups: [any RouteGroup] {
        // A person types a password once or twice; a machine that guesses is slowed down long
        // before it is a load. Each kind has tries of its own, so that an onboarding morning
        // in one office keeps nobody there from signing in.
        let limiters = APILimiters(settings.tries)
        let (passwords, links, mails) = (limiters.passwords, limiters.links, limiters.mails)
        return [
            pages.assets,
            HealthRoutes(store: onboarding.store, probe: WriteProbe(onboarding, storage: settings.storage)),
            WelcomeRoutes(onboarding: onboarding, pages: pages, limiter: links, renewals: mails),
            PasswordRoutes(onboarding: onboarding, pages: pages, limiter: links, renewals: mails),
            SignInRoutes(onboarding: onboarding, pages: pages, limiter: passwords),
            StepUpRoutes(pages: pages),
            AccountRoutes(onboarding: onboarding, pages: pages, limiter: passwords),
            CollectionRoutes(onboarding: onboarding, pages: pages),
            LostDeviceRoutes(onboarding: onboarding, pages: pages),
            RequestRoutes(onboarding: onboarding, pages: pages),
            PeopleRoutes(onboarding: onboarding, pages: pages),
            CloudRoutes(onboarding: onboarding, pages: pages),
            ResourceRoutes(onboarding: onboarding, pages: pages),
            AccessRoutes(onboarding: onboarding, pages: pages),
            BatchRoutes(onboarding: onboarding, pages: pages),
            RequestFormRoutes(onboarding: onboarding, pages: pages),
            InboxRoutes(onboarding: onboarding, pages: pages),
            BulkRoutes(onboarding: onboarding, pages: pages),
            DelegationRoutes(onboarding: onboarding, pages: pages),
            SearchRoutes(onboarding: onboarding, pages: pages),
            EventRoutes(onboarding: onboarding, hub: hub),
            DecisionRoutes(onboarding: onboarding, pages: pages),
            OperationRoutes(onboarding: onboarding, pages: pages, metrics: metrics, facts: facts),
            WorkflowRoutes(onboarding: onboarding, pages: pages, pictures: pictures),
            AuditRoutes(onboarding: onboarding, pages: pages),
            SecurityRoutes(onboarding: onboarding, pages: pages),
            ApplicationRoutes(onboarding: onboarding, pages: pages),
            HomeRoutes(onboarding: onboarding, pages: pages),
            MetadataRoutes(onboarding: onboarding),
            TokenRoutes(onboarding: onboarding, limiter: RateLimiter(burst: 120), recorder: recorder),
            UserInfoRoutes(onboarding: onboarding),
            AuthorizationRoutes(onboarding: onboarding, pages: pages),
            SignOutRoutes(onboarding: onboarding, pages: pages),
            DeviceRoutes(onboarding: onboarding, pages: pages, limiter: links),
            APIRoutes(onboarding: onboarding, document: document, limiters: limiters),
            AuthZENMetadata(onboarding: onboarding),
            AuthZENRoutes(onboarding: onboarding),
        ] + (onboarding.settings.accessRequests == nil ? [] : [AccessRequestRoutes(onboarding: onboarding)])
    }
}
