public import Basics

/// A table of people that somebody chose on a page: kept while it is checked, looked at and
/// submitted, so that any node can go on with it and nothing is submitted twice.
public struct Batch: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable {
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
    public enum Submission: String, Sendable, CaseIterable {
        /// Somebody looks first, and says so.
        case whenTold = "when_told"
        /// The good rows are submitted.
        case allGood = "all_good"
        /// They are if no row is refused.
        case ifAllGood = "if_all_good"
        /// It was only to be checked.
        case never
    }

    public let id: BatchID
    public let organization: OrganizationID
    public let person: PersonID
    /// As which the bytes were read.
    public let encoding: String
    public let createdAt: Timestamp
    public let state: State
    public let submits: Submission
    public let rows: BatchCounts
    /// What whoever sent the file should know of how it was read.
    public let notes: [Sentence]

    public init(
        id: BatchID, organization: OrganizationID, person: PersonID, encoding: String, createdAt: Timestamp,
        state: State, submits: Submission = .whenTold, rows: BatchCounts, notes: [Sentence] = []
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

    /// Whether a worker has something to do about it.
    public var isRunning: Bool { state == .checking || state == .submitting }
}

/// How many rows of a batch stand how.
public struct BatchCounts: Hashable, Sendable {
    public var new = 0
    public var good = 0
    public var refused = 0
    public var submitted = 0

    public init(new: Int = 0, good: Int = 0, refused: Int = 0, submitted: Int = 0) {
        self.new = new
        self.good = good
        self.refused = refused
        self.submitted = submitted
    }

    public var total: Int { new + good + refused + submitted }
}

/// One row of a batch: what stands in the file, and what became of it.
public struct BatchRow: Hashable, Sendable {
    public enum State: String, Sendable, CaseIterable {
        /// Not checked yet.
        case new
        /// Checked, and nothing is wrong.
        case good
        case refused, submitted
    }

    /// Line of the file on which it begins; the header is line 1.
    public let line: Int
    /// `email,name,locale,grants,until,reason`, each as a form would have it.
    public let fields: [String]
    public var state: State
    public var faults: [Fault.Field]
    public var request: RequestID?

    public init(line: Int, fields: [String], state: State, faults: [Fault.Field] = [], request: RequestID? = nil) {
        self.line = line
        self.fields = fields
        self.state = state
        self.faults = faults
        self.request = request
    }
}

/// A file whose columns are not known yet: kept until somebody says which is what.
public struct KeptFile: Hashable, Sendable {
    /// The batch that it will be.
    public let id: BatchID
    public let organization: OrganizationID
    public let person: PersonID
    public let createdAt: Timestamp
    public let content: [UInt8]

    public init(
        id: BatchID, organization: OrganizationID, person: PersonID, createdAt: Timestamp, content: [UInt8]
    ) {
        self.id = id
        self.organization = organization
        self.person = person
        self.createdAt = createdAt
        self.content = content
    }
}
