import Basics
import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
public import Onboarding
import ServiceLifecycle
public import Translation
import UnixSignals

/// The HTTP service: pages for people, an API for programs.
public struct WebServer: Sendable {
    /// Tries that one network has in a minute: an address of IPv4, or a
    /// /64 of IPv6; a /48 has eight times as many.
    ///
    /// Only what was wrong uses them up, but for renewals, of which none is.
    public struct Tries: Sendable {
        public let signIn: Int
        public let enrolment: Int
        public let renewal: Int

        public init(signIn: Int = 30, enrolment: Int = 30, renewal: Int = 30) {
            self.signIn = signIn
            self.enrolment = enrolment
            self.renewal = renewal
        }
    }

    /// What an operator may set.
    public struct Settings: Sendable {
        public let host: String
        public let port: Int
        /// Proxies whose word on a client's address is taken.
        public let proxies: TrustedProxies
        /// Whether this process also does what falls due.
        public let isWorker: Bool
        /// Calls of the API that one person, or one address, may make
        /// in a minute; 0 for as many as they like.
        public let callsPerMinute: Int
        /// What is worth guessing.
        public let tries: Tries
        /// PEM files of the certificate with its chain, and of its key; nil where a proxy speaks TLS.
        public let tls: (certificate: String, key: String)?
        /// Where `/metrics` is served, and nothing else; nil for nowhere.
        public let metrics: (host: String, port: Int)?
        /// Of the program.
        public let version: String
        /// Name of the machine, by which its node is known.
        public let machine: String
        /// Connections taken at once; what comes on top waits in the queue of the kernel.
        public let connections: Int
        /// Where mail goes, for the status page; nil for files in a folder.
        public let mailServer: String?
        /// Whether decisions are held in memory.
        public let holdsStandings: Bool
        /// How full the disk is; nil where nobody knows.
        public let storage: @Sendable () -> StorageFacts?

        public init(
            host: String, port: Int, proxies: TrustedProxies, isWorker: Bool = true, callsPerMinute: Int = 6_000,
            tls: (certificate: String, key: String)? = nil, metrics: (host: String, port: Int)? = nil,
            version: String = "", machine: String = "", connections: Int = 16_384, mailServer: String? = nil,
            tries: Tries = Tries(), holdsStandings: Bool = true,
            storage: @escaping @Sendable () -> StorageFacts? = { nil }
        ) {
            self.tries = tries
            self.holdsStandings = holdsStandings
            self.host = host
            self.port = port
            self.proxies = proxies
            self.isWorker = isWorker
            self.callsPerMinute = callsPerMinute
            self.tls = tls
            self.metrics = metrics
            self.version = version
            self.machine = machine
            self.connections = connections
            self.mailServer = mailServer
            self.storage = storage
        }
    }

    let onboarding: Onboarding
    let pages: Pages
    let document: APIDocument
    let settings: Settings
    let metrics = Metrics()
    private let certificates: Certificates?
    let logger: Logger
    let facts: ProcessFacts
    let pictures: WorkflowPictures
    /// Tells open pages that something changed.
    let hub: EventHub
    let recorder: SecurityRecorder

    /// - Parameters:
    ///   - templates: path below `templates/`, and text, of all that lies in `pages` and `words`.
    ///   - translations: nil takes the catalogues among the templates.
    ///   - openAPI: the document of the API, in YAML.
    ///   - drawer: makes pictures of workflows; without one pages show them as text.
    /// - Throws: `Fault.Code.invalid` for a page, a document or a certificate that cannot be used.
    public init(
        _ onboarding: Onboarding, templates: [(path: String, text: String)], translations: Translations? = nil,
        openAPI: String, settings: Settings,
        logger: Logger = Logger(label: "usher"), drawer: PictureDrawer? = nil
    ) throws {
        let onboarding = onboarding.measured(by: metrics, logger)
        self.onboarding = onboarding
        self.settings = settings
        self.logger = logger
        let certificates = try settings.tls.map { try Certificates(certificate: $0.certificate, key: $0.key) }
        self.certificates = certificates
        facts = ProcessFacts(
            version: settings.version, machine: settings.machine, startedAt: onboarding.world.now(),
            mailServer: settings.mailServer,
            certificateEnd: { certificates?.end })
        pictures = WorkflowPictures(drawer)
        hub = EventHub(onboarding: onboarding, logger: logger)
        recorder = SecurityRecorder(onboarding: onboarding, logger: logger)
        document = try APIDocument(yaml: openAPI)
        // What is wrong with a catalogue is told now, and nobody's
        // first mail or page waits for it to be read.
        let translations = try translations ?? Translations(templates)
        try translations.judge()
        pages = Pages(
            templates: try PageTemplates(templates, translations), onboarding: onboarding,
            assets: try Assets(templates), translations: translations,
            names: Words(translations))
    }

