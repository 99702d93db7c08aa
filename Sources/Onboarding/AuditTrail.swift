import Basics
import OpenSSL

/// What is about to be recorded; the chain adds number, time and hashes.
package struct AuditNote: Sendable {
    var action: String
    var organization: OrganizationID?
    var request: RequestID?
    var subject: String?
    var detail: String?

    init(
        _ action: String, organization: OrganizationID? = nil, request: RequestID? = nil, subject: String? = nil,
        detail: String? = nil
    ) {
        self.action = action
        self.organization = organization
        self.request = request
        self.subject = subject
        self.detail = detail
    }
}

extension Transaction {
    /// Appends to the chain, in the transaction of what it records: neither exists without the other.
    func audit(_ note: AuditNote, by actor: String, onBehalfOf: String? = nil, at now: Timestamp) throws {
        let last = try lastAuditEntry()
        try append(
            AuditEntry(
                following: last, at: now, actor: actor, onBehalfOf: onBehalfOf, action: note.action,
                organization: note.organization?.text, request: note.request?.text, subject: note.subject,
                detail: note.detail))
    }

}

extension Onboarding {
    /// Signs the newest entry, unless that was done already: at the end of every command, every hour and at shutdown.
    package func signAudit() async throws {
        let (signed, last) = try await store.read {
            (try $0.lastAuditHead()?.sequence ?? 0, try $0.lastAuditEntry()?.sequence ?? 0)
        }
        guard signed <= last else {
            throw Fault(.conflict, "Entries that were signed are missing from the audit trail. See: usher audit verify")
        }
        if signed == last { return }
        let now = world.now()
        try await store.write { transaction in
            // Read anew: another process may have signed this entry meanwhile.
            guard let last = try transaction.lastAuditEntry(),
                try transaction.lastAuditHead()?.sequence ?? 0 < last.sequence
            else { return }
            let bytes = AuditHead.signedBytes(sequence: last.sequence, hash: last.hash, at: now)
            try transaction.append(
                AuditHead(sequence: last.sequence, hash: last.hash, at: now, signature: try keys.audit.sign(bytes)))
        }
    }
}

extension AuditEntry {
    init(
        following last: AuditEntry?, at: Timestamp, actor: String, onBehalfOf: String?, action: String,
        organization: String?, request: String?, subject: String?, detail: String?
    ) throws {
        let sequence = (last?.sequence ?? 0) + 1
        let previousHash = last?.hash ?? [UInt8](repeating: 0, count: 32)
        let text = Self.canonicalText(
            sequence, at, [actor, onBehalfOf, action, organization, request, subject, detail], previousHash)
        self.init(
            sequence: sequence, at: at, actor: actor, onBehalfOf: onBehalfOf, action: action,
            organization: organization, request: request, subject: subject, detail: detail,
            previousHash: previousHash, hash: try SHA256.digest(of: Array(text.utf8)))
    }

    /// What is hashed: `docs/audit.md` describes it for somebody who has nothing but `openssl`.
    package var canonicalText: String {
        Self.canonicalText(
            sequence, at, [actor, onBehalfOf, action, organization, request, subject, detail], previousHash)
    }

    /// Eleven lines joined by LF, the last without one: format, number, milliseconds, seven fields (absent ones empty),
    /// previous hash in hexadecimal.
    ///
    /// Backslash and LF inside a field are written `\\` and `\n`, so no field can pretend to be two.
    private static func canonicalText(
        _ sequence: Int64, _ at: Timestamp, _ fields: [String?], _ previousHash: [UInt8]
    ) -> String {
        var text = "usher-audit-1\n\(sequence)\n\(at.milliseconds)\n"
        for field in fields {
            if let field {
                let needsEscape = field.utf8.contains { $0 == 0x5C || $0 == 0x0A }
                text +=
                    needsEscape
                    ? field.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
                    : field
            }
            text += "\n"
        }
        return text + previousHash.hex
    }
}

extension AuditHead {
    /// `usher-audit-head-1`, number, hash in hexadecimal and milliseconds, joined by LF.
    static func signedBytes(sequence: Int64, hash: [UInt8], at: Timestamp) -> [UInt8] {
        Array("usher-audit-head-1\n\(sequence)\n\(hash.hex)\n\(at.milliseconds)".utf8)
    }
}

/// What a check of the whole chain found.
package struct AuditVerdict: Sendable {
    package let entries: Int64
    package let signedUpTo: Int64
    /// The first thing that is wrong, in one sentence; nil if nothing is.
    package let defect: String?
}

extension Onboarding {
    /// Recomputes every hash and checks every signature, reading a thousand entries at a time.
    package func verifyAudit() async throws -> AuditVerdict {
        let publicKey = keys.audit.publicKey
        return try await store.read { snapshot in
            let heads = try snapshot.auditHeads()
            var headsBySequence = Dictionary(grouping: heads, by: \.sequence)
            var last: AuditEntry?
            func verdict(_ defect: String?) -> AuditVerdict {
                AuditVerdict(
                    entries: last?.sequence ?? 0, signedUpTo: heads.last?.sequence ?? 0, defect: defect)
            }
            while true {
                let batch = try snapshot.auditEntries(after: last?.sequence ?? 0, limit: 1_000)
                if batch.isEmpty { break }
                for entry in batch {
                    if let defect = try Self.defect(in: entry, following: last) { return verdict(defect) }
                    for head in headsBySequence.removeValue(forKey: entry.sequence) ?? [] {
                        let signed = AuditHead.signedBytes(sequence: head.sequence, hash: entry.hash, at: head.at)
                        guard head.hash == entry.hash,
                            SigningKey.verify(signature: head.signature, message: signed, publicKey: publicKey)
                        else { return verdict("The signature over entry \(head.sequence) does not hold.") }
                    }
                    last = entry
                }
            }
            guard headsBySequence.isEmpty else {
                return verdict("A signed entry is missing: the trail was cut after entry \(last?.sequence ?? 0).")
            }
            return verdict(nil)
        }
    }

    private static func defect(in entry: AuditEntry, following last: AuditEntry?) throws -> String? {
        guard entry.sequence == (last?.sequence ?? 0) + 1 else {
            return "Entry \((last?.sequence ?? 0) + 1) is missing."
        }
        guard entry.previousHash == last?.hash ?? [UInt8](repeating: 0, count: 32) else {
            return "Entry \(entry.sequence) does not follow the one before it."
        }
        guard try SHA256.digest(of: Array(entry.canonicalText.utf8)) == entry.hash else {
            return "Entry \(entry.sequence) was changed after it was written."
        }
        return nil
    }
}
