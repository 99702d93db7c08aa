import Basics
import Foundation
import GRDB
import Onboarding
import Records
import Storage
import TestSupport
import Testing

/// Somebody with the database file in their hands, past every rule of the product.
extension TestInstallation {
    func tamper(_ statements: String...) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: database, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            for statement in statements { try database.execute(sql: statement) }
        }
        try queue.close()
    }

    /// Every byte of the database: its file, its log and its index.
    func databaseBytes() throws -> Data {
        var bytes = Data()
        for suffix in ["", "-wal", "-shm"] {
            bytes += FileManager.default.contents(atPath: database + suffix) ?? Data()
        }
        try #require(bytes.count > 10_000)
        return bytes
    }

    /// Approves everything while the database refuses grants, until the worker gives up.
    func parkedGrant(of id: RequestID) async throws -> Effect {
        try tamper("CREATE TRIGGER no_grants BEFORE INSERT ON cloud_grant BEGIN SELECT RAISE(ABORT, 'no'); END")
        try await approve(id)
        for _ in 0..<12 {
            clock.skip(seconds: 3_600)
            _ = try await usher.runDue()
        }
        try tamper("DROP TRIGGER no_grants")
        let parked = try await usher.effects(.parked, PageRequest(), by: owner).items
        return try #require(parked.first { $0.request == id && $0.kind == "grant" })
    }
}
