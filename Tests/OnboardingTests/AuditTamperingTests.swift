import Basics
import Onboarding
import OpenSSL
import Records
import Storage
import TestSupport
import Testing

/// Everything that can be done to a trail by whoever holds the database, with the keys out of their reach, and by
/// accident: each is found, said in one sentence, and nothing is signed on top of it.
@Suite("A trail that was tampered with", .timeLimit(.minutes(60)))
struct AuditTamperingTests {
    let world: TestInstallation

    init() async throws {
        world = try await TestInstallation.withAcme()
        // Two heads, so that one of them can be missing, and two seals: of one chain, and of two.
        try await world.usher.signAudit()
        try await world.organization("globex", manager: "marie@provider.example")
        try await world.account()
        try await world.usher.signAudit()
    }

    enum Tampering: String, CaseIterable, Sendable {
        case changedEntry, changedFirstEntry, removedEntry, recomputed, recomputedWithoutHeads
        case recomputedWithoutLastHead, recomputedTail, emptied, emptiedButHeads, headsRemoved, lastHeadRemoved
        case cut, cutToEarlierHead, headOfOtherKey, headMoved, keptHeadRemoved, keptHeadOfOtherKey
        case everythingRemoved, keptAheadOfAnother
        case chainCut, chainCutAndSealed, chainsExchanged, entryMoved, entryMovedAndSealed, sealRemoved, sealChanged
        case sealAdded, chainRewritten, chainRewrittenAndSealed, chainUnanchored, formerFormat

        /// What the sentence says of it.
        var words: String {
            switch self {
            case .changedEntry, .changedFirstEntry: "was changed after it was written"
            case .removedEntry: "Entry 5 is missing"
            case .recomputed, .recomputedTail, .headOfOtherKey: "The signature over entry"
            case .chainsExchanged, .entryMovedAndSealed, .chainRewrittenAndSealed, .sealRemoved:
                "The signature over entry"
            case .chainCutAndSealed: "A signed entry is missing"
            case .chainCut, .entryMoved, .sealChanged, .sealAdded, .chainRewritten:
                "seals other ends of the chains of organizations than there are"
            case .chainUnanchored: "does not follow the one before it of its organization"
            case .formerFormat: "was changed after it was written"
            case .recomputedWithoutHeads, .recomputedWithoutLastHead: "is not the one that was signed"
            case .emptied, .cutToEarlierHead, .keptAheadOfAnother: "The database is older than the last signed head"
            case .emptiedButHeads, .cut: "A signed entry is missing"
            case .headsRemoved, .lastHeadRemoved: "its signature is missing"
            case .headMoved: "The signature over entry"
            case .keptHeadRemoved: "that was kept in memory is missing"
            case .keptHeadOfOtherKey: "not signed by the key of this installation"
            case .everythingRemoved: "entries is signed, and no head of them is kept"
            }
        }
    }

    private func commit(_ tampering: Tampering) async throws {
        let end = "(SELECT MAX(sequence) FROM audit)"
        switch tampering {
        case .changedEntry: try rewrite("UPDATE audit SET actor = 'operator eve' WHERE sequence = 7")
        case .changedFirstEntry: try rewrite("UPDATE audit SET detail = 'x' WHERE sequence = 1")
        case .removedEntry: try rewrite("DELETE FROM audit WHERE sequence = 5")
        case .recomputed: try await blame(4)
        case .recomputedWithoutHeads: try await blame(4, then: "DELETE FROM audit_head")
        case .recomputedWithoutLastHead:
            let heads = try await world.store.read { try $0.auditHeads() }
            let first = try #require(heads.first).sequence
            try await blame(first + 1, then: "DELETE FROM audit_head WHERE sequence > \(first)")
        case .recomputedTail: try await blame(try await world.trail().last?.sequence ?? 0)
        case .emptied: try rewrite("DELETE FROM audit_head", "DELETE FROM audit")
        case .emptiedButHeads: try rewrite("DELETE FROM audit")
        case .headsRemoved: try rewrite("DELETE FROM audit_head")
        case .lastHeadRemoved: try rewrite("DELETE FROM audit_head WHERE sequence = \(end)")
        case .cut: try rewrite("DELETE FROM audit WHERE sequence = \(end)")
        case .cutToEarlierHead:
            try rewrite(
                "DELETE FROM audit WHERE sequence > (SELECT MIN(sequence) FROM audit_head)",
                "DELETE FROM audit_head WHERE sequence > (SELECT MIN(sequence) FROM audit_head)")
        case .headOfOtherKey:
            let head = try await otherHead()
            try rewrite(
                "UPDATE audit_head SET signature = \(world.literal(head.signature)) WHERE sequence = \(head.sequence)")
        case .headMoved: try rewrite("UPDATE audit_head SET at_ms = at_ms + 1 WHERE sequence = \(end)")
        case .keptHeadRemoved: world.keeper.forget()
        case .keptHeadOfOtherKey: world.keeper.replace(with: try await otherHead())
        case .everythingRemoved:
            world.keeper.forget()
            try rewrite("DELETE FROM audit_head", "DELETE FROM note")
        case .keptAheadOfAnother:
            // A database of another installation, a younger one, in place of this one.
            try rewrite("DELETE FROM audit_head", "DELETE FROM audit WHERE sequence > 3")
        default: try await commitOnChains(tampering)
        }
    }

