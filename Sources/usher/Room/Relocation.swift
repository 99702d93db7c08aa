import Basics
import Foundation
import Onboarding
import OpenSSL
import Storage

/// An installation that goes from one database to another: the copy, and the folder that keeps its keys meanwhile.
struct Relocation: Sendable {
    /// What was found of an installation that holds.
    struct Findings: Sendable {
        let auditEntries: Int64
        let signedUpTo: Int64
        let requests: Int
    }

    /// Path of the data folder: one of both places.
    let folder: String
    private let from: DatabasePlace
    let to: DatabasePlace
    let copy: DatabaseCopy

    /// - Parameter passwordFile: of the database's user; nil for what the settings of the folder say.
    /// - Throws: `Fault.Code.invalid` unless one place is a folder, and the other a database on a server.
    init(from: String, to: String, passwordFile: String?) throws {
        let folders = [from, to].filter { !DatabasePlace.isURL($0) }
        guard folders.count == 1, let folder = folders.first.map(DatabasePlace.path) else {
            throw Fault.invalid(
                "to", "same_kind",
                "One place must be a data folder and the other a database on a server: postgres://USER@HOST/DATABASE.")
        }
        self.folder = folder
        let file = try SettingsFile(path: folder + "/usher.yaml")
        self.from = DatabasePlace(named: from, passwordFile: passwordFile, file)
        self.to = DatabasePlace(named: to, passwordFile: passwordFile, file)
        copy = DatabaseCopy(from: try self.from.end(), to: try self.to.end())
    }

    /// Keeps others away, and marks both databases once the installation was found to hold.
    ///
    /// - Throws: `Fault.Code.notFound` if there is no installation, or no key to it; `.conflict` if it does not hold.
    func begin() async throws {
        try from.requireDatabase()
        guard DataFolder(path: folder, database: .copied(to)).isMade else {
            throw Fault(
                .notFound, "There are no keys in \(folder): put the folder keys of the installation there first.")
        }
        try DataFolder.open(folder, database: .copied(to)).claim()
        // What is marked was examined before, and has not changed since.
        if try await !copy.source.isSource() { _ = try await examine(from, copy.source.name) }
        try await copy.begin(as: World.live.random(16).hex)
    }

    /// - Throws: `Fault.Code.conflict` with what does not hold.
    func examineCopy() async throws -> Findings { try await examine(to, copy.destination.name) }

    private func examine(_ place: DatabasePlace, _ name: String) async throws -> Findings {
        let data = try DataFolder.open(folder, database: .copied(place))
        let app = try await App.open(data, for: App.reading, checksKeys: false)
        do {
            let findings = try await findings(app, name)
            try await app.store.close()
            return findings
        } catch {
            // Nothing was written, so nothing can be lost here.
            try? await app.store.close()
            throw error
        }
    }

    private func findings(_ app: App, _ name: String) async throws -> Findings {
        if let defect = try await app.onboarding.keyDefects().first { throw Fault(.conflict, Sentence(defect)) }
        let trail = try await app.onboarding.verifyAudit()
        if let defect = trail.defect { throw Fault(.conflict, "The audit trail in \(name) does not hold. \(defect)") }
        var progress = Progress("histories replayed")
        let replay = try await app.onboarding.replayAll { progress.show($0) }
        progress.end()
        if let first = replay.defects.first {
            throw Fault(
                .conflict,
                """
                Of \(replay.requests) requests in \(name), \(replay.defects.count) have a history that gives another \
                state, first \(first.request.text): \(first.difference)
                """)
        }
        return Findings(auditEntries: trail.entries, signedUpTo: trail.signedUpTo, requests: replay.requests)
    }
}

extension DatabasePlace {
    /// `postgres://…`, and not the path of a folder.
    static func isURL(_ name: String) -> Bool { name.hasPrefix("postgres://") || name.hasPrefix("postgresql://") }

    /// Of a data folder, however it is written: `data`, `sqlite:/var/lib/usher/data`.
    static func path(_ name: String) -> String {
        let path = name.hasPrefix("sqlite:") ? String(name.dropFirst("sqlite:".count)) : name
        return URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL.path
    }

    /// As a copy is told it: a data folder, whose `usher.db` is meant whatever its settings say, or a URL.
    init(named name: String, passwordFile: String?, _ file: SettingsFile?) {
        self =
            Self.isURL(name)
            ? .server(
                url: name, passwordFile: passwordFile ?? Self.setting("database.password-file", in: file), readers: 1)
            : .file(Self.path(name) + "/usher.db")
    }

    func end() throws -> CopyEnd {
        switch self {
        case .file(let file): CopyEnd(.file(file), name: URL(filePath: file).deletingLastPathComponent().path)
        case .server(let url, let passwordFile, _):
            CopyEnd(.server(try Self.address(url, passwordFile)), name: Settings.withoutPassword(url))
        case .copied(let place): try place.end()
        case .unknown(let error): throw error
        }
    }

    /// - Throws: `Fault.Code.notFound` where a file would have to be made first.
    func requireDatabase() throws {
        guard let file = files.first, !FileManager.default.fileExists(atPath: file) else { return }
        throw Fault(.notFound, "There is no database \(file).")
    }
}