    /// Serves until it is told to stop (SIGTERM, SIGINT), then finishes what is in flight.
    ///
    /// - Parameters:
    ///   - listening: called with the port once connections are taken.
    ///   - metricsListening: the same for the address of the metrics, where there is one.
    public func run(
        listening: @escaping @Sendable (Int) async -> Void,
        metricsListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws {
        let (router, prompt) = served()
        let http = Self.http([ConnectionOptions.Inserter(), RequestDeadline(), PromptAnswers(prompt)])
        let application = Application(
            router: router,
            server: try certificates.map { try .tls(http, tlsConfiguration: $0.configuration) } ?? http,
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(settings.connections)),
            services: services(metricsListening),
            onServerRunning: { await listening($0.localAddress?.port ?? 0) },
            logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // A client that never ends its request must not keep us from ending.
        configuration.maximumGracefulShutdownDuration = Self.patience
        // The last resort, which ends by a fatal error: on a busy machine what was
        // cancelled takes a while to end in order.
        configuration.maximumCancellationDuration = .seconds(60)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let refusal as IOError where Self.listening.contains(refusal.errnoCode) {
            let metrics = settings.metrics.map { " or \($0.host):\($0.port)" } ?? ""
            throw Fault(
                .unavailable,
                """
                There is no listening on \(settings.host):\(settings.port)\(metrics) \
                (\(String(cString: strerror(refusal.errnoCode)))). Choose another address, or end what uses it.
                """)
        }
    }

    /// Why a system refuses an address to listen on.
    private static let listening: Set<CInt> = [EADDRINUSE, EADDRNOTAVAIL, EACCES]

    private static func http(
        _ handlers: @autoclosure @escaping @Sendable () -> [any RemovableChannelHandler]
    ) -> HTTPServerBuilder {
        .http1(
            configuration: .init(
                additionalChannelHandlers: handlers(),
                // What a browser sends fits several times;
                // whatever reads a field reads no more than this.
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)))
    }

    /// For how long what is in flight may take after SIGTERM.
    private static let patience = Duration.seconds(30)

    /// What runs beside the pages; stopped after them.
    private func services(_ metricsListening: @escaping @Sendable (Int) async -> Void) -> [any Service] {
        var services: [any Service] = [
            hub, recorder, Heartbeat(onboarding: onboarding, facts: facts, logger: logger),
        ]
        if settings.holdsStandings { services.append(StandingKeeper(onboarding: onboarding, logger: logger)) }
        if settings.isWorker {
            services.append(DueWorker(onboarding: onboarding, metrics: metrics, logger: logger))
            services.append(BatchClerk(onboarding: onboarding, logger: logger))
            services.append(Couriers(onboarding: onboarding, logger: logger))
            services.append(WebhookCouriers(onboarding: onboarding, logger: logger))
            services.append(AuditSigner(onboarding: onboarding, logger: logger))
            services.append(SecurityWatch(onboarding: onboarding, logger: logger))
            services.append(VacancyWatch(onboarding: onboarding, logger: logger))
        }
        if let certificates { services.append(CertificateWatch(certificates: certificates, logger: logger)) }
        if let address = settings.metrics {
            let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
            MetricsRoutes(metrics: metrics, onboarding: onboarding, facts: facts, storage: settings.storage)
                .add(to: router)
            services.append(
                Application(
                    router: router, server: Self.http([ConnectionOptions.Inserter(), RequestDeadline()]),
                    configuration: ApplicationConfiguration(
                        address: .hostname(address.host, port: address.port), serverName: nil),
                    onServerRunning: { await metricsListening($0.localAddress?.port ?? 0) }, logger: logger))
        }
        return services
    }
}
