public import Basics

/// Somebody who mail is from or to: an address, and the name shown with it (RFC 5322, section 3.4).
public struct Mailbox: Sendable, Hashable {
    /// Any Unicode; may be empty.
    public let name: String
    public let address: EmailAddress

    public init(name: String, address: EmailAddress) {
        self.name = name
        self.address = address
    }

    /// Reads what an operator writes in a configuration:
    /// `usher@example.com` or `Usher <usher@example.com>`.
    ///
    /// - Parameter setting: what was set, for the fault.
    /// - Throws: `Fault` with the field `mail.from`, or whatever was set.
    public init(parsing text: String, setting: String = "mail.from") throws(Fault) {
        let parts = text.split(separator: "<", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.count == 2 ? parts[0].trimmingPrefix(while: { $0 == " " }) : ""
        let isClosed = parts.count == 1 || parts[1].hasSuffix(">")
        let address = parts.count == 2 ? parts[1].dropLast() : parts[0]
        do {
            guard isClosed, !name.unicodeScalars.contains(where: isForbiddenInHeader) else {
                throw EmailAddress.Refusal.malformed
            }
            self.init(
                name: String(name.reversed().drop { $0 == " " }.reversed()), address: try EmailAddress(String(address)))
        } catch {
            throw .invalid(
                setting, "malformed_sender", "The sender must be an address, or a name and an <address>.")
        }
    }

    /// What follows the @, in ASCII.
    var domain: Substring { address.text.drop { $0 != "@" }.dropFirst() }
}
