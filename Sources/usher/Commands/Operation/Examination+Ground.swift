import Basics
import Directory
import Foundation
import Onboarding
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

    private static func megabytes(_ bytes: Int64) -> String { "\(bytes >> 20) MiB" }

    mutating func examineGround(_ app: App) async {
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
    }
}
