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

    /// Counts a try.
    ///
    /// - Throws: `Fault.Code.tooMany` when there is none left, saying how long to wait.
    func count(_ client: String, at now: Timestamp) throws {
        let wait = buckets.withLock { buckets -> Double? in
            if buckets.count >= greatest { buckets = buckets.filter { !isFull($0.value, at: now) } }
            var bucket = buckets[client] ?? Bucket(tries: burst, at: now)
            bucket.tries = refilled(bucket, at: now)
            bucket.at = now
            defer { buckets[client] = bucket }
            guard bucket.tries >= 1 else { return (1 - bucket.tries) / perSecond }
            bucket.tries -= 1
            return nil
        }
        guard let wait else { return }
        throw Fault(.tooMany, "Too many tries from your address. Wait \(Int(wait.rounded(.up))) seconds and try again.")
    }

    private func refilled(_ bucket: Bucket, at now: Timestamp) -> Double {
        let passed = Double(max(0, now.milliseconds - bucket.at.milliseconds)) / 1000
        return min(burst, bucket.tries + passed * perSecond)
    }

    private func isFull(_ bucket: Bucket, at now: Timestamp) -> Bool { refilled(bucket, at: now) >= burst }
}
