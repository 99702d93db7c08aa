import Basics
import Synchronization

/// How often one address may try what costs us a hash or is worth guessing: a bucket of tries that fills again.
///
/// On one node and in memory; what must hold on all nodes is counted per person in the database.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tries: Double
        var at: Timestamp
    }

    private let burst: Double
    private let perSecond: Double
    private let greatest: Int
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameters:
    ///   - burst: tries at once.
    ///   - perMinute: tries that come back in a minute.
    ///   - greatest: addresses remembered; beyond it those that are full again are forgotten.
    init(burst: Int, perMinute: Int, greatest: Int = 100_000) {
        self.burst = Double(burst)
        perSecond = Double(perMinute) / 60
        self.greatest = greatest
    }

    /// What is left after a try.
    struct Standing: Sendable {
        let isRefused: Bool
        let remaining: Int
        /// Until another try is there, or until all are.
        let seconds: Int64
    }

    /// Tries at once, and in how many seconds as many come back.
    var policy: (quota: Int, windowSeconds: Int) { (Int(burst), Int((burst / perSecond).rounded(.up))) }

    /// Counts a try, if there is one left.
    func take(_ client: String, at now: Timestamp) -> Standing {
        buckets.withLock { buckets in
            if buckets.count >= greatest { buckets = buckets.filter { !isFull($0.value, at: now) } }
            var bucket = buckets[client] ?? Bucket(tries: burst, at: now)
            bucket.tries = refilled(bucket, at: now)
            bucket.at = now
            defer { buckets[client] = bucket }
            guard bucket.tries >= 1 else {
                let wait = Int64(((1 - bucket.tries) / perSecond).rounded(.up))
                return Standing(isRefused: true, remaining: 0, seconds: wait)
            }
            bucket.tries -= 1
            let full = Int64(((burst - bucket.tries) / perSecond).rounded(.up))
            return Standing(isRefused: false, remaining: Int(bucket.tries), seconds: full)
        }
    }

    /// Counts a try.
    ///
    /// - Throws: `Fault.Code.tooMany` when there is none left, saying how long to wait.
    func count(_ client: String, at now: Timestamp) throws {
        let standing = take(client, at: now)
        guard standing.isRefused else { return }
        throw Fault(
            .tooMany, "Too many tries from your address. Wait \(standing.seconds) seconds and try again.",
            retryAfterSeconds: standing.seconds)
    }

    private func refilled(_ bucket: Bucket, at now: Timestamp) -> Double {
        let passed = Double(max(0, now.milliseconds - bucket.at.milliseconds)) / 1000
        return min(burst, bucket.tries + passed * perSecond)
    }

    private func isFull(_ bucket: Bucket, at now: Timestamp) -> Bool { refilled(bucket, at: now) >= burst }
}
