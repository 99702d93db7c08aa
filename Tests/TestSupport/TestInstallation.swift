public import Basics
import Defaults
import Directory
public import Foundation
public import Onboarding
import OneTimePassword
import OpenSSL
public import Records
public import Scratch
public import Storage
public import Workflow

/// A whole installation of one test's own: a folder, a database, a clock, chance, a mailer, the shipped catalogue and
/// workflows.
///
/// Hashing costs next to nothing.
public struct TestInstallation: Sendable {
    public let folder: TestFolder
    public let clock: TestClock
    public let mailer: TestMailer
    public let receivers: TestReceivers
    public let applications = TestApplications()
    public let random: TestRandom
    public let store: any DurableStore
    private let place: TestDatabase
    /// Beside the database, as the file in `keys/` is.
    public let keeper: HeadInMemory
    public let usher: Onboarding

    /// Whatever SQL can do to the database, past every rule of the product.
    public func tamper(_ statements: String...) throws {
        try place.tamper(statements)
    }

    /// The same, without the triggers that keep honest programs from rewriting the past.
    public func rewrite(_ statements: [String]) throws { try place.rewrite(statements) }

    /// Whether the database itself refuses new rows of a table.
    public func refuseRows(of table: String, _ isRefused: Bool) throws {
        try place.refuseRows(of: table, isRefused)
    }

    /// Every byte of the database.
    public func databaseBytes() throws -> Data { try place.bytes() }

    /// A literal of bytes, as the database of this run of the tests writes it.
    public func literal(_ bytes: [UInt8]) -> String {
        place.isFile ? "x'\(bytes.hex)'" : "decode('\(bytes.hex)', 'hex')"
    }

    public init() throws {
        let folder = try TestFolder()
        try self.init(
            folder: folder, place: TestDatabase(in: folder.url, template: try TestDatabase.newest.get()),
            clock: TestClock(), mailer: TestMailer(),
            random: TestRandom(),
            keeper: HeadInMemory(try .beginning(signedBy: try Self.keyRing().audit, at: TestClock().now)),
            definitions: try Self.shipped.get(), calendars: [:])
    }

    /// An installation that was there before: `fill` writes the SQLite database at a path.
    ///
    /// - Parameter head: what was kept beside the keys; nil for a program that kept none.
    public init(at now: Timestamp, head: AuditHead?, filledBy fill: (_ path: String) throws -> Void) throws {
        let folder = try TestFolder()
        try fill(folder.path + "/usher.db")
        try self.init(
            folder: folder, place: .file(of: folder.url), clock: TestClock(now), mailer: TestMailer(),
            random: TestRandom(seed: "later"),
            keeper: HeadInMemory(head), definitions: try Self.shipped.get(), calendars: [:])
    }

    private init(
        folder: TestFolder, place: TestDatabase, clock: TestClock, mailer: TestMailer, random: TestRandom,
        keeper: HeadInMemory,
        definitions: [String: Definition], calendars changed: [String: String],
        catalogue change: ((_ name: String, _ text: String) -> String)? = nil,
        receivers: TestReceivers = TestReceivers(), accessRequests: AccessRequestDraft? = nil
    ) throws {
        self.receivers = receivers
        self.folder = folder
        self.clock = clock
        self.mailer = mailer
        self.random = random
        self.keeper = keeper
        self.place = place
        store = try place.open()
        var settings = try Self.settings()
        settings.accessRequests = accessRequests
        usher = Onboarding(
            store: store, world: .test(clock, random),
            catalogue: try change.map(Self.catalogue) ?? Self.catalogue.get(),
            library: DefinitionLibrary(definitions),
            calendars: try Self.calendars(changed),
            keys: try Self.keyRing(),
            passwords: PasswordRules(
                blocklist: try Self.blocklist.get(), breached: nil),
            hasher: PasswordHasher(width: 2), mailer: mailer,
            heads: AuditHeads(keeper: keeper), settings: settings, notifier: applications, caller: receivers)
    }

