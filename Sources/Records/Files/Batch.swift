package import Basics

/// A table of people that somebody chose on a page: kept while it is checked, looked at and
/// submitted, so that any node can go on with it and nothing is submitted twice.
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
    package let state: State
    package let submits: Submission
    package let rows: BatchCounts
    /// What whoever sent the file should know of how it was read.
    package let notes: [Sentence]

    package init(
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
    package var isRunning: Bool { state == .checking || state == .submitting }
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
