import Foundation
import Remote
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
    let way: Way
    /// Environment of every run.
    private let settings: Mutex<[String: String]>
    private let clock: Mutex<Clock>
    private let authenticators: Mutex<[String: Authenticator]>
    /// What authenticators showed last, by person, as long as it was not used.
    private let unused = Mutex<[String: String]>([:])
    /// Through which the commands of people go, over HTTP.
    private let served: ServedUsher
    /// When somebody last did something in their session, by address.
    private let sessions = Mutex<[String: Double]>([:])

    private struct Clock {
        var seconds: Double
        /// Since when it runs by itself, as a server's does, in seconds of uptime; nil where it stands between commands.
        var anchor: Double?
        /// How often it was moved.
        var era = 0

        var now: Double { seconds + (anchor.map { ProcessInfo.processInfo.systemUptime - $0 } ?? 0) }
    }

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
        _ usher: CommandLineProgram, _ way: Way, settings: [String: String], from start: Double,
        authenticators: [String: Authenticator] = [:]
    ) {
        self.usher = usher
        self.way = way
        self.settings = Mutex(settings)
        clock = Mutex(
            Clock(seconds: start, anchor: way == .overHTTP ? ProcessInfo.processInfo.systemUptime : nil))
        self.authenticators = Mutex(authenticators)
        served = ServedUsher(usher)
    }

    /// A copy of the founded office: choosing passwords costs most of the time, and once is enough.
    static func open(_ way: Way = .inProcess, settings: [String: String] = [:]) async throws -> Office {
        guard way == .overHTTP else { return try await copy(of: try await founded.value, way, settings, from: 3600) }
        let (first, sessions) = try await morning.value
        let office = try await copy(of: first, way, settings, from: 3600)
        for session in sessions { try await office.take(session, since: monday + 3480) }
        return office
    }

    private static func copy(
        of first: Office, _ way: Way, _ settings: [String: String], from seconds: Double
    ) async throws -> Office {
        // A clock that runs by itself must not run while others have the machine.
        if way == .overHTTP { await servers.enter() }
        let usher = try CommandLineProgram(copying: first.usher)
        return Office(
            usher, way, settings: settings, from: monday + seconds,
            authenticators: first.authenticators.withLock { $0 })
    }

    private static let servers = Gate(width: 3)

    deinit { if way == .overHTTP { Self.servers.leave() } }

    /// An office whose Marie and Rita signed in two minutes before the others open: once, since it costs a hash each.
    private static let morning = Task {
        let office = try await copy(of: try await founded.value, .overHTTP, [:], from: 3480)
        removedAtExit.withLock { $0.append(office.usher.folder) }
        var sessions: [SavedSession] = []
        for person in [marie, rita] { sessions.append(try await office.signIn(person)) }
        await office.close()
        servers.leave()
        return (office, sessions)
    }

    private static let founded = Task {
        let usher = try CommandLineProgram()
        // Nobody else ends the life of what is kept for all tests.
        removedAtExit.withLock { $0.append(usher.folder) }
        atexit {
            Office.removedAtExit.withLock { for folder in $0 { try? FileManager.default.removeItem(at: folder) } }
        }
        let office = Office(usher, .inProcess, settings: [:], from: monday)
        try await office.done("init", "--manager", marie, "--name", "Marie Durand")
        try await office.done("org", "add", "Acme Health", "--slug", "acme", "--representative", rita)
        try await office.done("cloud", "add", "acme", "Production", "--slug", "prod")
        try await office.enrol(marie)
        try await office.enrol(rita)
        return office
    }

    private static let removedAtExit = Mutex<[URL]>([])

    // MARK: Time

    /// Unix seconds.
    var now: Double { clock.withLock { $0.now } }

    func pass(seconds: Double) {
        clock.withLock { clock in
            clock.seconds += seconds
            clock.era += 1
        }
    }

    private static func instant(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds).ISO8601Format(.init(includingFractionalSeconds: true))
    }

    /// Commands that run at once begin at the same time; afterwards it is as late as at the end of the longest.
    func timed(
        _ body: ([String: String]) async throws -> CommandLineProgram.Result
    ) async throws -> CommandLineProgram.Result {
        let start = now
        let instant = Self.instant(start)
        let result = try await body(settings.withLock { $0.merging(["USHER_NOW": instant]) { $1 } })
        clock.withLock { clock in
            if clock.anchor == nil { clock.seconds = max(clock.seconds, start + result.seconds + 0.001) }
        }
        return result
    }

    /// What later runs find in their environment.
    func configure(_ settings: [String: String]) { self.settings.withLock { $0 = settings } }

    // MARK: Commands

    func run(_ arguments: String..., input: String = "") async throws -> CommandLineProgram.Result {
        try await run(arguments, input: input)
    }

    func run(_ arguments: [String], input: String = "") async throws -> CommandLineProgram.Result {
        if let (arguments, environment) = try await remotely(arguments) {
            return try await usher.launch(usher.program, arguments, input, environment, isCrowd: true)
        }
        return try await timed { try await usher.run(arguments, input: input, environment: $0) }
    }

    /// Whatever else runs: for tests of what many do at the same moment.
    func runInCrowd(_ arguments: [String]) async throws -> CommandLineProgram.Result {
        if let (arguments, environment) = try await remotely(arguments) {
            return try await usher.launch(usher.program, arguments, "", environment, isCrowd: true)
        }
        return try await timed { try await usher.launch(usher.program, arguments, "", $0, isCrowd: true) }
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

    // MARK: The server

    func address() async throws -> String {
        let (settings, start) = (settings.withLock { $0 }, clock.withLock { $0 })
        let seconds = start.now
        return try await served.address(era: start.era, environment: settings, at: Self.instant(seconds)) {
            // Its clock begins a moment later: what is done beside it on the folder is never earlier than what it did.
            self.clock.withLock { clock in
                guard clock.era == start.era else { return }
                (clock.seconds, clock.anchor) = (seconds, ProcessInfo.processInfo.systemUptime)
            }
        }
    }

    /// Stops the server, so that the data folder can be copied.
    func close() async { await served.stop() }

    /// When somebody last did something in their session; nil before they signed in.
    func lastUse(of person: String) -> Double? { sessions.withLock { $0[person] } }

    func noteUse(of person: String, at time: Double? = nil) {
        let time = time ?? now
        sessions.withLock { $0[person] = time }
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
        let code = try await usher.oathtool(
            factor.secret, at: Int(now), algorithm: factor.algorithm, digits: factor.digits, period: factor.period)
        unused.withLock { $0[address] = code }
        return code
    }

    /// A command as somebody types it who looks at their authenticator last.
    ///
    /// On a slow machine a server may take longer to begin than a code is good. What is no code of now, or was used
    /// before, stays.
    func retyped(_ arguments: [String], of person: String) async throws -> [String] {
        guard let sign = arguments.firstIndex(of: "--code"), sign + 1 < arguments.count,
            unused.withLock({ $0.removeValue(forKey: person) }) == arguments[sign + 1]
        else { return arguments }
        var arguments = arguments
        arguments[sign + 1] = try await code(of: person)
        unused.withLock { $0[person] = nil }
        return arguments
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