    /// The same data, opened by another process: same clock, mailer and receivers, its own connections, other chance.
    ///
    /// - Parameters:
    ///   - calendars: texts by name, in place of the shipped ones or beside them.
    ///   - profiles: changes the text of the catalogue's profiles.
    ///   - catalogue: texts by name, `profiles` or `matrix`, in place of the shipped ones.
    ///   - accessRequests: the draft of the profile that is spoken; nil for none.
    public func opened(
        workflows: [(file: String, text: String)]? = nil, calendars: [String: String] = [:],
        profiles: ((String) -> String)? = nil, catalogue: [String: String] = [:],
        accessRequests: AccessRequestDraft? = nil
    ) throws -> TestInstallation {
        try TestInstallation(
            folder: folder, place: place, clock: clock, mailer: mailer, random: TestRandom(seed: "another"),
            keeper: keeper,
            definitions: try workflows.map(DefinitionLibrary.read) ?? Self.shipped.get(), calendars: calendars,
            catalogue: profiles == nil && catalogue.isEmpty
                ? nil : { name, text in catalogue[name] ?? (name == "profiles" ? profiles?(text) : nil) ?? text },
            receivers: receivers, accessRequests: accessRequests)
    }

    // MARK: Parts

    /// Read once for all tests.
    public static let shipped = Result { try DefinitionLibrary.read(shippedWorkflows) }

    public static var shippedWorkflows: [(file: String, text: String)] {
        Defaults.paths(under: "workflows/").filter { $0.hasSuffix(".yaml") }.compactMap { path in
            Defaults.text(at: path).map { (file: path, text: $0) }
        }
    }

    public struct Missing: Error, CustomStringConvertible {
        public let description: String
    }

    private static func text(_ path: String) throws -> String {
        guard let text = Defaults.text(at: path) else { throw Missing(description: "nothing embedded at \(path)") }
        return text
    }

    private static func calendars(_ changed: [String: String]) throws -> CalendarLibrary {
        var sources: [String: String] = [:]
        for name in ["default", "france", "england"] { sources[name] = try text("catalogue/calendars/\(name).yaml") }
        return try CalendarLibrary(sources: sources.merging(changed) { $1 }, installation: "default")
    }

    // Read once for all tests: each makes an installation of its own.

    private static let blocklist = Result { PasswordBlocklist(text: try text("catalogue/common-passwords.txt")) }

    private static let catalogue = Result { try catalogue { _, text in text } }

    /// - Parameter change: of each text.
    private static func catalogue(_ change: (_ name: String, _ text: String) -> String) throws -> Catalogue {
        func source(_ name: String) throws -> Catalogue.Source {
            let path = "catalogue/\(name).yaml"
            return Catalogue.Source(change(name, try text(path)), file: path)
        }
        return try Catalogue(
            profiles: try source("profiles"), matrix: try source("matrix"), topology: try source("topology"))
    }

    /// Fixed, so that a reopened installation has the same.
    private static func keyRing() throws -> KeyRing {
        func key(_ name: String) throws -> Secret { Secret(try SHA256.digest(of: Array("key/\(name)".utf8))) }
        return KeyRing(
            sealing: ["seal-1": try key("seal-1")], currentSealing: "seal-1", tokens: try key("tokens"),
            recoveryCodes: try key("recovery"), audit: try SigningKey(seed: try key("audit")))
    }

    private static func settings() throws -> Onboarding.Settings {
        guard let cost = ScryptCost(logN: 4, r: 1, p: 1), let zone = TimeZone(identifier: "Europe/Paris") else {
            throw Missing(description: "no scrypt cost or time zone")
        }
        return Onboarding.Settings(
            product: "Usher", baseURL: "https://usher.example", factor: .standard, window: 1, passwordCost: cost,
            timeZone: zone)
    }
}