    /// By somebody who makes numbers, chains and hashes fit again; and seals, where the case says so.
    private func commitOnChains(_ tampering: Tampering) async throws {
        let trail = try await world.trail()
        let acme = try #require(trail.first { $0.action == "organization.add" }?.organization)
        let globex = try #require(trail.last { $0.action == "organization.add" }?.organization)
        let end = try #require(trail.lastIndex { $0.organization == acme })
        let seal = try #require(trail.firstIndex { $0.action == "audit.seal" })
        switch tampering {
        case .chainCut: try await world.forge(resealing: false) { $0.remove(at: end) }
        case .chainCutAndSealed: try await world.forge { $0.remove(at: end) }
        case .chainsExchanged:
            try await world.forge { entries in
                entries = entries.map { entry in
                    entry.organization.map { entry.changed(organization: $0 == acme ? globex : acme) } ?? entry
                }
            }
        case .entryMoved:
            try await world.forge(resealing: false) { $0[end] = $0[end].changed(organization: globex) }
        case .entryMovedAndSealed: try await world.forge { $0[end] = $0[end].changed(organization: globex) }
        case .sealRemoved: try await world.forge(resealing: false) { $0.remove(at: seal) }
        case .sealChanged:
            let detail = String(repeating: "0", count: 64)
            try await world.forge(resealing: false) { $0[seal] = $0[seal].changed(detail: detail) }
        case .sealAdded: try await world.forge(resealing: false) { $0.insert($0[seal], at: seal + 3) }
        case .chainRewritten, .chainRewrittenAndSealed:
            try await world.forge(resealing: tampering == .chainRewrittenAndSealed) { entries in
                entries = entries.map { $0.organization == acme ? $0.changed(actor: .operator("eve")) : $0 }
            }
        case .chainUnanchored:
            // The first entry of a chain, as if there were nothing before it.
            let first = try #require(trail.first { $0.organization == globex })
            let loose = first.changed(previousHash: [UInt8](repeating: 0, count: 32))
            try rewrite(
                "UPDATE audit SET previous_hash = \(world.literal(loose.previousHash)), "
                    + "hash = \(world.literal(try loose.hash(as: .chains))) WHERE sequence = \(first.sequence)")
        default:
            // As a version before chains would have written it.
            let entry = trail[end]
            try rewrite(
                "UPDATE audit SET hash = \(world.literal(try entry.hash(as: .single))) "
                    + "WHERE sequence = \(entry.sequence)")
        }
    }

    @Test("is found, and nothing is signed on top of it", arguments: Tampering.allCases)
    func isFound(_ tampering: Tampering) async throws {
        try await commit(tampering)
        let kept = world.keeper.kept()
        let found = try await defect() ?? "nothing"
        #expect(found.contains(tampering.words), "\(found)")
        for proof in [AuditProof.recent, .whole] {
            // Something new to sign, as the next command records it.
            try await record()
            let heads = try await world.store.read { try $0.auditHeads() }
            await #expect(throws: Fault.self, "\(proof)") { try await world.usher.signAudit(proving: proof) }
            #expect(try await world.store.read { try $0.auditHeads() } == heads)
            #expect(world.keeper.kept() == kept)
            #expect(try await defect() != nil)
        }
    }

    @Test("is found by a head that was kept elsewhere, though the forger holds the keys")
    func isFoundElsewhere() async throws {
        let head = try #require(try await world.usher.lastAuditSignature(by: world.owner)?.head)
        #expect(try await defect(.head(head), .hash(head.hash)) == nil)
        try await blame(4, then: "DELETE FROM audit_head")
        world.keeper.replace(with: try .beginning(signedBy: world.usher.keys.audit, at: world.clock.now))
        try await world.usher.signAudit()
        #expect(try await defect() == nil)
        #expect(try await defect(.head(head))?.contains("is not the one of the head that was kept") == true)
        #expect(try await defect(.hash(head.hash))?.contains("No entry has the hash") == true)
        let later = AuditHead(sequence: 10_000, hash: head.hash, at: head.at, signature: head.signature)
        #expect(try await defect(.head(later))?.contains("before the head 10000") == true)
        #expect(try await defect(.head(try await otherHead()))?.contains("not signed by the key") == true)
    }

