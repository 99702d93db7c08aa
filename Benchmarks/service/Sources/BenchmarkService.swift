import Basics
import Defaults
import Foundation
import Hummingbird
import LifecycleRig
import Logging
import Notification
import Onboarding
import OneTimePassword
import Storage
import Web

/// The service under load, with a crowd in its database: see README.md.
@main
struct BenchmarkService {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.dropFirst(2).compactMap { Int($0) }
        switch (arguments.first, numbers.count) {
        case ("prepare", 2): try await prepare(arguments[1], people: numbers[0], requests: numbers[1])
        case ("people", 1): try await Crowd.fill(try SQLiteStore(path: arguments[1]), people: numbers[0])
        case ("codes", 1): try codes(into: arguments[1], people: numbers[0])
        case ("serve", 1): try await serve(arguments[1], port: numbers[0])
        case ("bare", 1): try await bare(port: numbers[0])
        case ("openid", 1): try await openID(arguments[1], people: numbers[0])
        case ("decisions", 1): try await decisions(arguments[1], people: numbers[0])
        case ("flows", 2): try await flows(arguments[1], people: numbers[0], flows: numbers[1])
        default:
            let usage = """
                usage: BenchmarkService prepare FILE PEOPLE REQUESTS   a manager's session token, once it is filled
                       BenchmarkService people FILE PEOPLE             into the database of an installation
                       BenchmarkService codes LIST PEOPLE              the code that each shows now, and the token of a session
                       BenchmarkService serve FILE PORT
                       BenchmarkService bare _ PORT                    three routes of Hummingbird, nothing else
                       BenchmarkService openid FILE PEOPLE             id and secret of a service, and a person's token
                       BenchmarkService decisions FILE PEOPLE          id and secret of a platform that asks about them
                       BenchmarkService flows FILE PEOPLE FLOWS        code flows a second, on what openid made
                """
            FileHandle.standardError.write(Data((usage + "\n").utf8))
            exit(2)
        }
    }

    private static func onboarding(_ store: SQLiteStore) throws -> Onboarding {
        try Installation(store: store, world: Installation.world(), mailer: NullMailer()).onboarding
    }

    private static func prepare(_ path: String, people: Int, requests: Int) async throws {
        let store = try SQLiteStore(path: path)
        let onboarding = try onboarding(store)
        print(try await Crowd.found(in: onboarding))
        try await Crowd.fill(store, people: people, sealing: onboarding.vault)
        try await Crowd.ask(requests, in: onboarding)
        try await store.close()
    }

    private static func codes(into path: String, people: Int) throws {
        let now = Installation.world().now()
        let lines = try (0..<people).map { number in
            "\(Crowd.address(number)) \(try Crowd.totp(of: number).code(at: now)) \(try Crowd.token(of: number))\n"
        }
        try lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
    }

    private static func serve(_ path: String, port: Int) async throws {
        let pages = Defaults.paths(under: "templates/pages/").map { path in
            (path: String(path.dropFirst("templates/".count)), text: Defaults.text(at: path) ?? "")
        }
        let server = try WebServer(
            try onboarding(try SQLiteStore(path: path)), templates: pages,
            openAPI: Defaults.text(at: "api/openapi.yaml") ?? "",
            settings: WebServer.Settings(
                host: "127.0.0.1", port: port, proxies: try TrustedProxies([String]()), callsPerMinute: 0),
            // With a line for each request, as it is operated.
            logger: Logger(label: "usher") { _ in JSONLog(logLevel: .info, now: Installation.world().now) })
        try await server.run { _ in }
    }

    private static func openID(_ path: String, people: Int) async throws {
        let store = try SQLiteStore(path: path)
        let onboarding = try onboarding(store)
        _ = try await Crowd.found(in: onboarding)
        try await Crowd.fill(store, people: people, sealing: onboarding.vault)
        let platform = try await SignIns.platform(in: onboarding)
        let token = try await SignIns(in: onboarding).run(for: 0)
        print(platform.id, String(decoding: platform.secret.exposed, as: UTF8.self), token)
        try await store.close()
    }

    private static func decisions(_ path: String, people: Int) async throws {
        let store = try SQLiteStore(path: path)
        let platform = try await Decisions.prepare(people, in: try onboarding(store))
        print(platform.id, String(decoding: platform.secret.exposed, as: UTF8.self))
        try await store.close()
    }

    private static func flows(_ path: String, people: Int, flows: Int) async throws {
        let store = try SQLiteStore(path: path)
        let seconds = try await SignIns(in: try onboarding(store)).run(flows, people: people, callers: 64)
        print(Int(Double(flows) / seconds))
        try await store.close()
    }

    private static func bare(port: Int) async throws {
        let router = Router()
        router.get("healthz") { _, _ in "ok\n" }
        router.get("document") { _, _ in Document(status: "ok", version: 1) }
        router.post("document") { request, context in
            let question = try await request.decode(as: Question.self, context: context)
            return Document(status: question.subject.id, version: 1)
        }
        var logger = Logger(label: "bare")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: nil),
            logger: logger)
        try await application.runService()
    }
}

/// What a route reads that does nothing else, by Hummingbird's own decoder: the shape of a question of AuthZEN.
private struct Question: Decodable {
    struct Entity: Decodable {
        let type, id: String
    }
    struct Action: Decodable {
        let name: String
    }

    let subject, resource: Entity
    let action: Action
}

/// What a route answers that does nothing else, by Hummingbird's own encoder.
private struct Document: ResponseEncodable {
    let status: String
    let version: Int
}
