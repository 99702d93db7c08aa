import Basics
import Defaults
import Directory
import Foundation
import Notification
import Onboarding
import OneTimePassword
import OpenSSL
import Records
import Storage
import Translation
import Workflow

/// One opened installation, wired: the only place that knows every target.
struct App: Sendable {
    let folder: DataFolder
    /// With the default where something cannot be used that the command does not need.
    let settings: Settings
    /// What cannot be used of what was set.
    let defects: [Settings.Defect]
    let overlay: Overlay
    let store: any DurableStore
    let onboarding: Onboarding
    let templates: MailTemplates

    static var operatorName: String { NSUserName() }

    /// Opens the folder, runs `body`, signs what was recorded, and closes, whatever happens.
    ///
    /// - Parameter uses: what the settings must be good for; the rest may be out of order.
    static func run<Result: Sendable>(
        in options: FolderOptions, for uses: Set<Settings.Use> = usual, _ body: (App) async throws -> Result
    ) async throws -> Result {
        try options.requireFolder()
        return try await run(on: DataFolder.open(options.path), for: uses, body)
    }

    static func run<Result: Sendable>(
        on folder: DataFolder, for uses: Set<Settings.Use> = usual,
        flags: [String: (option: String, text: String)] = [:],
        _ body: (App) async throws -> Result
    ) async throws -> Result {
        let app = try await open(folder, for: uses, flags: flags)
        do {
            let result = try await body(app)
            try await app.close()
            return result
        } catch {
            // The command's own error is what the user must
            // read; closing may fail for the same reason.
            try? await app.close()
            throw error
        }
    }

    /// What commands need that may change something.
    static let usual: Set<Settings.Use> = [.always, .work]
    /// What commands need that only read: a setting for
    /// something else does not keep them from answering.
    static let reading: Set<Settings.Use> = [.always]

    /// - Parameters:
    ///   - clock: a world of the caller's own, for the demonstration.
    ///   - uses: what the settings must be good for.
    ///   - flags: what the command was given in place of settings.
    ///   - checksKeys: whether keys that do not fit the database keep it from being opened.
    /// - Throws: `Fault.Code.unavailable` for whatever is set up wrongly, files of `custom`
    ///   too: it is no answer to what was asked, and must not read like one (`usher can`
    ///   says *deny* by the code for a refusal).
    static func open(
        _ folder: DataFolder, clock: World? = nil, for uses: Set<Settings.Use> = usual,
        flags: [String: (option: String, text: String)] = [:], checksKeys: Bool = true
    ) async throws -> App {
        do {
            let app = try await opened(folder, clock, uses, flags)
            if checksKeys {
                try await app.requireOwnDatabase()
                try await app.onboarding.requireKeys()
            }
            if uses.contains(.work) { try await app.recordCatalogue() }
            return app
        } catch let fault as Fault
            where [.invalid, .conflict].contains(fault.code)
        {
            throw Fault(.unavailable, fault.sentence, faults: fault.faults, cause: fault.cause)
        }
    }

    /// Refuses a database in which nothing is where the keys have signed something.
    ///
    /// Its address is wrong, or what was there is lost: nobody is let into an empty service in its place.
    private func requireOwnDatabase() async throws {
        guard let head = try folder.keptHead.kept(), head.sequence > 0 else { return }
        let isEmpty = try await store.read { snapshot in
            try snapshot.lastAuditEntry() == nil && snapshot.people(of: nil, PageRequest(limit: 1)).items.isEmpty
        }
        guard isEmpty else { return }
        throw Fault(
            .unavailable,
            "The database is empty, and the keys in \(folder.path) have signed \(head.sequence) entries of one that is "
                + "not: set the right database.url, or restore the backup.")
    }

