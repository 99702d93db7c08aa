public import Basics
import OpenSSL
public import Records

/// What a check of the whole trail found.
public struct AuditVerdict: Sendable {
    public let entries: Int64
    /// That of the installation, and of each organization that has entries.
    public let chains: Int
    public let signedUpTo: Int64
    /// The first thing that is wrong, in one sentence; nil if nothing is.
    public let defect: Sentence?
    /// The head that is kept beside the keys; nil if none is.
    public var kept: AuditHead?
}

extension Onboarding {
    /// Recomputes every hash, checks every signature, and compares
    /// with the head that is kept beside the keys.
    ///
    /// Reads a thousand entries at a time.
    ///
    /// - Parameter claims: what somebody kept elsewhere: the trail must contain exactly that.
    public func verifyAudit(against claims: [HeadClaim] = []) async throws -> AuditVerdict {
        // Before the trail: whoever signs meanwhile commits first and keeps the head afterwards.
        let kept = try heads.keeper.kept()
        var verdict = try await reading(by: .usher) { turn in
            let heads = try turn.snapshot.auditHeads()
            var check = try ChainCheck(heads: heads, claims: claims, publicKey: self.keys.audit.publicKey)
            let defect =
                try check.walk(in: turn.snapshot) ?? check.leftOver
                ?? turn.keptDefect(kept, newest: heads.last)
            return AuditVerdict(
                entries: check.last?.sequence ?? 0, chains: check.chains.count,
                signedUpTo: heads.last?.sequence ?? 0, defect: defect)
        }
        verdict.kept = kept
        return verdict
    }

    /// Set once a head was kept: from then on a missing one is no first start.
    static var keptNote: String { "audit.kept" }
}

extension Turn {
    /// What is wrong with the trail in the light of the head that is kept beside the keys.
    ///
    /// A trail that was rewritten whole, emptied, cut, or taken back to an older
    /// copy holds as a chain: only this shows it.
    ///
    /// - Parameter newest: the newest head in the database.
    func keptDefect(_ kept: AuditHead?, newest: AuditHead?) throws -> Sentence? {
        guard let kept else {
            if try snapshot.note(Onboarding.keptNote) != nil {
                return "The signed head that was kept in \(usher.heads.keeper.name) is missing."
            }
            guard newest == nil, let last = try snapshot.lastAuditEntry() else { return nil }
            return
                "None of the \(last.sequence) entries is signed, and no head of them is "
                + "kept in \(usher.heads.keeper.name)."
        }
        guard kept.isSigned(by: keys.audit.publicKey) else {
            return "The head that is kept in \(usher.heads.keeper.name) was not signed by the key of this installation."
        }
        guard kept.sequence > 0 else { return nil }
        guard let entry = try snapshot.auditEntry(kept.sequence) else {
            let last = try snapshot.lastAuditEntry()?.sequence ?? 0
            return "The database is older than the last signed head \(kept.sequence) of \(kept.at.iso8601), or its end "
                + "was cut off: the trail ends at entry \(last)."
        }
        guard entry.hash == kept.hash else {
            return
                "Entry \(kept.sequence) is not the one that was signed at \(kept.at.iso8601): the trail was rewritten."
        }
        guard let newest, newest.sequence >= kept.sequence else {
            return "Entry \(kept.sequence) was signed at \(kept.at.iso8601), and its signature is missing."
        }
        return nil
    }
}
