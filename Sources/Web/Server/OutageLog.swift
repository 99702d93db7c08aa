import Basics
import Foundation
import Logging
import Synchronization

/// Says once that the database is away, and once that it is back, however many ask it meanwhile.
///
/// For reading and writing apart: a full disk stops one of them.
final class OutageLog: Sendable {
    private let logger: Logger
    private let since = Mutex<[Metrics.DatabaseUse: ContinuousClock.Instant]>([:])

    init(logger: Logger) { self.logger = logger }

    /// Notes that the database answered.
    func end(of use: Metrics.DatabaseUse) {
        guard let start = since.withLock({ $0.removeValue(forKey: use) }) else { return }
        let seconds = Int(start.secondsSince.rounded())
        logger.notice("database back", metadata: ["use": "\(use.rawValue)", "seconds": "\(seconds)"])
    }

    /// Notes that it did not.
    ///
    /// - Returns: The same fault, as one that the log has told.
    func begin(of use: Metrics.DatabaseUse, _ outage: Fault) -> Fault {
        let isNews = since.withLock { since -> Bool in
            guard since[use] == nil else { return false }
            since[use] = .now
            return true
        }
        if isNews {
            logger.error("database away", metadata: ["use": "\(use.rawValue)", "why": "\(outage.told)"])
        }
        return Fault(
            outage.code, outage.sentence, faults: outage.faults, retryAfterSeconds: outage.retryAfterSeconds,
            cause: Told(cause: outage.cause))
    }

    fileprivate struct Told: Error {
        let cause: (any Error)?
    }
}

extension Error {
    /// For the log: a fault's own words and what caused it.
    var told: String {
        guard let fault = self as? Fault else { return "\(self)" }
        return fault.cause.map { "\(fault.message) \(($0 as? OutageLog.Told)?.cause ?? $0)" } ?? fault.message
    }
}

extension Logger {
    /// Says what failed, with its reason; of an outage that the log has told already only in detail.
    func failed(_ message: Message, _ error: any Error, metadata: Metadata = [:]) {
        let isTold = (error as? Fault)?.cause is OutageLog.Told
        log(level: isTold ? .debug : .error, message, metadata: metadata.merging(["why": "\(error.told)"]) { $1 })
    }
}
