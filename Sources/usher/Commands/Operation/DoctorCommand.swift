import ArgumentParser
import Basics
import Directory
import Foundation
import Onboarding
import Records
import Storage
import Translation
import Workflow

/// `usher doctor`: finds out whether this installation is sound.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the whole installation; exit 0 only if every check passes.",
        discussion:
            "Reads the whole database: minutes, where there are millions of entries.\n\nExample:\n  usher doctor --json"
    )

    private static let mostShown = 20

    @Flag(help: "Put right what a clock that was ahead left behind in sessions, codes and waits.") var repair = false
    @Option(help: "Why, with --repair; kept in the record.") var reason: String?
    @OptionGroup var folder: FolderOptions

    func validate() throws {
        guard repair == (reason != nil) else { throw ValidationError("--repair and --reason go together.") }
    }

    func run() async throws {
        try folder.requireFolder()
        let data = DataFolder(path: folder.path)
        if let reason {
            let repaired = try await App.run(on: DataFolder.open(folder.path)) { app in
                try await app.onboarding.repairInstants(reason: reason, by: .operator(App.operatorName))
            }
            Output.error("\(repaired.sentence)")
        }
        guard data.isMade else {
            // The sentence that every command says; there is nothing to examine.
            _ = try DataFolder.open(folder.path)
            return
        }
        var examination = Examination(folder: data)
        await examination.examineFiles()
        await examination.examineDatabase()
        await examination.examineSpace()
        await examination.examineContent()
        let checks = examination.checks
        if folder.json {
            try Output.json(checks.map(\.json), next: nil)
        } else {
            let width = checks.map(\.name.count).max() ?? 0
            for check in checks {
                let name = check.name.padding(toLength: width, withPad: " ", startingAt: 0)
                let verdict = check.ok ? check.isWarning ? Output.bold("WARN  ") : "ok    " : Output.bold("FAILED")
                Output.line("\(verdict)  \(name)  \(check.detail)")
                for defect in check.defects.prefix(Self.mostShown) { Output.line("        \(defect.text)") }
                if check.defects.count > Self.mostShown {
                    Output.line("        and \(check.defects.count - Self.mostShown) more: add --json")
                }
            }
        }
        if checks.contains(where: { !$0.ok }) { throw Exit.refused }
    }
}

/// The checks, from the outside inwards; one that fails does not keep the others from being made.
struct Examination {
    struct Check: Sendable {
        let name: String
        let ok: Bool
        /// Whether somebody should look at it soon, though nothing is wrong yet.
        var isWarning = false
        let detail: String
        /// What exactly is wrong, where a check goes through many things.
        var defects: [Defect] = []

        var json: JSON {
            [
                "check": .string(name), "ok": .bool(ok), "warning": .bool(isWarning), "detail": .string(detail),
                "defects": .array(defects.prefix(1_000).map(\.json)),
            ]
        }
    }

    struct Defect: Sendable {
        let request: String
        let difference: String

        var text: String { "\(request)  \(difference)" }
        var json: JSON { ["request": .string(request), "difference": .string(difference)] }
    }

    let folder: DataFolder
    var checks: [Check] = []

    init(folder: DataFolder) { self.folder = folder }

    /// `body` gives the verdict; whatever it throws is a check that failed.
    mutating func check(_ name: String, _ body: () async throws -> (Bool, String)) async {
        do {
            let (ok, detail) = try await body()
            checks.append(Check(name: name, ok: ok, detail: detail))
        } catch let fault as Fault {
            let fields = fault.faults.count > 1 ? fault.faults.map(\.message) : []
            let text = ([fault.message] + fields).joined(separator: " ")
            checks.append(Check(name: name, ok: false, detail: text))
        } catch {
            checks.append(Check(name: name, ok: false, detail: "\(error)"))
        }
    }

    // MARK: Files

    mutating func examineFiles() async {
        let folder = folder
        await check("folder") {
            _ = try DataFolder.open(folder.path)
            let loose = folder.looseFiles()
            if !loose.isEmpty { return (false, loose.joined(separator: " ")) }
            return (true, "Only its owner may enter \(folder.path) and use what lies in it.")
        }
        await check("keys") {
            let keys = try folder.keyRing()
            return (true, "Sealing keys: \(keys.sealing.count), new factors by \(keys.currentSealing).")
        }
        await check("configuration") {
            let settings = try await Settings.load(folder)
            try settings.require(Set(Settings.Use.allCases))
            let set = settings.values.filter { $0.origin != "default" }.count
            return (true, "Settings that differ from the defaults: \(set).")
        }
        await examineDefinitions(of: folder)
        let wasSet = folder.clockWasSet
        // Worth knowing and no defect: a folder for tests is sound, too.
        await check("clock") {
            (true, wasSet ? "USHER_NOW was used on this folder: its times may not be true." : "Never set by USHER_NOW.")
        }
    }

    private mutating func examineDefinitions(of folder: DataFolder) async {
        var unread: [String] = []
        await check("definitions") {
            let settings = try await Settings.load(folder).usable
            let files = try InstalledFiles(settings: settings, overlay: try App.overlay(settings, folder))
            try files.translations.judge()
            unread = try files.wordsNobodyReads()
            let catalogue = try App.catalogue(files.overlay)
            let calendars = try files.calendars()
            for name in calendars.names { _ = try calendars.calendar(of: Locality(calendar: name, timeZone: nil)) }
            let judge = try files.judge()
            let verdicts = try files.workflows().map { judge($0, nil) }
            let findings = verdicts.flatMap(\.findings)
            guard let first = findings.first else {
                let moved = unread.map { " Nothing reads \($0) any more: see docs/languages.md." }.joined()
                return (true, "Matrix version \(catalogue.matrixVersion); sound workflows: \(verdicts.count).\(moved)")
            }
            return (false, "Findings: \(findings.count); see usher workflow check. \(first)")
        }
        if !unread.isEmpty { checks[checks.count - 1].isWarning = true }
    }