    private static func opened(
        _ folder: DataFolder, _ clock: World?, _ uses: Set<Settings.Use>,
        _ flags: [String: (option: String, text: String)]
    ) async throws -> App {
        let judged = try await Settings.load(folder, flags: flags)
        try judged.require(uses)
        let settings = judged.usable
        let overlay = try Self.overlay(settings, folder)
        let world = try clock ?? folder.world()
        let store = try folder.database.open()
        let files = try InstalledFiles(settings: settings, overlay: overlay)
        let templates = files.templates
        let library = DefinitionLibrary(try DefinitionLibrary.read(files.workflows()), prove: try files.prover())
        let catalogue = try Self.catalogue(overlay)
        try await store.read { snapshot in
            try library.requireUnchanged(in: snapshot)
            try catalogue.requireUnchanged(in: snapshot)
        }
        let mailer = try Self.mailer(judged, folder, templates)
        let onboarding = Onboarding(
            store: store, world: world, catalogue: catalogue, library: library,
            calendars: try calendars(settings, overlay), keys: try folder.keyRing(),
            passwords: try passwordRules(settings, overlay), hasher: PasswordHasher(width: hasherWidth),
            mailer: mailer,
            heads: AuditHeads(
                keeper: folder.keptHead, elsewhere: try HeadDestinations.read(settings, mailer: mailer)),
            settings: try onboardingSettings(settings, files.translations.languages), notifier: LogoutCaller(),
            caller: WebhookTelephone(
                allowsPrivateAddresses: settings["webhooks.private-addresses"] == "true",
                caFile: settings.optional("webhooks.ca-file")))
        return App(
            folder: folder, settings: settings, defects: judged.defects, overlay: overlay, store: store,
            onboarding: onboarding,
            templates: templates)
    }

    /// Another catalogue is put on record by the first that begins with it and may write.
    private func recordCatalogue() async throws {
        guard !store.isReadOnly else { return }
        do { try await onboarding.recordCatalogue(by: .operator(Self.operatorName)) } catch let fault as Fault
            where fault.code == .unavailable
        {
            // Where nothing can be written whoever only reads goes on; the next start does it.
            Output.error("usher: the catalogue is not on record yet: \(fault.sentence)")
        }
    }

    func close() async throws {
        // What was done is done: a trail that does not hold is
        // told, and is no answer to what was asked.
        if !store.isReadOnly {
            do { for failure in try await onboarding.signAudit() { Output.error("usher: \(failure)") } } catch let fault
                as Fault
            {
                Output.error("usher: \(fault.sentence)")
            }
        }
        try await store.close()
    }

    /// Opens the folder, runs `body` and closes: for what judges the
    /// trail and must not sign what it finds wrong.
    static func examine<Result: Sendable>(
        in options: FolderOptions, _ body: (App) async throws -> Result
    ) async throws -> Result {
        try options.requireFolder()
        let app = try await open(DataFolder.open(options.path), for: reading)
        let result: Result
        do { result = try await body(app) } catch {
            try? await app.store.close()  // Nothing was written, so nothing can be lost here.
            throw error
        }
        try await app.store.close()
        return result
    }

    /// One sentence that says where to find the mail.
    var whereMailGoes: Sentence {
        settings.optional("smtp.url") == nil
            ? "Mail lies in \(folder.mail), since no SMTP server is configured." : "Mail goes out by SMTP."
    }

    // MARK: Parts

    /// Passwords that are hashed at once.
    static let hasherWidth = 2

    static func overlay(_ settings: Settings, _ folder: DataFolder) throws -> Overlay {
        do throws(Overlay.Refusal) {
            if let custom = settings.optional("custom") { return try Overlay(folder: custom) }
            let usual = FileManager.default.fileExists(atPath: folder.custom) ? folder.custom : nil
            return try Overlay(folder: usual)
        } catch { throw Settings.fault([.init("custom", "unusable", "\(error)")]) }
    }

    static func catalogue(_ overlay: Overlay) throws -> Catalogue {
        let sources = try catalogueSources(overlay)
        do throws(CatalogueDefects) { return try Catalogue(sources) } catch {
            throw Fault.invalid(error.findings.map { .init($0.file, "catalogue", "\($0)") })
        }
    }

