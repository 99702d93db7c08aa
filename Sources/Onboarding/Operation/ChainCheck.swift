import Basics
import OpenSSL
import Records

/// A walk along the trail and all its chains, with what must be met on the way.
struct ChainCheck {
    /// The entry that was proven last.
    private(set) var last: AuditEntry?
    private(set) var chains: AuditChains
    private var heads: [Int64: [AuditHead]]
    private var claimed: [Int64: [AuditHead]] = [:]
    private var hashes: Set<[UInt8]> = []
    private let publicKey: [UInt8]

    /// - Parameter start: the entry to begin after, believed in what it says: one
    ///   at which no chain is open; nil begins at the beginning.
    init(after start: AuditEntry? = nil, heads: [AuditHead], claims: [HeadClaim] = [], publicKey: [UInt8]) throws {
        last = start
        chains = try AuditChains(after: start)
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
    /// - Returns: the first thing that is wrong.
    mutating func walk(in snapshot: any Snapshot) throws -> Sentence? {
        while true {
            let batch = try snapshot.auditEntries(after: last?.sequence ?? 0, limit: 1_000)
            if batch.isEmpty { return nil }
            for entry in batch { if let defect = try defect(in: entry, of: snapshot) { return defect } }
        }
    }

    private mutating func defect(in entry: AuditEntry, of snapshot: any Snapshot) throws -> Sentence? {
        guard entry.sequence == (last?.sequence ?? 0) + 1 else {
            return "Entry \((last?.sequence ?? 0) + 1) is missing."
        }
        if let defect = try chains.follow(entry, in: snapshot) { return defect }
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

    private func defect(of claim: AuditHead, over entry: AuditEntry) -> Sentence? {
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
