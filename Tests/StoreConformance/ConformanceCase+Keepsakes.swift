import Basics
import Records
import Testing

extension ConformanceCase {
    private static func keepsake(
        _ byte: UInt8, _ kind: Keepsake.Kind = .recoveryCodes, of person: PersonID? = Sample.holder, ends: Int64 = 10
    ) -> Keepsake {
        Keepsake(
            key: Sample.hash(byte), kind: kind, person: person, sealed: [byte, byte],
            nonce: [UInt8](repeating: 7, count: 12),
            keyID: "k1", expiresAt: Sample.now.adding(seconds: ends))
    }

    static let keepsakes: [ConformanceCase] = [
        ConformanceCase("keeps one keepsake under a key, the newest, and forgets it") { store in
            try await Sample.fill(store)
            try await store.write { transaction in
                try transaction.keep(keepsake(1, .form, of: nil))
                try transaction.keep(keepsake(1, .form, of: Sample.holder, ends: 20))
                let found = try #require(try transaction.keepsake(key: Sample.hash(1)))
                #expect(found.kind == .form && found.person == Sample.holder && found.sealed == [1, 1])
                #expect(found.expiresAt == Sample.now.adding(seconds: 20) && found.keyID == "k1")
                #expect(try transaction.keepsakeCount(.form, upTo: 9) == 1)
                #expect(try transaction.keepsakeCount(.outcome, upTo: 9) == 0)
                try transaction.forgetKeepsake(key: Sample.hash(1))
                #expect(try transaction.keepsake(key: Sample.hash(1))?.kind == nil)
            }
        },
        ConformanceCase("takes a keepsake of every kind") { store in
            try await Sample.fill(store)
            try await store.write { transaction in
                for (byte, kind) in Keepsake.Kind.allCases.enumerated() {
                    try transaction.keep(keepsake(UInt8(byte), kind))
                    #expect(try transaction.keepsakeCount(kind, upTo: 9) == 1)
                }
            }
        },
        ConformanceCase("forgets what has expired, the oldest first, and codes that another set replaces") { store in
            try await Sample.fill(store)
            try await store.write { transaction in
                for byte in UInt8(1)...3 { try transaction.keep(keepsake(byte, .form, ends: Int64(byte))) }
                try transaction.keep(keepsake(9, ends: 99))
                let now = Sample.now.adding(seconds: 3)
                try transaction.forgetKeepsakes(expiredBy: now, limit: 1)
                #expect(try transaction.keepsake(key: Sample.hash(1))?.kind == nil)
                #expect(try transaction.keepsakeCount(.form, upTo: 9) == 2)
                try transaction.forgetKeepsakes(expiredBy: now, limit: 100)
                #expect(try transaction.keepsakeCount(.form, upTo: 9) == 0)
                try transaction.replaceRecoveryCodes(of: Sample.holder, hashes: [Sample.hash(4)], at: now)
                #expect(try transaction.keepsake(key: Sample.hash(9))?.kind == nil)
            }
        },
    ]
}