    static func catalogueSources(_ overlay: Overlay) throws -> [Catalogue.Part: Catalogue.Source] {
        try Catalogue.Part.allCases.reduce(into: [:]) { sources, part in
            let path = "catalogue/\(part.rawValue).yaml"
            sources[part] = Catalogue.Source(try overlay.text(at: path) ?? "", file: path)
        }
    }

    static let calendarFolder = "catalogue/calendars/"

    /// Nil for the path of something else.
    static func calendarName(_ path: String) -> String? {
        guard path.hasPrefix(calendarFolder), path.hasSuffix(".yaml") else { return nil }
        return String(path.dropFirst(calendarFolder.count).dropLast(".yaml".count))
    }

    static func calendars(_ settings: Settings, _ overlay: Overlay) throws -> CalendarLibrary {
        let files = try overlay.paths(under: calendarFolder).compactMap { path in
            try calendarName(path).map { ($0, try overlay.text(at: path) ?? "") }
        }
        return try CalendarLibrary(
            sources: Dictionary(files) { first, _ in first }, installation: settings["calendar"])
    }

    private static func passwordRules(_ settings: Settings, _ overlay: Overlay) throws -> PasswordRules {
        PasswordRules(
            blocklist: PasswordBlocklist(text: try overlay.text(at: "catalogue/common-passwords.txt") ?? ""),
            breached: settings.optional("password.breached-file").map(BreachedPasswords.init(path:)))
    }

    /// Mail that cannot be sent, since a setting is wrong, waits and says
    /// so; nothing else has to stand still for it.
    private static func mailer(
        _ settings: Settings, _ folder: DataFolder, _ templates: MailTemplates
    ) throws -> any Mailer {
        let defects = settings.defects(in: [.mail])
        if !defects.isEmpty { return StandstillMailer(why: Settings.fault(defects.map(\.fault)).message) }
        guard let configuration = try settings.smtp() else {
            return FolderMailer(
                folder: URL(filePath: folder.mail), templates: templates,
                sender: try Mailbox(parsing: settings["mail.from"]), answersTo: try settings.answersTo())
        }
        return SMTPMailer(configuration, templates: templates)
    }

    private static func onboardingSettings(
        _ settings: Settings, _ languages: Languages
    ) throws -> Onboarding.Settings {
        // Judged when they were read; what follows repeats it for the types.
        guard let algorithm = HMAC.Hash(rawValue: settings["totp.algorithm"].uppercased()),
            let digits = OTPParameters.Digits(rawValue: try settings.number("totp.digits", in: 6...8)),
            let cost = ScryptCost(logN: try settings.number("password.cost", in: 15...18), r: 8, p: 3)
        else { preconditionFailure("a setting of factors or passwords was not judged") }
        let zone = try CalendarLibrary.zone(settings["time-zone"])
        let base = settings["base-url"]
        var accepted = Onboarding.Settings(
            product: settings["product"], baseURL: base.hasSuffix("/") ? String(base.dropLast()) : base,
            factor: try OTPParameters(
                algorithm: algorithm, digits: digits,
                periodSeconds: try settings.number("totp.period-seconds", in: 15...300)),
            window: try settings.number("totp.window", in: 0...1), passwordCost: cost, timeZone: zone)
        accepted.guesses = Onboarding.GuessLimits(
            misses: try settings.number("limits.password-misses", in: 1...100),
            strangers: try settings.number("limits.strangers-misses", in: 5...100_000))
        accepted.securityEventDays = try settings.number("security.keep-days", in: 1...3_650)
        accepted.mailPatienceSeconds =
            Settings.patienceSeconds(settings["mail.give-up-after"]) ?? accepted.mailPatienceSeconds
        accepted.languages = languages
        accepted.accessRequests = AccessRequestDraft(rawValue: settings["authzen.access-requests"])
        accepted.securityAlarm = try settings.number("security.alarm-per-hour", in: 0...1_000_000)
        return accepted
    }
}
