import ArgumentParser
import Basics
import Defaults
import Foundation
import Web

/// `usher serve`: the pages and the API, and the work that falls due, in one process.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the pages and the API, and do what falls due; stops cleanly on SIGTERM.",
        discussion: """
            Put a proxy with TLS in front, and set base-url to the address that people type.

            Example:
              usher serve --listen 127.0.0.1:8080
            """)

    @Option(help: ArgumentHelp("Address and port; port 0 takes any that is free.", valueName: "host:port"))
    var listen = "127.0.0.1:8080"
    @OptionGroup var folder: FolderOptions

    func run() async throws {
        let (host, port) = try endpoint()
        try await App.run(in: folder) { app in
            let server = try WebServer(
                app.onboarding, templates: try app.pages(), openAPI: try app.overlay.text(at: "api/openapi.yaml") ?? "",
                settings: WebServer.Settings(
                    host: host, port: port,
                    proxies: TrustedProxies(
                        Set(
                            app.settings["trusted-proxies"].split(separator: ",").map {
                                $0.trimmingCharacters(in: .whitespaces)
                            })),
                    callsPerMinute: try app.settings.number("api.calls-per-minute", in: 0...10_000_000)))
            try await server.run { port in
                Output.error("Serving on http://\(host):\(port)")
            }
        }
    }

    private func endpoint() throws -> (String, Int) {
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
            (0...65_535).contains(port), colon > listen.startIndex
        else { throw ValidationError("--listen takes HOST:PORT, such as 127.0.0.1:8080.") }
        return (String(listen[..<colon]).trimmingCharacters(in: ["[", "]"]), port)
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
