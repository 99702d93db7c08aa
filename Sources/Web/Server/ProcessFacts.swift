import Basics

/// What the status page and the metrics tell of this process.
struct ProcessFacts: Sendable {
    let version: String
    let machine: String
    let startedAt: Timestamp
    /// Where mail goes, in the words of the program that wired it; nil for files in a folder.
    let mailServer: String?
    /// Until when the certificate is good; nil without TLS of our own.
    let certificateEnd: @Sendable () -> Timestamp?
}
