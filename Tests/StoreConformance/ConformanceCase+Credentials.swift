import Basics
import OneTimePassword
import Records
import Testing

extension ConformanceCase {
    static let factors: [ConformanceCase] = [
        ConformanceCase("activates a pending factor in place of the active one, whose secret it erases") { store in
            try await Sample.fill(store)
            try await store.write { transaction in
                let first = Sample.factor(1)
                try transaction.insertPending(first)
                let pending = try #require(try transaction.factor(of: Sample.holder, .pending))
                #expect(pending.id == first.id)
                #expect(pending.totp?.sealedSecret == first.totp?.sealedSecret)
                #expect(pending.totp?.nonce == first.totp?.nonce)
                #expect(pending.totp?.keyID == "k1")
                #expect(pending.totp?.parameters == .standard)
                try transaction.activateFactor(first.id, using: .step(7), at: Sample.now)
                try transaction.insertPending(Sample.factor(2))
                try transaction.activateFactor(Sample.factor(2).id, using: .step(8), at: Sample.now)
                #expect(try transaction.factor(of: Sample.holder, .active)?.id == Sample.factor(2).id)
                #expect(try transaction.factor(of: Sample.holder, .pending)?.id == nil)
                let retired = try #require(try transaction.factor(first.id))
                #expect(retired.state == .retired)
                #expect(retired.totp?.sealedSecret == [])
            }
        },
        ConformanceCase("replaces a pending factor, which can be activated no more") { store in
            try await Sample.fill(store)
            try await store.write { transaction in
                try transaction.insertPending(Sample.factor(1))
                try transaction.insertPending(Sample.factor(2))
                #expect(try transaction.factor(Sample.factor(1).id)?.id == nil)
            }
            await expectFault(.conflict) {
                try await store.write { try $0.activateFactor(Sample.factor(1).id, using: .step(1), at: Sample.now) }
            }
            try await store.write { try $0.activateFactor(Sample.factor(2).id, using: .step(1), at: Sample.now) }
            await expectFault(.conflict) {
                try await store.write { try $0.activateFactor(Sample.factor(2).id, using: .step(2), at: Sample.now) }
            }
        },
        ConformanceCase("accepts a time step once, and none before it or of the enrolment") { store in
            try await Sample.fill(store)
            let factor = Sample.factor(1).id
            try await store.write { transaction in
                try transaction.insertPending(Sample.factor(1))
                #expect(try !transaction.acceptStep(9, of: factor))
                try transaction.activateFactor(factor, using: .step(10), at: Sample.now)
                #expect(try !transaction.acceptStep(10, of: factor))
                #expect(try transaction.acceptStep(12, of: factor))
                #expect(try !transaction.acceptStep(11, of: factor))
                #expect(try transaction.factor(factor)?.totp?.lastStep == 12)
                #expect(try transaction.factor(factor)?.lastAcceptedAt == Sample.now)
                let later = Sample.now.adding(seconds: 60)
                try transaction.recordProof(of: factor, at: later)
                #expect(try transaction.factor(factor)?.lastAcceptedAt == later)
                #expect(try !transaction.hadFactor(Sample.holder))
                try transaction.retireFactor(of: Sample.holder, .active, at: Sample.now)
                #expect(try !transaction.acceptStep(99, of: factor))
                #expect(try transaction.hadFactor(Sample.holder) && !transaction.hadFactor(Sample.manager))
            }
        },
        ConformanceCase("accepts one of fifty parallel submissions of one step") { store in
            try await Sample.fill(store)
            let factor = Sample.factor(1).id
            try await store.write { transaction in
                try transaction.insertPending(Sample.factor(1))
                try transaction.activateFactor(factor, using: .step(1), at: Sample.now)
            }
            let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await store.write { try $0.acceptStep(2, of: factor) } }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(accepted == 1)
        },
    ]

    static let credentials: [ConformanceCase] = [
        ConformanceCase("keeps a password hash and replaces it") { store in
            try await Sample.fill(store)
            try await store.write { transaction in
                #expect(try transaction.passwordHash(of: Sample.holder) == nil)
                try transaction.setPasswordHash("$scrypt$1", of: Sample.holder, at: Sample.now)
                try transaction.setPasswordHash("$scrypt$2", of: Sample.holder, at: Sample.now)
                #expect(try transaction.passwordHash(of: Sample.holder) == "$scrypt$2")
            }
        },
        ConformanceCase("counts attempts per person, from none") { store in
            try await Sample.fill(store)
            let attempts = Attempts(misses: 7, blockedUntil: Sample.now, locked: true)
            try await store.write { transaction in
                #expect(try transaction.attempts(of: Sample.holder) == Attempts())
                try transaction.setAttempts(attempts, of: Sample.holder)
                #expect(try transaction.attempts(of: Sample.holder) == attempts)
                #expect(try transaction.attempts(of: Sample.manager) == Attempts())
                try transaction.setAttempts(Attempts(), of: Sample.holder)
                #expect(try transaction.attempts(of: Sample.holder) == Attempts())
            }
        },
        ConformanceCase("uses a recovery code up, of its owner only, and replaces the set whole") { store in
            try await Sample.fill(store)
            try await store.write { transaction in
                let now = Sample.now
                try transaction.replaceRecoveryCodes(of: Sample.holder, hashes: (1...3).map(Sample.hash), at: now)
                #expect(try transaction.recoveryCodesLeft(of: Sample.holder) == 3)
                #expect(try !transaction.useRecoveryCode(hash: Sample.hash(1), of: Sample.manager, at: now))
                #expect(try transaction.useRecoveryCode(hash: Sample.hash(1), of: Sample.holder, at: now))
                #expect(try !transaction.useRecoveryCode(hash: Sample.hash(1), of: Sample.holder, at: now))
                #expect(try transaction.wasRecoveryCode(hash: Sample.hash(1), of: Sample.holder))
                #expect(try !transaction.wasRecoveryCode(hash: Sample.hash(1), of: Sample.manager))
                #expect(try transaction.recoveryCodesLeft(of: Sample.holder) == 2)
                try transaction.replaceRecoveryCodes(of: Sample.holder, hashes: [Sample.hash(9)], at: now)
                #expect(try !transaction.useRecoveryCode(hash: Sample.hash(2), of: Sample.holder, at: now))
                #expect(try transaction.recoveryCodesLeft(of: Sample.holder) == 1)
            }
        },
        ConformanceCase("replaces and ends the links and sessions of a request") { store in
            try await Sample.fill(store)
            try await Sample.submit(500, to: store)
            let request = Sample.requestID(500)
            @Sendable func invitation(_ byte: UInt8) -> Invitation {
                Invitation(
                    tokenHash: Sample.hash(byte), request: request, person: Sample.holder, expiresAt: Sample.now)
            }
            @Sendable func session(_ byte: UInt8, _ factor: Int) -> EnrolmentSession {
                EnrolmentSession(
                    tokenHash: Sample.hash(byte), request: request, person: Sample.holder,
                    factor: Sample.factor(factor).id, expiresAt: Sample.now)
            }
            try await store.write { transaction in
                try transaction.replaceInvitation(with: invitation(1))
                try transaction.replaceInvitation(with: invitation(2))
                #expect(try transaction.invitation(tokenHash: Sample.hash(1))?.person == nil)
                let found = try #require(try transaction.invitation(tokenHash: Sample.hash(2)))
                #expect(found.request == request)
                #expect(found.expiresAt == Sample.now)
                #expect(found.generation == 0 && found.renewedAt == nil)
                try transaction.replaceInvitation(
                    with: Invitation(
                        tokenHash: Sample.hash(2), request: request, person: Sample.holder, expiresAt: Sample.now,
                        generation: 3, renewedAt: Sample.now))
                let renewed = try #require(try transaction.invitation(of: request))
                #expect(renewed.tokenHash == Sample.hash(2) && renewed.generation == 3)
                #expect(renewed.renewedAt == Sample.now)
                #expect(try transaction.newestRequest(about: Sample.holder) == request)
                try transaction.insertPending(Sample.factor(1))
                try transaction.replaceEnrolmentSession(with: session(1, 1))
                #expect(try transaction.enrolmentSession(tokenHash: Sample.hash(1))?.factor == Sample.factor(1).id)
                // An enrolment that is begun anew leaves the session before it without a factor to prove.
                try transaction.insertPending(Sample.factor(2))
                #expect(try transaction.enrolmentSession(tokenHash: Sample.hash(1))?.factor == nil)
                try transaction.replaceEnrolmentSession(with: session(3, 2))
                try transaction.endInvitations(of: request)
                #expect(try transaction.invitation(tokenHash: Sample.hash(2))?.person == nil)
                #expect(try transaction.enrolmentSession(tokenHash: Sample.hash(3))?.factor == nil)
            }
        },
    ]

    static let audit: [ConformanceCase] = [
        ConformanceCase("appends to the trail, and reads it from any entry on") { store in
            try await store.write { transaction in
                #expect(try transaction.lastAuditEntry() == nil)
                #expect(try transaction.lastAuditHead() == nil)
                for sequence in 1...5 { try transaction.append(Sample.auditEntry(Int64(sequence))) }
                #expect(try transaction.lastAuditEntry() == Sample.auditEntry(5))
                #expect(try transaction.auditEntries(after: 2, limit: 2) == [3, 4].map { Sample.auditEntry($0) })
                #expect(try transaction.auditEntries(after: 5, limit: 2) == [])
                try transaction.append(Sample.auditEntry(6, of: "other"))
                try transaction.append(Sample.auditEntry(7, of: nil))
                let own = Sample.organization.text
                #expect(
                    try transaction.auditEntries(of: own, after: 3, limit: 9) == [4, 5].map { Sample.auditEntry($0) })
                #expect(try transaction.auditEntries(of: own, after: 3, limit: 1) == [Sample.auditEntry(4)])
                #expect(try transaction.auditEntries(of: "other", after: 0, limit: 9).map(\.sequence) == [6])
                #expect(try transaction.auditEntries(of: "nobody", after: 0, limit: 9) == [])
                let heads = [Int64(2), 5].map {
                    AuditHead(
                        sequence: $0, hash: Sample.hash(UInt8($0)), at: Sample.now,
                        signature: [UInt8](repeating: 1, count: 64))
                }
                for head in heads { try transaction.append(head) }
                #expect(try transaction.auditHeads() == heads)
                #expect(try transaction.lastAuditHead() == heads[1])
            }
        },
        ConformanceCase("knows where each chain ends, and forgets what a body took back") { store in
            struct Refused: Error {}
            try await store.write { transaction in
                #expect(try transaction.auditEnd(of: nil) == .beginning)
                #expect(try transaction.auditEnd(of: "a") == .beginning)
                try transaction.append(Sample.auditEntry(1, of: nil))
                // A chain begins at the newest entry of the installation.
                #expect(try transaction.auditEnd(of: "a") == AuditEnd(sequence: 1, hash: Sample.hash(1)))
                try transaction.append(Sample.auditEntry(2, of: "a"))
                try transaction.append(Sample.auditEntry(3, of: nil))
            }
            await #expect(throws: Refused.self) {
                try await store.write { transaction in
                    try transaction.append(Sample.auditEntry(4, of: "a"))
                    try transaction.append(Sample.auditEntry(5, of: nil))
                    #expect(try transaction.auditEnd(of: "a") == AuditEnd(sequence: 5, hash: Sample.hash(4)))
                    throw Refused()
                }
            }
            try await store.write { transaction throws in
                #expect(try transaction.auditEnd(of: "a") == AuditEnd(sequence: 3, hash: Sample.hash(2)))
                #expect(try transaction.auditEnd(of: "b") == AuditEnd(sequence: 3, hash: Sample.hash(3)))
                #expect(try transaction.lastAuditEntry(of: "a", before: 3) == Sample.auditEntry(2, of: "a"))
                #expect(try transaction.lastAuditEntry(of: "a", before: 2) == nil)
                #expect(try transaction.auditEnd(of: nil) == AuditEnd(sequence: 3, hash: Sample.hash(3)))
            }
        },
        ConformanceCase("knows where the single chain of before ends, and that new ones hang in it") { store in
            try await store.write { transaction in
                try transaction.append(Sample.auditEntry(1, of: nil))
                try transaction.append(Sample.auditEntry(2, of: "a"))
                try transaction.setNote(AuditEnd.linkNote, "2")
            }
            try await store.write { transaction in
                let link = AuditEnd(sequence: 2, hash: Sample.hash(2), isSingle: true)
                for chain in [nil, "a", "b"] { #expect(try transaction.auditEnd(of: chain) == link) }
                try transaction.append(Sample.auditEntry(3, of: nil))
                for chain in [nil, "a", "b"] {
                    #expect(try transaction.auditEnd(of: chain) == AuditEnd(sequence: 3, hash: Sample.hash(3)))
                }
            }
        },
        ConformanceCase("refuses an audit entry whose number is taken") { store in
            try await store.write { try $0.append(Sample.auditEntry(1)) }
            await #expect(throws: (any Error).self) { try await store.write { try $0.append(Sample.auditEntry(1)) } }
            #expect(try await store.read { try $0.auditEntries(after: 0, limit: 9).count } == 1)
        },
    ]
}

extension Factor {
    fileprivate var totp: TOTPMeans? {
        switch means {
        case .totp(let own): own
        }
    }
}
