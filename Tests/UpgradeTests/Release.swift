import Basics
import Foundation
import GRDB
import Onboarding
import OneTimePassword
import Records
import TestSupport
import Testing

/// What an earlier release left behind: the text of its database, and what a test must know that no database holds.
struct Release: Sendable, CustomTestStringConvertible {
    /// Of the program that wrote it, such as `0.1.0`.
    let version: String

    var testDescription: String { version }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Kept")

    /// Every one that was kept, the oldest first.
    static var all: [Release] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: root.path(percentEncoded: false))
                .filter { !$0.hasPrefix(".") }.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
                .map(Release.init)
        }
    }

    /// Beside the database; keys and passwords are those of `TestInstallation`.
    struct Facts: Codable {
        /// When the release was last used, in milliseconds.
        var now: Int64
        /// Secret of Alice's authenticator, in hexadecimal.
        var factor: String
        /// A code of it that was used up.
        var usedCode: String
        /// Client id and secret of a program at work.
        var program: String
        var programSecret: String
        /// The signed head that was kept beside the keys, as one line; nil before this was done.
        var head: String?
    }

    var folder: URL { Self.root.appending(path: version) }

    func facts() throws -> Facts {
        try JSONDecoder().decode(Facts.self, from: Data(contentsOf: folder.appending(path: "facts.json")))
    }

    /// The present program on the data of that release, a minute after it was used last.
    func installation() throws -> TestInstallation {
        let dump = try String(contentsOf: folder.appending(path: "usher.sql"), encoding: .utf8)
        let facts = try facts()
        return try TestInstallation(
            at: Timestamp(milliseconds: facts.now).adding(seconds: 60), head: facts.head.flatMap(AuditHead.init(text:))
        ) { path in
            let database = try DatabaseQueue(path: path)
            try database.writeWithoutTransaction { try $0.execute(sql: dump) }
            try database.close()
        }
    }
}
