package import Basics
import OpenSSL
package import Records

/// What a check of the whole chain found.
package struct AuditVerdict: Sendable {
    package let entries: Int64
    package let signedUpTo: Int64
    /// The first thing that is wrong, in one sentence; nil if nothing is.
    package let defect: Sentence?
    /// The head that is kept beside the keys; nil if none is.
    package var kept: AuditHead?
}

extension Onboarding {
    /// Recomputes every hash, checks every signature, and compares
    /// with the head that is kept beside the keys.
    ///
    /// Reads a thousand entries at a time.
    ///
    /// - Parameter claims: what somebody kept elsewhere: the trail must contain exactly that.
    package func verifyAudit(against claims: [HeadClaim] = []) async throws -> AuditVerdict {
        // Before the trail: whoever signs meanwhile commits first and keeps the head afterwards.
        let kept = try heads.keeper.kept()
        var verdict = try await reading(by: .usher) { turn in
            let heads = try turn.snapshot.auditHeads()
            var check = ChainCheck(heads: heads, claims: claims, publicKey: self.keys.audit.publicKey)
            let defect =
                try check.walk(from: nil, in: turn.snapshot) ?? check.leftOver
                ?? turn.keptDefect(kept, newest: heads.last)
            return AuditVerdict(
                entries: check.last?.sequence ?? 0, signedUpTo: heads.last?.sequence ?? 0, defect: defect)
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

/// A walk along the chain, with what must be met on the way.
struct ChainCheck {
    /// The entry that was proven last.
    private(set) var last: AuditEntry?
    fileprivate var heads: [Int64: [AuditHead]]
    private var claimed: [Int64: [AuditHead]] = [:]
    private var hashes: Set<[UInt8]> = []
    fileprivate let publicKey: [UInt8]

    init(heads: [AuditHead], claims: [HeadClaim] = [], publicKey: [UInt8]) {
        self.heads = Dictionary(grouping: heads, by: \.sequence)
        self.publicKey = publicKey
        for claim in claims {
            switch claim {
            case .head(let head): claimed[head.sequence, default: []].append(head)
            case .hash(let hash): hashes.insert(hash)
            }
        }
    }

    /// Goes on to the end of the trail.
    ///
    /// - Parameter first: where to begin, believed in what it says of the
    ///   one before; nil begins at the beginning.
    /// - Returns: the first thing that is wrong.
    mutating func walk(from first: Int64?, in snapshot: any Snapshot) throws -> Sentence? {
        if let first, first > 1 {
            guard let before = try snapshot.auditEntry(first - 1) else { return "Entry \(first - 1) is missing." }
            last = before
        }
        while true {
            let batch = try snapshot.auditEntries(after: last?.sequence ?? 0, limit: 1_000)
            if batch.isEmpty { return nil }
            for entry in batch { if let defect = try defect(in: entry) { return defect } }
        }
    }

    fileprivate mutating func defect(in entry: AuditEntry) throws -> Sentence? {
        guard entry.sequence == (last?.sequence ?? 0) + 1 else {
            return "Entry \((last?.sequence ?? 0) + 1) is missing."
        }
        guard entry.previousHash == last?.hash ?? [UInt8](repeating: 0, count: 32) else {
            return "Entry \(entry.sequence) does not follow the one before it."
        }
        guard try SHA256.digest(of: Array(entry.canonicalText.utf8)) == entry.hash else {
            return "Entry \(entry.sequence) was changed after it was written."
        }
        for head in heads.removeValue(forKey: entry.sequence) ?? [] {
            guard head.hash == entry.hash, head.isSigned(by: publicKey) else {
                return "The signature over entry \(head.sequence) does not hold."
            }
        }
        hashes.remove(entry.hash)
        for head in claimed.removeValue(forKey: entry.sequence) ?? [] {
            if let defect = defect(of: head, over: entry) { return defect }
        }
        last = entry
        return nil
    }

    fileprivate func defect(of claim: AuditHead, over entry: AuditEntry) -> Sentence? {
        guard claim.hash == entry.hash else {
            return "Entry \(entry.sequence) is not the one of the head that was kept: the trail was rewritten."
        }
        guard claim.isSigned(by: publicKey) else {
            return "The kept head \(claim.sequence) was not signed by the key of this installation."
        }
        return nil
    }

    /// What should have been met and was not.
    var leftOver: Sentence? {
        let end = last?.sequence ?? 0
        if !heads.isEmpty { return "A signed entry is missing: the trail was cut after entry \(end)." }
        if let ahead = claimed.keys.filter({ $0 > 0 }).max() {
            return "The trail ends at entry \(end), before the head \(ahead) that was kept: it was cut, or is older."
        }
        if let hash = hashes.first { return "No entry has the hash \(hash.hex) that was kept: this is another trail." }
        return nil
    }
}
