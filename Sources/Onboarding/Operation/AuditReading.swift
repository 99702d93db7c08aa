import Basics
import Directory
import OpenSSL
public import Records

/// A part of the audit trail, oldest first, with the addresses of the people whose ids occur in it.
public struct AuditPage: Sendable {
    public let entries: [AuditEntry]
    /// Where the trail goes on; nil at its end.
    public let next: String?
    /// Person id → e-mail address, for people who still exist.
    public let addresses: [String: String]

    /// With an address in place of the id: `operator root for rita@acme.example`.
    public func readable(_ party: Party) -> String { party.text { readable($0.text) } }

    /// The address of the person of this id; anything else as it is.
    public func readable(_ id: String) -> String { addresses[id] ?? id }
}

extension Onboarding {
    /// Reads the trail page by page; the cursor is the number of the last entry read.
    ///
    /// - Throws: `.forbidden` for anybody but the operator: the trail spans all organizations.
    ///   `.invalid` for a cursor that is no number.
    public func auditEntries(_ page: PageRequest, by actor: Actor) async throws -> AuditPage {
        guard let after = Int64(page.after ?? "0"), after >= 0 else {
            throw Fault.invalid("after", "invalid_cursor", "This cursor is not the next of an audit list.")
        }
        return try await reading(by: actor) { turn in
            try turn.requireOperator()
            // One more than asked for tells whether there is a next page.
            let found = try turn.snapshot.auditEntries(after: after, limit: page.limit + 1)
            let entries = Array(found.prefix(page.limit))
            return AuditPage(
                entries: entries, next: found.count > entries.count ? entries.last.map { String($0.sequence) } : nil,
                addresses: try turn.addresses(in: entries))
        }
    }

    /// The newest signature, for whoever keeps it elsewhere or
    /// checks it by themselves; nil before the first.
    public func lastAuditSignature(
        by actor: Actor
    ) async throws -> (head: AuditHead, publicKey: [UInt8])? {
        let publicKey = keys.audit.publicKey
        return try await reading(by: actor) { turn in
            try turn.requireOperator()
            return try turn.snapshot.lastAuditHead()
        }.map { ($0, publicKey) }
    }
}

extension Turn {
    /// Person id → e-mail address, for the people in these entries who still exist.
    func addresses(in entries: [AuditEntry]) throws -> [String: String] {
        var addresses: [String: String] = [:]
        let ids = entries.flatMap { [$0.actor.person, $0.onBehalfOf, $0.subject.flatMap { PersonID($0) }] }
        for id in Set(ids.compactMap { $0 }) { addresses[id.text] = try snapshot.person(id)?.email.text }
        return addresses
    }
}
