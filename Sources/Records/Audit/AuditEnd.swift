/// Where the next entry of a chain goes.
public struct AuditEnd: Hashable, Sendable {
    /// Number of the newest entry of the trail; 0 in an empty one.
    public let sequence: Int64
    /// Of the entry that the next one follows; 32 zero bytes where there is none.
    public let hash: [UInt8]
    /// Whether all there is so far is the one chain that earlier versions wrote.
    public let isSingle: Bool

    public init(sequence: Int64, hash: [UInt8], isSingle: Bool = false) {
        self.sequence = sequence
        self.hash = hash
        self.isSingle = isSingle
    }

    /// What precedes the first entry.
    public static let beginning = AuditEnd(sequence: 0, hash: [UInt8](repeating: 0, count: 32))

    /// Name of the note of where the single chain ends: the number of its last entry.
    ///
    /// There is none where an installation began with a chain for each organization.
    public static let linkNote = "audit.link"
}
