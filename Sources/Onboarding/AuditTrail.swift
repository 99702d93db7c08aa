import Basics
import OpenSSL
import Records

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

extension WorkTransaction {
    /// Appends to the chain, in the transaction of what it records: neither exists without the other.
    func audit(_ note: AuditNote, by actor: Party, onBehalfOf: PersonID? = nil, at now: Timestamp) throws {
        let last = try lastAuditEntry()
        try append(
            AuditEntry(
                following: last, at: now, actor: actor, onBehalfOf: onBehalfOf, action: note.action,
                organization: note.organization?.text, request: note.request?.text, subject: note.subject,
                detail: note.detail))
    }
}

extension AuditEntry {
    init(
        following last: AuditEntry?, at: Timestamp, actor: Party, onBehalfOf: PersonID?, action: String,
        organization: String?, request: String?, subject: String?, detail: String?
    ) throws {
        let sequence = (last?.sequence ?? 0) + 1
        let previousHash = last?.hash ?? [UInt8](repeating: 0, count: 32)
        let text = Self.canonicalText(
            sequence, at, [actor.text, onBehalfOf?.text, action, organization, request, subject, detail], previousHash)
        self.init(
            sequence: sequence, at: at, actor: actor, onBehalfOf: onBehalfOf, action: action,
            organization: organization, request: request, subject: subject, detail: detail,
            previousHash: previousHash, hash: try SHA256.digest(of: Array(text.utf8)))
    }

    /// What is hashed: `docs/audit.md` describes it for somebody who has nothing but `openssl`.
    package var canonicalText: String {
        Self.canonicalText(
            sequence, at, [actor.text, onBehalfOf?.text, action, organization, request, subject, detail], previousHash)
    }

    /// Eleven lines joined by LF, the last without one: format, number, milliseconds, seven
    /// fields (absent ones empty), previous hash in hexadecimal.
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