    // MARK: What is in order

    @Test("an unsigned end, as a crash leaves it, is signed by the next command")
    func signsTail() async throws {
        try await record()
        #expect(try await defect() == nil)
        try await world.usher.signAudit()
        let verdict = try await world.usher.verifyAudit()
        #expect(verdict.signedUpTo == verdict.entries && verdict.kept?.sequence == verdict.entries)
    }

    @Test("a head that was signed and not kept yet is kept by the next command")
    func keepsLate() async throws {
        let head = try #require(world.keeper.kept())
        let heads = try await world.store.read { try $0.auditHeads() }
        world.keeper.replace(with: try #require(heads.first))
        #expect(try await defect() == nil)
        try await world.usher.signAudit()
        #expect(world.keeper.kept() == head)
    }

    @Test("an installation of before, which kept no head, is adopted once, after all of it was read")
    func adopts() async throws {
        world.keeper.forget()
        try world.tamper("DELETE FROM note")
        try await world.usher.signAudit()
        let verdict = try await world.usher.verifyAudit()
        #expect(verdict.defect == nil && verdict.kept?.sequence == verdict.entries)
        world.keeper.forget()
        await #expect(throws: Fault.self) { try await world.usher.signAudit() }
    }

    @Test("an installation of before is not adopted where anything in it is wrong")
    func adoptsNothingWrong() async throws {
        world.keeper.forget()
        try rewrite("DELETE FROM note", "UPDATE audit SET detail = 'x' WHERE sequence = 2")
        await #expect(throws: Fault.self) { try await world.usher.signAudit() }
        #expect(world.keeper.kept() == nil)
    }

    // MARK: Accepting

    @Test(
        "a restored copy is accepted with a reason, which the trail keeps",
        arguments: [Tampering.cutToEarlierHead, .headsRemoved, .keptHeadRemoved, .keptHeadOfOtherKey])
    func accepts(_ tampering: Tampering) async throws {
        try await commit(tampering)
        await #expect(throws: Fault.self) { try await world.usher.acceptAudit(reason: "", by: world.owner) }
        let head = try await world.usher.acceptAudit(reason: "Restored Sunday's copy", by: world.owner)
        #expect(try await defect() == nil)
        #expect(world.keeper.kept() == head)
        let entry = try #require(try await world.store.read { try $0.lastAuditEntry() })
        #expect(entry.action == "audit.accept" && entry.actor == .operator("root"))
        #expect(entry.detail?.hasPrefix("Restored Sunday's copy (") == true)
        try await record()
        try await world.usher.signAudit()
        #expect(try await defect() == nil)
    }

    @Test(
        "what does not hold in itself is not accepted",
        arguments: [
            Tampering.changedEntry, .removedEntry, .recomputed, .cut, .headOfOtherKey, .chainCut, .chainsExchanged,
            .sealRemoved,
        ])
    func acceptsNoForgery(_ tampering: Tampering) async throws {
        try await commit(tampering)
        await #expect(throws: Fault.self) { try await world.usher.acceptAudit(reason: "x", by: world.owner) }
        #expect(try await defect() != nil)
    }

    @Test("what holds is not accepted, and nobody but operators accepts")
    func acceptsNothing() async throws {
        await #expect(throws: Fault.self) { try await world.usher.acceptAudit(reason: "x", by: world.owner) }
        world.keeper.forget()
        let rita = try await world.actor("rita@acme.example")
        await #expect(throws: Fault.self) { try await world.usher.acceptAudit(reason: "x", by: rita) }
    }

    // MARK: Means

    private func defect(_ claims: HeadClaim...) async throws -> String? {
        try await world.usher.verifyAudit(against: claims).defect?.english
    }

    private func record() async throws {
        _ = try await world.usher.setOrganization("acme", calendar: "", timeZone: nil, by: world.owner)
    }

    private func rewrite(_ statements: String...) throws { try world.rewrite(statements) }

    /// Says that somebody else did it, and recomputes every hash and seal after that: a trail that holds.
    private func blame(_ sequence: Int64, then more: String...) async throws {
        try await world.forge(then: more) { entries in
            let index = Int(sequence) - 1
            entries[index] = entries[index].changed(actor: .operator("eve"))
        }
    }

    /// The newest head as a forger signs it, who has some key and not ours.
    private func otherHead() async throws -> AuditHead {
        let head = try #require(try await world.store.read { try $0.lastAuditHead() })
        let key = try SigningKey(seed: Secret([UInt8](repeating: 7, count: 32)))
        let text = "usher-audit-head-1\n\(head.sequence)\n\(head.hash.hex)\n\(head.at.milliseconds)"
        return AuditHead(
            sequence: head.sequence, hash: head.hash, at: head.at, signature: try key.sign(Array(text.utf8)))
    }
}
