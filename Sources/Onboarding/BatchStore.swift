package import Basics

/// A table of people that somebody chose on a page: kept while it is checked, looked at and submitted, so that any
/// node can go on with it and nothing is submitted twice.
package struct Batch: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Its rows are being kept.
        case reading
        case checking
        /// Every row has its verdict; nothing was submitted.
        case checked
        case submitting, done
        /// Whoever began it may not submit any more.
        case stopped
    }

    /// What happens once every row has its verdict.
    package enum Submission: String, Sendable, CaseIterable {
        /// Somebody looks first, and says so.
        case whenTold = "when_told"
        /// The good rows are submitted.
        case allGood = "all_good"
        /// They are if no row is refused.
        case ifAllGood = "if_all_good"
        /// It was only to be checked.
        case never
    }

    package let id: BatchID
    package let organization: OrganizationID
    package let person: PersonID
    /// As which the bytes were read.
    package let encoding: String
    package let createdAt: Timestamp
    package private(set) var state: State
    package let submits: Submission
    package let rows: BatchCounts
    /// What whoever sent the file should know of how it was read, in sentences.
    package let notes: [String]

    package init(
        id: BatchID, organization: OrganizationID, person: PersonID, encoding: String, createdAt: Timestamp,
        state: State, submits: Submission = .whenTold, rows: BatchCounts, notes: [String] = []
    ) {
        self.id = id
        self.organization = organization
        self.person = person
        self.encoding = encoding
        self.createdAt = createdAt
        self.state = state
        self.submits = submits
        self.rows = rows
        self.notes = notes
    }

    /// Whoever was reading the file for so long has died over it: nobody else can go on, for the file is not kept.
    private static let readingSeconds: Int64 = 600

    func seen(at now: Timestamp) -> Batch {
        guard state == .reading, createdAt.adding(seconds: Self.readingSeconds) < now else { return self }
        var batch = self
        batch.state = .stopped
        return batch
    }

    /// Whether a worker has something to do about it.
    package var isRunning: Bool { state == .checking || state == .submitting }

    /// Where it goes when every row has its verdict.
    var afterCheck: State {
        switch submits {
        case .allGood: .submitting
        case .ifAllGood: rows.refused == 0 ? .submitting : .checked
        case .whenTold, .never: .checked
        }
    }
}

/// How many rows of a batch stand how.
package struct BatchCounts: Hashable, Sendable {
    package var new = 0
    package var good = 0
    package var refused = 0
    package var submitted = 0

    package init(new: Int = 0, good: Int = 0, refused: Int = 0, submitted: Int = 0) {
        self.new = new
        self.good = good
        self.refused = refused
        self.submitted = submitted
    }

    package var total: Int { new + good + refused + submitted }
}

/// One row of a batch: what stands in the file, and what became of it.
package struct BatchRow: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Not checked yet.
        case new
        /// Checked, and nothing is wrong.
        case good
        case refused, submitted
    }

    /// Line of the file on which it begins; the header is line 1.
    package let line: Int
    /// `email,name,locale,grants,until,reason`, each as a form would have it.
    package let fields: [String]
    package var state: State
    package var faults: [Fault.Field]
    package var request: RequestID?

    package init(line: Int, fields: [String], state: State, faults: [Fault.Field] = [], request: RequestID? = nil) {
        self.line = line
        self.fields = fields
        self.state = state
        self.faults = faults
        self.request = request
    }
}

/// Batches, as they are kept.
package protocol BatchSnapshot {
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

package protocol BatchTransaction {
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
    /// Remembers how files with this first line are read; the mapping before is forgotten, and of very many the oldest.
    func remember(columnMap: String, of organization: OrganizationID, heading: String, at now: Timestamp) throws
}

/// A file whose columns are not known yet: kept until somebody says which is what.
package struct KeptFile: Hashable, Sendable {
    /// The batch that it will be.
    package let id: BatchID
    package let organization: OrganizationID
    package let person: PersonID
    package let createdAt: Timestamp
    package let content: [UInt8]

    package init(
        id: BatchID, organization: OrganizationID, person: PersonID, createdAt: Timestamp, content: [UInt8]
    ) {
        self.id = id
        self.organization = organization
        self.person = person
        self.createdAt = createdAt
        self.content = content
    }
}
