import Basics
import OpenSSL
import Records

/// The ends of all chains at some entry of the trail: one chain for each organization and one for the
/// installation, or the one chain that earlier versions wrote.
struct AuditChains {
    private struct End {
        let sequence: Int64
        let hash: [UInt8]
    }

    /// Whether all so far is one chain.
    private var isSingle: Bool
    /// The last of the installation, or of the single chain.
    private var newest: [UInt8]?
    private var organizations: [String: End] = [:]
    /// Organizations whose chains went on since chains were sealed last.
    private var open: Set<String> = []
    /// Up to here chains are looked up when they go on; 0 where all of them were followed.
    private let start: Int64

    /// The action of the entry that names the ends of chains in the chain of the installation.
    static let seal = "audit.seal"

    /// - Parameter entry: one at which no chain is open, believed in what it says.
    init(after entry: AuditEntry?) throws {
        isSingle = try entry?.holds(as: .single) ?? false
        newest = entry?.hash
        start = entry?.sequence ?? 0
    }

    /// How many there are, of those that were followed.
    var count: Int { organizations.count + (newest == nil ? 0 : 1) }

    /// SHA-256, in hexadecimal, of where the organizations' chains end that went on since the last seal.
    ///
    /// A line of organization, number and hash for each, by organization. Nil where none went on.
    func unsealed() throws -> String? {
        guard !open.isEmpty else { return nil }
        let lines = open.sorted().compactMap { organization in
            organizations[organization].map { "\(organization) \($0.sequence) \($0.hash.hex)" }
        }
        return try SHA256.digest(of: Array(lines.joined(separator: "\n").utf8)).hex
    }

    /// Goes on by one entry of the trail.
    ///
    /// - Returns: what is wrong with it.
    mutating func follow(_ entry: AuditEntry, in snapshot: any Snapshot) throws -> Sentence? {
        if entry.sequence == 1 { isSingle = try entry.holds(as: .single) }
        guard try entry.previousHash == hash(before: entry, in: snapshot) else {
            return strayed(entry)
        }
        let divides = entry.action == AuditEntry.division && entry.organization == nil
        guard try entry.holds(as: isSingle && !divides ? .single : .chains) else {
            return "Entry \(entry.sequence) was changed after it was written."
        }
        if divides {
            guard isSingle || entry.sequence == 1 else {
                return "Entry \(entry.sequence) begins the chains of organizations, which had begun before."
            }
            isSingle = false
        }
        return try add(entry)
    }

    private func strayed(_ entry: AuditEntry) -> Sentence {
        if isSingle { return "Entry \(entry.sequence) does not follow the one before it." }
        return entry.organization == nil
            ? "Entry \(entry.sequence) does not follow the one before it of the installation."
            : "Entry \(entry.sequence) does not follow the one before it of its organization."
    }

    private mutating func add(_ entry: AuditEntry) throws -> Sentence? {
        if let organization = entry.organization, !isSingle {
            organizations[organization] = End(sequence: entry.sequence, hash: entry.hash)
            open.insert(organization)
            return nil
        }
        if entry.action == Self.seal, !isSingle {
            guard try entry.detail == unsealed() else {
                return "Entry \(entry.sequence) seals other ends of the chains of organizations than there are."
            }
            open = []
        }
        newest = entry.hash
        return nil
    }

    /// What an entry must name: the end of its chain; of the installation's, where that begins.
    private func hash(before entry: AuditEntry, in snapshot: any Snapshot) throws -> [UInt8] {
        if let organization = entry.organization, !isSingle,
            let end = try organizations[organization]?.hash ?? hash(atStartOf: organization, in: snapshot)
        {
            return end
        }
        return newest ?? AuditEnd.beginning.hash
    }

    /// Of a chain that began before the walk; nil where it did not.
    private func hash(atStartOf organization: String, in snapshot: any Snapshot) throws -> [UInt8]? {
        guard start > 0 else { return nil }
        let last = try snapshot.lastAuditEntry(of: organization, before: start + 1)
        return try last.flatMap { try $0.holds(as: .single) ? nil : $0.hash }
    }
}
