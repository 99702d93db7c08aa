import Basics
import OpenSSL
public import Records

/// What is about to be recorded; the chain adds number, time and hashes.
public struct AuditNote: Sendable {
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
    /// Appends to the chain of the organization, or of the installation, in the transaction
    /// of what it records: neither exists without the other.
    func audit(_ note: AuditNote, by actor: Party, onBehalfOf: PersonID? = nil, at now: Timestamp) throws {
        let organization = note.organization?.text
        var end = try auditEnd(of: organization)
        if end.isSingle {
            try append(AuditEntry(.division, after: end, by: .usher, at: now))
            // Where it ends really: a trail that was cut, and accepted, may end before.
            try setNote(AuditEnd.linkNote, "\(end.sequence)")
            end = try auditEnd(of: organization)
        }
        try append(AuditEntry(note, after: end, by: actor, onBehalfOf: onBehalfOf, at: now))
    }
}

extension AuditNote {
    /// Ends the one chain that earlier versions wrote, and begins the chains of the installation and of
    /// each organization.
    fileprivate static var division: AuditNote {
        let detail = "\(AuditEntry.Format.single.rawValue) -> \(AuditEntry.Format.chains.rawValue)"
        return AuditNote(AuditEntry.division, detail: detail)
    }
}

extension AuditEntry {
    /// What the first line of the hashed text says.
    public enum Format: String, Sendable {
        /// One chain for all: each entry names the one before it.
        case single = "usher-audit-1"
        /// Each entry names the one before it in the chain of its organization, or of the installation.
        case chains = "usher-audit-2"
    }

    /// The action of the entry with which one chain becomes many.
    static var division: String { "audit.chains" }

    init(
        _ note: AuditNote, after end: AuditEnd, by actor: Party, onBehalfOf: PersonID? = nil, at: Timestamp
    ) throws {
        let (organization, request) = (note.organization?.text, note.request?.text)
        let text = Self.canonicalText(
            .chains, end.sequence + 1, at,
            [actor.text, onBehalfOf?.text, note.action, organization, request, note.subject, note.detail], end.hash)
        self.init(
            sequence: end.sequence + 1, at: at, actor: actor, onBehalfOf: onBehalfOf, action: note.action,
            organization: organization, request: request, subject: note.subject, detail: note.detail,
            previousHash: end.hash, hash: try SHA256.digest(of: Array(text.utf8)))
    }

    /// Whether the hash is that of the entry, read as of a format.
    func holds(as format: Format) throws -> Bool {
        try SHA256.digest(of: Array(canonicalText(as: format).utf8)) == hash
    }

    /// What is hashed: `docs/audit.md` describes it for somebody who has nothing but `openssl`.
    public func canonicalText(as format: Format) -> String {
        Self.canonicalText(
            format, sequence, at,
            [actor.text, onBehalfOf?.text, action, organization, request, subject, detail], previousHash)
    }

    /// Eleven lines joined by LF, the last without one: format, number, milliseconds, seven
    /// fields (absent ones empty), previous hash in hexadecimal.
    ///
    /// Backslash and LF inside a field are written `\\` and `\n`, so no field can pretend to be two.
    private static func canonicalText(
        _ format: Format, _ sequence: Int64, _ at: Timestamp, _ fields: [String?], _ previousHash: [UInt8]
    ) -> String {
        var text = "\(format.rawValue)\n\(sequence)\n\(at.milliseconds)\n"
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
