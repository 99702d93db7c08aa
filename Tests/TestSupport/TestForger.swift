import Basics
public import Onboarding
import OpenSSL
public import Records

/// What somebody does to a trail who knows how it is hashed, and has not the keys.
extension TestInstallation {
    public func trail() async throws -> [AuditEntry] {
        try await store.read { try $0.auditEntries(after: 0, limit: 10_000) }
    }

    /// Changes the trail and makes it hold again: numbers, chains, hashes and seals; all but the signatures.
    ///
    /// - Parameters:
    ///   - resealing: whether seals are made to fit as well.
    ///   - more: statements that follow.
    public func forge(
        resealing: Bool = true, then more: [String] = [], _ change: (inout [AuditEntry]) throws -> Void
    ) async throws {
        var entries = try await trail()
        let isSingle = try entries.first.map { try $0.hash(as: .single) == $0.hash } ?? false
        try change(&entries)
        let linked = try Self.linked(entries, isSingle: isSingle, resealing: resealing)
        try rewrite(["DELETE FROM audit"] + linked.map(statement) + more)
    }

    private static func linked(_ entries: [AuditEntry], isSingle: Bool, resealing: Bool) throws -> [AuditEntry] {
        var isSingle = isSingle
        var newest = [UInt8](repeating: 0, count: 32)
        var ends: [String: AuditEntry] = [:]
        var open: Set<String> = []
        return try entries.enumerated().map { index, entry in
            if entry.action == "audit.chains" { isSingle = false }
            let chain = isSingle ? nil : entry.organization
            var next = entry.changed(
                sequence: Int64(index) + 1, previousHash: chain.flatMap { ends[$0]?.hash } ?? newest)
            if !isSingle, entry.action == "audit.seal" {
                let lines = open.sorted().compactMap { ends[$0] }
                    .map { "\($0.organization ?? "") \($0.sequence) \($0.hash.hex)" }
                let seal = try SHA256.digest(of: Array(lines.joined(separator: "\n").utf8)).hex
                if resealing { next = next.changed(detail: seal) }
                open = []
            }
            next = next.changed(hash: try next.hash(as: isSingle ? .single : .chains))
            if let chain {
                ends[chain] = next
                open.insert(chain)
            } else {
                newest = next.hash
            }
            return next
        }
    }

    private func statement(_ entry: AuditEntry) -> String {
        func text(_ value: String?) -> String {
            value.map { "'\($0.replacing("'", with: "''"))'" } ?? "NULL"
        }
        let texts = [
            entry.actor.text, entry.onBehalfOf?.text, entry.action, entry.organization, entry.request, entry.subject,
            entry.detail,
        ].map(text)
        let values =
            ["\(entry.sequence)", "\(entry.at.milliseconds)"] + texts
            + [literal(entry.previousHash), literal(entry.hash)]
        return """
            INSERT INTO audit (sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
                previous_hash, hash) VALUES (\(values.joined(separator: ", ")))
            """
    }
}

extension AuditEntry {
    public func hash(as format: Format) throws -> [UInt8] {
        try SHA256.digest(of: Array(canonicalText(as: format).utf8))
    }

    /// The same entry but for what is given.
    public func changed(
        sequence: Int64? = nil, actor: Party? = nil, organization: String? = nil, detail: String? = nil,
        previousHash: [UInt8]? = nil, hash: [UInt8]? = nil
    ) -> AuditEntry {
        AuditEntry(
            sequence: sequence ?? self.sequence, at: at, actor: actor ?? self.actor, onBehalfOf: onBehalfOf,
            action: action, organization: organization ?? self.organization, request: request, subject: subject,
            detail: detail ?? self.detail, previousHash: previousHash ?? self.previousHash, hash: hash ?? self.hash)
    }
}
