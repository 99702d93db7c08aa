/// What may go wrong at run time, in words fit for the person who asked.
///
/// Whatever else is thrown is an outage or a bug: the caller
/// reads "Internal error.", the log everything.
package struct Fault: Error {
    package enum Code: String, Sendable, CaseIterable {
        case invalid, unauthenticated, forbidden, notFound, conflict, expired, tooMany, unavailable
    }

    /// One thing that is wrong with one field of the input.
    package struct Field: Hashable, Sendable, Codable {
        /// Path to the field as the person wrote it: `email`, `grants[1].profile`, `row 12: until`.
        package let field: String
        /// Stable and machine-readable, in snake case: `unknown_cloud`.
        package let code: String
        /// What is wrong and what to do, in one sentence.
        package let message: String

        package init(_ field: String, _ code: String, _ message: String) {
            self.field = field
            self.code = code
            self.message = message
        }
    }

    package let code: Code
    /// One sentence for the user; never a secret, SQL, a path or another person's data.
    package let message: String
    /// Every fault of the input at once, so that nobody corrects a form ten times.
    package let faults: [Field]
    /// After how many seconds another try may succeed; nil where waiting alone changes nothing.
    package let retryAfterSeconds: Int64?
    /// For the log only.
    ///
    /// Dropped at the boundary.
    package let cause: (any Error)?

    package init(
        _ code: Code, _ message: String, faults: [Field] = [], retryAfterSeconds: Int64? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.faults = faults
        self.retryAfterSeconds = retryAfterSeconds
        self.cause = cause
    }

    /// Input that is refused whole.
    ///
    /// One fault speaks for itself; several are counted and listed.
    package static func invalid(_ faults: [Field]) -> Fault {
        precondition(!faults.isEmpty)
        let message = faults.count == 1 ? faults[0].message : "\(faults.count) fields need to be corrected."
        return Fault(.invalid, message, faults: faults)
    }

    package static func invalid(_ field: String, _ code: String, _ message: String) -> Fault {
        .invalid([Field(field, code, message)])
    }
}
