/// Where the next entry of a chain goes.
package struct AuditEnd: Hashable, Sendable {
    /// Number of the newest entry of the trail; 0 in an empty one.
    package let sequence: Int64
    /// Of the entry that the next one follows; 32 zero bytes where there is none.
    package let hash: [UInt8]
    /// Whether all there is so far is the one chain that earlier versions wrote.
    package let isSingle: Bool

    package init(sequence: Int64, hash: [UInt8], isSingle: Bool = false) {
        self.sequence = sequence
        self.hash = hash
        self.isSingle = isSingle
    }

    /// What precedes the first entry.
    package static let beginning = AuditEnd(sequence: 0, hash: [UInt8](repeating: 0, count: 32))

    /// Name of the note of where the single chain ends: the number of its last entry.
    ///
    /// There is none where an installation began with a chain for each organization.
    package static let linkNote = "audit.link"
}
