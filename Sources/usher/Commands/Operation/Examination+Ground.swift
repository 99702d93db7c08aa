import Basics
import Directory
import Foundation
import Onboarding
import Records
import Storage
import Web

/// What the installation stands on: its disk, its keys, its clock, and the people who answer.
extension Examination {
    /// Below it a disk is nearly full: a day of work fits, a copy of the database perhaps not.
    private static var fewBytes: Int64 { 512 << 20 }

    mutating func examineSpace() async {
        let folder = folder
        await check("space") {
            let storage = folder.storage()
            guard let free = storage.freeBytes else { return (false, "The free space of the disk cannot be read.") }
            let database = "database \(Self.megabytes(storage.databaseBytes)), log \(Self.megabytes(storage.logBytes))"
            return (free > 0, "Free: \(Self.megabytes(free)); \(database).")
        }
        if let free = folder.storage().freeBytes, free < Self.fewBytes { checks[checks.count - 1].isWarning = true }
        await check("writing") {
            guard !folder.isReadOnly else {
                return (false, "The folder \(folder.path) is read-only: it can be examined, and nothing changed.")
            }
            try folder.tryWriting()
            return (true, "A megabyte reached the disk, and was taken back.")
        }
    }

    /// What holds the database, where that is not a file, and the clocks of all who use it.
    private mutating func examineServer(_ app: App) async {
        let findings: [ServerFinding]
        // The machine's clock, whatever `USHER_NOW` says.
        do { findings = try await app.store.serverFindings(at: World.live.now()) } catch {
            return await check("server") { throw error }
        }
        for finding in findings {
            await check(finding.subject) { (finding.verdict != .bad, finding.detail) }
            checks[checks.count - 1].isWarning = finding.verdict == .worthALook
        }
        guard !findings.isEmpty else { return }
        var isWarning = false
        await check("nodes") {
            let list = try await app.store.read { try $0.nodeList() }
            let nodes = list.nodes.filter { !list.isGone($0) }
            let versions = Set(nodes.map(\.version)).sorted()
            let astray = nodes.filter { $0.secondsOff > Node.toleratedSecondsOff }.map {
                " The clock of \($0.host) differs by \($0.secondsOff) s from the server's."
            }
            isWarning = versions.count > 1 || !astray.isEmpty
            guard !nodes.isEmpty else { return (true, "None serves.") }
            return (
                true,
                "Serving: \(nodes.count), of version \(versions.joined(separator: " and ")).\(astray.joined())"
            )
        }
        checks[checks.count - 1].isWarning = isWarning
    }

    private static func megabytes(_ bytes: Int64) -> String { "\(bytes >> 20) MiB" }

    mutating func examineGround(_ app: App) async {
        await examineServer(app)
        await check("secrets") {
            let defects = try await app.onboarding.keyDefects()
            if !defects.isEmpty { return (false, defects.joined(separator: " ")) }
            return (true, "The keys are those that this database was made with.")
        }
        if !app.store.isReadOnly {
            await check("row") {
                try await app.onboarding.tryWriting()
                return (true, "A row was written and taken back.")
            }
        }
        await check("instants") {
            let ahead = try await app.onboarding.instantsAhead()
            guard !ahead.isEmpty else { return (true, "Nothing that was recorded lies ahead of the clock.") }
            return (
                false,
                "The clock was ahead, or is behind: \(ahead.joined(separator: " ")) "
                    + "See: usher doctor --repair --reason TEXT"
            )
        }
        await check("duties") {
            let gaps = try await app.onboarding.unattended()
            guard !gaps.isEmpty else { return (true, "Every organization has a representative and a manager.") }
            return (false, gaps.map(\.sentence).joined(separator: " "))
        }
        await check("answers") {
            let vacant = try await app.onboarding.vacancies()
            guard let first = vacant.first else {
                return (true, "Every request that asks has somebody who can answer.")
            }
            return (false, "Requests that nobody can answer: \(vacant.count). The first: \(first.sentence)")
        }
        let defects = app.defects.filter { $0.use == .mail }.map(\.fault.message)
        await check("mail") {
            defects.isEmpty
                ? (true, app.whereMailGoes.english) : (false, "No mail is sent. \(defects.joined(separator: " "))")
        }
        await check("webhooks") { try await Self.webhooks(app) }
    }
}
