import Basics
import Defaults
import Foundation
import OneTimePassword
import Synchronization
import TestSupport
import Testing
import Translation
import Web

/// A whole installation behind a real server on a free port of this machine.
final class Site: Sendable {
    let world: TestInstallation
    let port: Int
    let server: WebServer
    /// Every route that the server has.
    let routes: [WebServer.Route]
    private let serving: Task<Void, any Error>

    /// - Parameter world: nil makes a new one with Marie, and the customer acme with Rita.
    /// - Parameter holdsStandings: decisions from memory; only for a world that nobody changes behind the trail's back.
    init(
        _ given: TestInstallation? = nil, proxies: Set<String> = [], callsPerMinute: Int = 6_000,
        holdsStandings: Bool = false
    ) async throws {
        let world: TestInstallation
        if let given { world = given } else { world = try await TestInstallation.withAcme() }
        let server = try WebServer(
            world.usher, templates: Self.templates, translations: try Self.translations.get(),
            openAPI: Defaults.text(at: "api/openapi.yaml") ?? "",
            // Without a worker: every mail is sent by the step that caused it, so a test finds it when the step is done.
            settings: WebServer.Settings(
                host: "127.0.0.1", port: 0, proxies: try TrustedProxies(proxies), isWorker: false,
                callsPerMinute: callsPerMinute, holdsStandings: holdsStandings))
        let (ports, found) = AsyncStream<Int>.makeStream()
        serving = Task { try await server.run { found.yield($0) } }
        let port = try #require(await ports.first { _ in true })
        self.world = world
        self.port = port
        self.server = server
        routes = server.routes
    }

    deinit { serving.cancel() }

    static let templates: [(path: String, text: String)] =
        (Defaults.paths(under: "templates/pages/") + Defaults.paths(under: Translations.folder)).compactMap { path in
            Defaults.text(at: path).map { (path: String(path.dropFirst("templates/".count)), text: $0) }
        }

    /// Read once for all sites.
    private static let translations = Result { try Translations(templates) }

    /// A browser of its own: nobody is signed in.
    func browser(language: String = "en") -> Browser { Browser(site: self, language: language) }

    /// Somebody who signed in with all they have.
    func browser(of who: Enrolled, language: String = "en") async throws -> Browser {
        // The next code: the one before was used to enrol.
        world.clock.skip(seconds: 60)
        let browser = browser(language: language)
        _ = try await browser.get("/sign-in")
        _ = try await browser.submit("/sign-in", ["email": who.email.text, "password": who.password])
        if let totp = who.totp {
            // The form of this page carries what belongs to the session.
            _ = try await browser.get("/sign-in/code")
            _ = try await browser.submit("/sign-in/code", ["code": try totp.code(at: world.clock.now)])
        }
        return browser
    }
}
