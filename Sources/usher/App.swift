import Basics
import Defaults
import Directory
import Foundation
import Notification
import Onboarding
import OneTimePassword
import OpenSSL
import Storage
import Workflow

/// One opened installation, wired: the only place that knows every target.
struct App: Sendable {
    let folder: DataFolder
    let settings: Settings
    let overlay: Overlay
    let store: SQLiteStore
    let onboarding: Onboarding
    let templates: MailTemplates

    static var operatorName: String { NSUserName() }

    /// Opens the folder, runs `body`, signs what was recorded, and closes, whatever happens.
    static func run<Result: Sendable>(
        in options: FolderOptions, _ body: (App) async throws -> Result
    ) async throws -> Result {
        try options.requireFolder()
        return try await run(on: DataFolder.open(options.path), body)
    }

    static func run<Result: Sendable>(
        on folder: DataFolder, _ body: (App) async throws -> Result
    ) async throws -> Result {
        let app = try await open(folder)
        do {
            let result = try await body(app)
            try await app.close()
            return result
        } catch {
            // The command's own error is what the user must read; closing may fail for the same reason.
            try? await app.close()
            throw error
        }
    }

    /// - Parameter clock: a world of the caller's own, for the demonstration.
    static func open(_ folder: DataFolder, clock: World? = nil) async throws -> App {
        let settings = try await Settings.load(file: folder.configuration)
        let overlay = try Self.overlay(settings, folder)
        let world = try clock ?? folder.world()
        let store = try SQLiteStore(path: folder.database)
        let templates = MailTemplates { path in
            // A template that cannot be read is a template that is missing: the mail is parked and says which.
            (try? overlay.text(at: "templates/\(path)")) ?? nil
        }
        let library = try DefinitionLibrary(
            sources: overlay.paths(under: "workflows/").filter { $0.hasSuffix(".yaml") }.map {
                (file: $0, text: try overlay.text(at: $0) ?? "")
            })
        try await store.read { try library.requireUnchanged(in: $0) }
        let onboarding = Onboarding(
            store: store, world: world, catalogue: try catalogue(overlay), library: library,
            calendars: try calendars(settings, overlay), keys: try folder.keyRing(),
            passwords: try passwordRules(settings, overlay), hasher: PasswordHasher(width: 2),
            mailer: try mailer(settings, folder, templates), settings: try onboardingSettings(settings))
        return App(
            folder: folder, settings: settings, overlay: overlay, store: store, onboarding: onboarding,
            templates: templates)
    }

    func close() async throws {
        try await onboarding.signAudit()
        try await store.close()
    }

    /// One sentence that says where to find the mail.
    var whereMailGoes: String {
        settings.optional("smtp.url") == nil
            ? "Mail lies in \(folder.mail), since no SMTP server is configured." : "Mail goes out by SMTP."
    }

    // MARK: Parts

    static func overlay(_ settings: Settings, _ folder: DataFolder) throws -> Overlay {
        do throws(Overlay.Refusal) {
            if let custom = settings.optional("custom") { return try Overlay(folder: custom) }
            let usual = FileManager.default.fileExists(atPath: folder.custom) ? folder.custom : nil
            return try Overlay(folder: usual)
        } catch { throw Fault.invalid("custom", "unusable", "\(error)") }
    }

    static func catalogue(_ overlay: Overlay) throws -> Catalogue {
        func source(_ name: String) throws -> Catalogue.Source {
            let path = "catalogue/\(name).yaml"
            return Catalogue.Source(try overlay.text(at: path) ?? "", file: path)
        }
        let (profiles, matrix, topology) = (try source("profiles"), try source("matrix"), try source("topology"))
        do throws(CatalogueDefects) {
            return try Catalogue(profiles: profiles, matrix: matrix, topology: topology)
        } catch { throw Fault.invalid(error.findings.map { .init($0.file, "catalogue", "\($0)") }) }
    }

    static func calendars(_ settings: Settings, _ overlay: Overlay) throws -> CalendarLibrary {
        let folder = "catalogue/calendars/"
        let files = try overlay.paths(under: folder).filter { $0.hasSuffix(".yaml") }.map { path in
            (String(path.dropFirst(folder.count).dropLast(".yaml".count)), try overlay.text(at: path) ?? "")
        }
        return try CalendarLibrary(
            sources: Dictionary(files) { first, _ in first }, installation: settings["calendar"])
    }

    private static func passwordRules(_ settings: Settings, _ overlay: Overlay) throws -> PasswordRules {
        PasswordRules(
            blocklist: PasswordBlocklist(text: try overlay.text(at: "catalogue/common-passwords.txt") ?? ""),
            breached: settings.optional("password.breached-file").map(BreachedPasswords.init(path:)))
    }

    private static func mailer(
        _ settings: Settings, _ folder: DataFolder, _ templates: MailTemplates
    ) throws -> any Mailer {
        let sender = try Mailbox(parsing: settings["mail.from"])
        guard let url = settings.optional("smtp.url") else {
            return FolderMailer(folder: URL(filePath: folder.mail), templates: templates, sender: sender)
        }
        let configuration = try SMTPConfiguration(
            url: url, password: try settings.optional("smtp.password-file").map(password(inFile:)),
            caFile: settings.optional("smtp.ca-file"), from: sender,
            startTLS: settings.optional("smtp.starttls").flatMap(SMTPConfiguration.Protection.init))
        return SMTPMailer(configuration, templates: templates)
    }

    private static func password(inFile path: String) throws -> Secret {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault.invalid("smtp.password-file", "unreadable", "The file \(path) cannot be read.")
        }
        return Secret(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines))
    }

    private static func onboardingSettings(_ settings: Settings) throws -> Onboarding.Settings {
        guard let algorithm = HMAC.Hash(rawValue: settings["totp.algorithm"].uppercased()) else {
            throw Fault.invalid(
                "totp.algorithm", "unknown", "The setting totp.algorithm must be sha1, sha256 or sha512.")
        }
        guard let digits = OTPParameters.Digits(rawValue: try settings.number("totp.digits", in: 6...8)) else {
            throw Fault.invalid("totp.digits", "unknown", "The setting totp.digits must be 6 or 8.")
        }
        let zone = try CalendarLibrary.zone(settings["time-zone"])
        let logN = try settings.number("password.cost", in: 15...20)
        guard let cost = ScryptCost(logN: logN, r: 8, p: 3) else {
            throw Fault.invalid("password.cost", "out_of_range", "The setting password.cost is out of range.")
        }
        let base = settings["base-url"]
        return Onboarding.Settings(
            product: settings["product"], baseURL: base.hasSuffix("/") ? String(base.dropLast()) : base,
            factor: try OTPParameters(
                algorithm: algorithm, digits: digits,
                periodSeconds: try settings.number("totp.period-seconds", in: 15...300)),
            window: try settings.number("totp.window", in: 0...1), passwordCost: cost, timeZone: zone)
    }
}
