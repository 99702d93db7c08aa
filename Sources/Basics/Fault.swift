/// What may go wrong at run time, in words fit for the person who asked.
///
/// Whatever else is thrown is an outage or a bug: the caller
/// reads "Internal error.", the log everything.
public struct Fault: Error {
    public enum Code: String, Sendable, CaseIterable {
        case invalid, unauthenticated, forbidden, notFound, conflict, expired, tooMany, unavailable
    }

    /// One thing that is wrong with one field of the input.
    public struct Field: Hashable, Sendable, Codable {
        /// Path to the field as the person wrote it: `email`, `grants[1].profile`, `row 12: until`.
        public let field: String
        /// Stable and machine-readable, in snake case: `unknown_cloud`.
        public let code: String
        /// What is wrong and what to do.
        public let sentence: Sentence

        public init(_ field: String, _ code: String, _ sentence: Sentence) {
            self.field = field
            self.code = code
            self.sentence = sentence
        }

        public var message: String { sentence.english }

        /// The same in other words.
        public func said(_ words: (Sentence) -> String) -> Field { Field(field, code, Sentence(words(sentence))) }

        private enum CodingKeys: String, CodingKey { case field, code, sentence = "message" }
    }

    public let code: Code
    /// For the user; never a secret, SQL, a path or another person's data.
    public let sentence: Sentence
    /// Every fault of the input at once, so that nobody corrects a form ten times.
    public let faults: [Field]
    /// After how many seconds another try may succeed; nil where waiting alone changes nothing.
    public let retryAfterSeconds: Int64?
    /// For the log only.
    ///
    /// Dropped at the boundary.
    public let cause: (any Error)?

    public init(
        _ code: Code, _ sentence: Sentence, faults: [Field] = [], retryAfterSeconds: Int64? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.sentence = sentence
        self.faults = faults
        self.retryAfterSeconds = retryAfterSeconds
        self.cause = cause
    }

    public var message: String { sentence.english }

    /// The same in other words.
    public func said(_ words: (Sentence) -> String) -> Fault {
        Fault(
            code, Sentence(words(sentence)), faults: faults.map { $0.said(words) },
            retryAfterSeconds: retryAfterSeconds, cause: cause)
    }

    /// Input that is refused whole.
    ///
    /// One fault speaks for itself; several are counted and listed.
    public static func invalid(_ faults: [Field]) -> Fault {
        precondition(!faults.isEmpty)
        let sentence = faults.count == 1 ? faults[0].sentence : "\(faults.count) fields need to be corrected."
        return Fault(.invalid, sentence, faults: faults)
    }

    public static func invalid(_ field: String, _ code: String, _ sentence: Sentence) -> Fault {
        .invalid([Field(field, code, sentence)])
    }
}
