import Basics

extension JSON.Limits {
    /// Of an answer of a server: pages of a thousand elements, verdicts on tens of thousands of rows.
    static let answer = JSON.Limits(values: 5_000_000)
}