    // MARK: Database

    mutating func examineDatabase() async {
        let folder = folder
        await check("database") {
            let store = try folder.database.open()
            do {
                let findings = try await store.integrityFindings()
                let version = try await store.schemaVersion()
                let isDurable = try await store.isDurable()
                try await store.close()
                if let first = findings.first { return (false, "Defects: \(findings.count). The first: \(first)") }
                guard isDurable else { return (false, "Writes are not flushed to disk before they are acknowledged.") }
                return (true, "Sound, schema version \(version), every write is flushed to disk.")
            } catch {
                // The defect itself is what must be read.
                try? await store.close()
                throw error
            }
        }
    }

    // MARK: Content

    mutating func examineContent() async {
        let app: App
        do { app = try await App.open(folder, for: App.reading, checksKeys: false) } catch {
            // Said already by one of the checks above, but for a
            // definition that differs from the registered one.
            return await check("content") { throw error }
        }
        await check("audit") {
            let verdict = try await app.onboarding.verifyAudit()
            if let defect = verdict.defect { return (false, defect.english) }
            return (true, "Entries: \(verdict.entries), signed up to \(verdict.signedUpTo).")
        }
        await examineTrail(app)
        await check("versions") {
            let gone = try await app.onboarding.workflowStandings().filter { $0.missingVersion != nil }
            let vanished = try await app.onboarding.vanishedWorkflows()
            let words =
                gone.compactMap(\.hindrance?.english)
                + vanished.map { "Requests followed the workflow \($0), and no file of it is left." }
            guard !words.isEmpty else {
                return (true, "Every workflow has the version that requests follow, or a newer one.")
            }
            return (false, words.joined(separator: " "))
        }
        await examineHistories(app)
        await check("calendars") {
            let defects = try await app.onboarding.calendarDefects()
            guard let first = defects.first else { return (true, "Every organization's calendar and zone are known.") }
            return (false, "Organizations without their calendar: \(defects.count). The first: \(first)")
        }
        await examineGround(app)
        await check("effects") { try await Self.parked(app) }
        await check("outbox") { try await Self.outbox(app) }
        await check("timers") { try await Self.overdue(app) }
        // Not `App.close`: an examination leaves no trace, and signs nothing that it found wrong.
        // Nothing was written, so nothing can be lost here.
        try? await app.store.close()
    }

    private mutating func examineHistories(_ app: App) async {
        var defects: [Defect] = []
        await check("histories") {
            var progress = Progress("histories replayed")
            let verdict = try await app.onboarding.replayAll { progress.show($0) }
            progress.end()
            defects = verdict.defects.map { Defect(request: $0.request.text, difference: $0.difference) }
            guard !defects.isEmpty else {
                return (true, "Requests whose history gives their state: \(verdict.requests).")
            }
            return (false, "Requests whose history gives another state: \(defects.count) of \(verdict.requests).")
        }
        checks[checks.count - 1].defects = defects
    }

    /// What was given up for a request that goes on; after its end nobody waits for it.
    private static func parked(_ app: App) async throws -> (Bool, String) {
        let limit = PageRequest.greatestLimit
        let (open, ended) = try await app.store.read { snapshot in
            (
                try snapshot.parkedEffects(ParkedFilter(isOpen: true), limit: limit),
                try snapshot.parkedEffects(ParkedFilter(isEnded: true), limit: limit)
            )
        }
        func told(_ count: Int) -> String { "\(count)\(count < limit ? "" : " or more")" }
        let after =
            ended.isEmpty ? "" : " Of requests that have ended: \(told(ended.count)); usher effect drop --ended."
        guard let first = open.first else { return (true, "Nothing is parked that anybody waits for.\(after)") }
        let error = first.error.map { " (\($0))" } ?? ""
        return (
            false,
            "Parked: \(told(open.count)), the oldest \(first.key)\(error). See usher effect list --parked.\(after)"
        )
    }

    /// Whether mail leaves, as whoever tried last found it.
    private static func outbox(_ app: App) async throws -> (Bool, String) {
        let load = try await app.onboarding.workload()
        let waiting = load.mailsWaiting
        guard let outage = load.mailOutage else { return (true, "Mails that wait: \(waiting).") }
        return (
            false,
            "The mail server is away since \(outage.since.iso8601), mails that wait: \(waiting). \(outage.why)"
        )
    }

    /// What is due waits for `usher run-due`; a quarter of an
    /// hour of patience, since cron comes in turns.
    private static var patienceSeconds: Int64 { 900 }

    private static func overdue(_ app: App) async throws -> (Bool, String) {
        let limit = app.onboarding.world.now().adding(seconds: -patienceSeconds)
        let (timers, effects) = try await app.store.read { snapshot in
            (
                try snapshot.dueTimers(at: limit, limit: PageRequest.greatestLimit),
                // Mails that wait for their server are told of by themselves.
                try snapshot.mailOutage() == nil
                    ? snapshot.dueEffects(at: limit, limit: PageRequest.greatestLimit)
                    : snapshot.dueLocalEffects(at: limit, limit: PageRequest.greatestLimit)
            )
        }
        guard let oldest = (timers.map(\.at) + effects.map(\.dueAt)).min() else {
            return (true, "Nothing is overdue.")
        }
        return (
            false,
            "Overdue timers: \(timers.count), effects: \(effects.count), the oldest since \(oldest.iso8601). "
                + "Does usher run-due run?"
        )
    }
}
