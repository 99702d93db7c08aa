import Foundation
import Synchronization
import Testing

/// An installation at work: Acme with the clouds `default` and `prod`, its representative Rita and the provider's
/// manager Marie, both active with an authenticator.
///
/// Where most stories begin.
///
/// Its clock starts on a Monday morning. It runs while a command runs, however busy the machine is, and a test moves it
/// forward; nobody waits.
final class Office: Sendable {
    static let marie = "marie@provider.example"
    static let rita = "rita@acme.example"
    static let password = "violette cendre 41"

    let usher: CommandLineProgram
    /// Environment of every run.
    private let settings: Mutex<[String: String]>
    private let clock: Mutex<Double>
    private let authenticators: Mutex<[String: Authenticator]>

    /// What somebody scanned, as `enrol start` gave it.
    struct Authenticator {
        let secret: String
        let algorithm: String
        let digits: Int
        let period: Int

        init(_ start: Document) throws {
            secret = try #require(start["secret"].text, "\(start)")
            algorithm = try #require(start["algorithm"].text?.lowercased())
            digits = Int(try #require(start["digits"].integer))
            period = Int(try #require(start["period"].integer))
        }
    }

    /// 2027-03-01 09:00:00 UTC.
    private static let monday = 1_803_891_600.0

    private init(
        _ usher: CommandLineProgram, settings: [String: String], from start: Double,
        authenticators: [String: Authenticator] = [:]
    ) {
        self.usher = usher
        self.settings = Mutex(settings)
        clock = Mutex(start)
        self.authenticators = Mutex(authenticators)
    }

    /// A copy of the founded office: choosing passwords costs most of the time, and once is enough.
    static func open(settings: [String: String] = [:]) async throws -> Office {
        let first = try await founded.value
        let usher = try CommandLineProgram()
        try FileManager.default.copyItem(at: first.usher.data, to: usher.data)
        return Office(
            usher, settings: settings, from: monday + 3600, authenticators: first.authenticators.withLock { $0 })
    }

    private static let founded = Task {
        let usher = try CommandLineProgram()
        // Nobody else ends the life of what is kept for all tests.
        removedAtExit.withLock { $0 = usher.folder }
        atexit { Office.removedAtExit.withLock { $0.map { try? FileManager.default.removeItem(at: $0) } } }
        let office = Office(usher, settings: [:], from: monday)
        try await office.done("init", "--manager", marie, "--name", "Marie Durand")
        try await office.done("org", "add", "Acme Health", "--slug", "acme", "--representative", rita)
        try await office.done("cloud", "add", "acme", "Production", "--slug", "prod")
        try await office.enrol(marie)
        try await office.enrol(rita)
        return office
    }

    private static let removedAtExit = Mutex<URL?>(nil)

    // MARK: Time

    /// Unix seconds.
    var now: Double { clock.withLock { $0 } }

    func pass(seconds: Double) { clock.withLock { $0 += seconds } }

    /// Commands that run at once begin at the same time; afterwards it is as late as at the end of the longest.
    func timed(
        _ body: ([String: String]) async throws -> CommandLineProgram.Result
    ) async throws -> CommandLineProgram.Result {
        let start = now
        let instant = Date(timeIntervalSince1970: start).ISO8601Format(.init(includingFractionalSeconds: true))
        let result = try await body(settings.withLock { $0.merging(["USHER_NOW": instant]) { $1 } })
        clock.withLock { $0 = max($0, start + result.seconds + 0.001) }
        return result
    }

    /// What later runs find in their environment.
    func configure(_ settings: [String: String]) { self.settings.withLock { $0 = settings } }

    // MARK: Commands

    func run(_ arguments: String..., input: String = "") async throws -> CommandLineProgram.Result {
        try await run(arguments, input: input)
    }

    func run(_ arguments: [String], input: String = "") async throws -> CommandLineProgram.Result {
        try await timed { try await usher.run(arguments, input: input, environment: $0) }
    }

    /// Whatever else runs: for tests of what many do at the same moment.
    func runInCrowd(_ arguments: [String]) async throws -> CommandLineProgram.Result {
        try await timed { try await usher.launch(usher.program, arguments, "", $0, isCrowd: true) }
    }

    /// A command that must succeed without a word on standard error, and its document.
    @discardableResult
    func done(_ arguments: String..., input: String = "") async throws -> Document {
        try await done(arguments, input: input)
    }

    @discardableResult
    func done(_ arguments: [String], input: String = "") async throws -> Document {
        let result = try await run(arguments + ["--json"], input: input)
        try #require(result.code == 0 && result.error.isEmpty, "\(result)")
        return try result.document()
    }

    // MARK: Authenticators

    /// Follows the newest invitation to the end: a password, and a code by oathtool.
    @discardableResult
    func enrol(_ address: String) async throws -> Document {
        let token = try await usher.token(to: address)
        let start = try await done(
            "enrol", "start", "--token", token, "--password-stdin", input: Self.password + "\n")
        let session = try #require(start["session"].text)
        let authenticator = try Authenticator(start)
        authenticators.withLock { $0[address] = authenticator }
        return try await done("enrol", "verify", "--session", session, "--code", try await code(of: address))
    }

    func authenticator(of address: String) throws -> Authenticator {
        try #require(authenticators.withLock { $0[address] }, "\(address) has no authenticator")
    }

    /// What the person's authenticator shows now, by oathtool.
    ///
    /// Works once: let time pass before the next.
    func code(of address: String) async throws -> String {
        let factor = try authenticator(of: address)
        return try await usher.oathtool(
            factor.secret, at: Int(now), algorithm: factor.algorithm, digits: factor.digits, period: factor.period)
    }

    // MARK: Requests

    /// Rita asks for somebody; the request's id.
    func submit(_ email: String, _ grants: String..., name: String = "Alice Martin") async throws -> String {
        let request = try await done(
            ["request", "submit", "--org", "acme", "--email", email, "--name", name, "--reason", "Joins the team"]
                + grants.flatMap { ["--grant", $0] } + ["--as", Self.rita])
        return try #require(request["id"].text)
    }

    /// Marie approves what was asked, or what the items say, by a fresh code.
    @discardableResult
    func approve(_ id: String, items: String...) async throws -> Document {
        pass(seconds: 60)
        return try await done(
            ["request", "approve", id] + items.flatMap { ["--item", $0] }
                + ["--as", Self.marie, "--code", try await code(of: Self.marie)])
    }
}
