import Basics
import Records

extension Batch.State: PageCase {}
extension BatchRow.State: PageCase {}

/// What a list and a page show of a file alike.
struct ShownBatch: PagePart {
    let id: String
    let total: Int
    let good, refused, submitted: Count
    /// Of the lines, for as long as it runs.
    let settled: Int
    let hasGood, hasRefused, isRunning: Bool
    let `is`: Batch.State

    init(_ batch: Batch, _ pages: Pages) {
        let rows = batch.rows
        id = batch.id.text
        total = rows.total
        good = pages.count(rows.good)
        refused = pages.count(rows.refused)
        submitted = pages.count(rows.submitted)
        settled = rows.total - (batch.state == .submitting ? rows.good : rows.new)
        (hasGood, hasRefused) = (rows.good > 0, rows.refused > 0)
        isRunning = batch.isRunning || batch.state == .reading
        `is` = batch.state
    }
}

/// `/requests/import`.
struct ImportPage: PageValue {
    static let template = "request-import"

    struct Cloud { let slug: String }

    struct Row {
        let moment: String
        let batch: ShownBatch
    }

    let org, organization: String
    let places: [Workplace.Option]
    let query: String
    let profiles, languages: [String]
    let placesIn: [Cloud]
    let batches: [Row]
    /// A file was sent while nobody was signed in.
    let again: Bool
}

/// `/requests/import/{batch}`.
struct BatchPage: PageValue {
    static let template = "request-batch"

    struct Row {
        let line: Int
        let email, name, grants: String
        let until: String?
        let `is`: BatchRow.State
        let faults: [String]
        let request: String?
    }

    let batch: ShownBatch
    let organization, query: String
    let notes: [String]
    let rows: [Row]
    let onlyRefused, isFirst: Bool
    let next: String?
}

/// The same, where somebody has to say which column is what.
struct ColumnsPage: PageValue {
    static let template = "request-columns"

    struct Option {
        let key, title: String
        /// What stands below the title.
        let sample: String?
        let isChosen: Bool
    }

    /// For all lines, as it was typed.
    struct Common { let grants, until, reason: String }

    let id, organization, query: String
    let profiles: [String]
    let email, name, family, locale, grants, until, reason: [Option]
    let all: Common
}
