import ArgumentParser
import Basics
import Defaults
import Foundation
import Glibc
import Logging
import Notification
import Onboarding
import Storage
import Translation
import Web

/// `usher serve`: the pages and the API, and the work that falls due, in one process.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the pages and the API, and do what falls due; stops cleanly on SIGTERM.",
        discussion: """
            Either with a certificate of its own, whose files are read again when they change, or \
            behind a proxy with TLS.
            Set base-url, or give --base-url, to the address that people type. The log goes to standard error,
            one JSON object a line.

            Examples:
              usher serve --listen 127.0.0.1:8080 --base-url https://usher.example
              usher serve --listen 0.0.0.0:443 --tls-certificate fullchain.pem --tls-key privkey.pem \\
                  --metrics 127.0.0.1:9464
            """)

    @Option(help: ArgumentHelp("Address and port; port 0 takes any that is free.", valueName: "host:port"))
    var listen = "127.0.0.1:8080"
    @Option(help: ArgumentHelp("The address that people type, in place of the setting base-url.", valueName: "url"))
    var baseUrl: String?
    @Option(help: ArgumentHelp("PEM file of the certificate and its chain.", valueName: "file"))
    var tlsCertificate: String?
    @Option(help: ArgumentHelp("PEM file of the certificate's key.", valueName: "file")) var tlsKey: String?
    @Option(help: ArgumentHelp("Where /metrics is served, to whoever can reach it.", valueName: "host:port"))
    var metrics: String?
    @OptionGroup var folder: FolderOptions

    func run() async throws {
        // A closed terminal ends no service; a new certificate is found without being told.
        signal(SIGHUP, SIG_IGN)
        defer { LogWriter.standardError.flush() }
        let (host, port) = try Self.endpoint(listen, "--listen")
        if let metrics { _ = try Self.endpoint(metrics, "--metrics") }
        try folder.requireFolder()
        let data = try DataFolder.open(folder.path)
        try await App.run(on: data, for: App.usual.union([.serving]), flags: flags) { app in
            try Self.requireWritable(app)
            let tls = try tls(app.settings)
            let metrics = try metrics(app.settings, besides: (host, port))
            let logger = app.settings.logger(app.onboarding.world)
            try await Self.logHindrances(of: app, logger)
            let server = try WebServer(
                app.onboarding, templates: try app.pages(), translations: app.templates.translations,
                openAPI: try app.overlay.text(at: "api/openapi.yaml") ?? "",
                settings: WebServer.Settings(
                    host: host, port: port, proxies: try TrustedProxies(Settings.list(app.settings["trusted-proxies"])),
                    callsPerMinute: try app.settings.number("api.calls-per-minute", in: 0...10_000_000), tls: tls,
                    metrics: metrics, version: Usher.version, machine: ProcessInfo.processInfo.hostName,
                    connections: OpenFiles.forConnections(),
                    mailServer: app.settings.optional("smtp.url").flatMap { URL(string: $0)?.host() },
                    tries: try app.settings.tries(),
                    holdsStandings: app.settings["decisions.in-memory"] == "yes",
                    storage: { [folder = app.folder] in folder.storage() }),
                logger: logger, drawer: Graphviz.drawn)
            try await Self.registerTerminal(of: app, logger)
            let world = app.onboarding.world
            let start = Logger(label: "usher") { _ in JSONLog(logLevel: .notice, now: world.now) }
            if tls == nil, !Self.isLoopback(host) {
                start.warning("passwords travel in clear: listen on a loopback address behind a proxy, or set tls.key")
            }
            let address = "\(tls == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host)"
            // Whatever the level of the log: whoever collects it finds where each run begins.
            try await server.run { port in
                start.notice(
                    "serving",
                    metadata: ["url": "\(address):\(port)", "version": "\(Usher.version)", "data": "\(data.path)"])
            } metricsListening: { port in
                start.notice("metrics", metadata: ["port": .stringConvertible(port)])
            }
        }
    }

    private static func requireWritable(_ app: App) throws {
        guard app.store.isReadOnly else { return }
        throw Fault(
            .unavailable,
            app.folder.isReadOnly
                ? "The folder \(app.folder.path) is read-only, and a service has to write. Mend it."
                : "This installation is being copied to another database. Start the service when that is done.")
    }

    private static func registerTerminal(of app: App, _ logger: Logger) async throws {
        do { try await app.onboarding.requireOwnApplication() } catch let fault as Fault
            where fault.code == .unavailable
        {
            // Whoever only reads goes on where nothing can be written; the next start does it.
            logger.warning("usher login by a browser is not ready", metadata: ["why": "\(fault.message)"])
        }
    }

    private static func logHindrances(of app: App, _ logger: Logger) async throws {
        for defect in app.defects where defect.use == .mail {
            logger.error("mail waits: a setting cannot be used", metadata: ["why": "\(defect.fault.message)"])
        }
        for standing in try await app.onboarding.workflowStandings() {
            guard let hindrance = standing.hindrance else { continue }
            logger.error("a workflow takes no new requests", metadata: ["why": "\(hindrance)"])
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    /// Options that stand over settings.
    private var flags: [String: (option: String, text: String)] {
        var flags: [String: (option: String, text: String)] = [:]
        if let baseUrl { flags["base-url"] = ("--base-url", baseUrl) }
        if let tlsCertificate { flags["tls.certificate"] = ("--tls-certificate", tlsCertificate) }
        if let tlsKey { flags["tls.key"] = ("--tls-key", tlsKey) }
        if let metrics { flags["metrics.listen"] = ("--metrics", metrics) }
        return flags
    }

    private func tls(_ settings: Settings) throws -> (certificate: String, key: String)? {
        guard let certificate = settings.optional("tls.certificate"), let key = settings.optional("tls.key") else {
            return nil
        }
        return (certificate, key)
    }

    private func metrics(_ settings: Settings, besides pages: (String, Int)) throws -> (host: String, port: Int)? {
        guard let text = settings.optional("metrics.listen") else { return nil }
        let endpoint = try Self.endpoint(text, "--metrics")
        guard endpoint != pages || endpoint.port == 0 else {
            throw Fault.invalid(
                "metrics.listen", "taken", "The pages are served at \(text): metrics want an address of their own.")
        }
        return endpoint
    }

    private static func endpoint(_ text: String, _ option: String) throws -> (host: String, port: Int) {
        guard let endpoint = Endpoint(text) else {
            throw ValidationError("\(option) takes HOST:PORT, such as 127.0.0.1:8080.")
        }
        return (endpoint.host, endpoint.port)
    }
}

extension Settings {
    fileprivate func tries() throws -> WebServer.Tries {
        WebServer.Tries(
            signIn: try number("limits.sign-ins-per-minute", in: 1...1_000_000),
            enrolment: try number("limits.enrolments-per-minute", in: 1...1_000_000),
            renewal: try number("limits.renewals-per-minute", in: 1...1_000_000))
    }

    fileprivate func logger(_ world: World) -> Logger {
        guard let level = Logger.Level(rawValue: self["log.level"]) else {
            preconditionFailure("log.level was not judged")
        }
        return Logger(label: "usher") { _ in JSONLog(logLevel: level, now: world.now) }
    }
}

extension App {
    /// The pages and what they load: path below `templates/`, and text.
    func pages() throws -> [(path: String, text: String)] {
        try overlay.paths(under: "templates/pages/").map { path in
            (path: String(path.dropFirst("templates/".count)), text: try overlay.text(at: path) ?? "")
        }
    }
}
