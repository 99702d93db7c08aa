public import Basics

/// Batches, as they are kept.
public protocol BatchSnapshot {
    func batch(_ id: BatchID) throws -> Batch?
    /// Newest first.
    func batches(of person: PersonID, limit: Int) throws -> [Batch]
    /// Oldest first.
    func runningBatches(limit: Int) throws -> [BatchID]
    /// By line; nil lists every state.
    func rows(of batch: BatchID, _ state: BatchRow.State?, _ page: PageRequest) throws -> Page<BatchRow>
    func row(_ line: Int, of batch: BatchID) throws -> BatchRow?
    func file(_ id: BatchID) throws -> KeptFile?
    /// The mappings that were chosen for files, by the signature of their first lines.
    func columnMaps(of organization: OrganizationID) throws -> [String: String]
}

public protocol BatchTransaction {
    func insert(_ batch: Batch) throws
    func insert(_ rows: [BatchRow], into batch: BatchID) throws
    /// Writes state, faults and request of a row.
    func update(_ row: BatchRow, of batch: BatchID) throws
    /// Moves a batch on; false if it was not in that state any more.
    func move(_ batch: BatchID, from: Batch.State, to: Batch.State) throws -> Bool
    /// With its rows.
    func forget(_ batch: BatchID) throws
    /// With their rows; what they submitted stays.
    func forgetBatches(before time: Timestamp) throws
    /// Of one person the newest five are kept.
    func insert(_ file: KeptFile) throws
    func forgetFile(_ id: BatchID) throws
    func forgetFiles(before time: Timestamp) throws
    /// Remembers how files with this first line are read; the mapping before
    /// is forgotten, and of very many the oldest.
    func remember(columnMap: String, of organization: OrganizationID, heading: String, at now: Timestamp) throws
}
