import Basics
import Records
import Synchronization

/// How often one caller may try what costs us something or is worth
/// guessing: a bucket of tries that fills again.
///
/// On one node and in memory; what must hold on all nodes is counted per person in the database.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tries: Double
        var at: Timestamp
    }

    /// Buckets of two generations.
    ///
    /// When the younger is full, the elder is forgotten, and what was asked for lately has
    /// moved on. So memory is bounded, and no call looks at more than two of them.
    private struct Buckets {
        var younger: [String: Bucket] = [:]
        var elder: [String: Bucket] = [:]
    }

    private let burst: Double
    private let perSecond: Double
    private let greatest: Int
    private let buckets = Mutex(Buckets())

    /// - Parameters:
    ///   - burst: tries at once.
    ///   - perMinute: tries that come back in a minute.
    ///   - greatest: callers remembered, in each of two generations.
    init(burst: Int, perMinute: Int, greatest: Int = 50_000) {
        self.burst = Double(burst)
        perSecond = Double(perMinute) / 60
        self.greatest = greatest
    }

    /// - Parameter burst: tries at once, which come back in a minute.
    convenience init(burst: Int) { self.init(burst: burst, perMinute: burst) }

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
    ///
    /// - Parameter share: callers that share the bucket; the more there are, the more it holds.
    func take(_ caller: String, share: Double = 1, at now: Timestamp) -> Standing {
        let (burst, perSecond) = (burst * share, perSecond * share)
        return change(caller, share, at: now) { bucket in
            guard bucket.tries >= 1 else {
                let wait = Int64(((1 - bucket.tries) / perSecond).rounded(.up))
                return Standing(isRefused: true, remaining: 0, seconds: wait)
            }
            bucket.tries -= 1
            let full = Int64(((burst - bucket.tries) / perSecond).rounded(.up))
            return Standing(isRefused: false, remaining: Int(bucket.tries), seconds: full)
        }
    }

    /// Counts a try of a network, and of the wider one around it.
    ///
    /// The wider one first: who holds thousands of networks in
    /// it fills no memory with what is refused.
    func take(_ network: ClientNetwork, at now: Timestamp) -> Standing {
        guard let wider = network.wider else { return take(network.key, at: now) }
        let around = take(wider, share: Self.networksInWider, at: now)
        if around.isRefused { return around }
        let standing = take(network.key, at: now)
        // What was refused here already takes nothing from the neighbours.
        if standing.isRefused { giveBack(wider, at: now) }
        return standing
    }

    /// As many customers are expected behind a /48 as it takes
    /// to fill this many of their own networks.
    private static let networksInWider = 8.0

    /// Whether no try is left, which counts none.
    func isSpent(_ caller: String, share: Double = 1, at now: Timestamp) -> Bool {
        change(caller, share, at: now) { $0.tries < 1 }
    }

    func isSpent(_ network: ClientNetwork, at now: Timestamp) -> Bool {
        if let wider = network.wider, isSpent(wider, share: Self.networksInWider, at: now) { return true }
        return isSpent(network.key, at: now)
    }

    /// Counts a try of a client's network.
    ///
    /// - Throws: `Fault.Code.tooMany` when there is none left, saying how long to wait.
    func count(_ client: Client, at now: Timestamp) throws {
        let standing = take(ClientNetwork(client.address), at: now)
        guard standing.isRefused else { return }
        throw Fault(
            .tooMany, "Too many tries from your address. Wait \(standing.seconds) seconds and try again.",
            retryAfterSeconds: standing.seconds)
    }

    /// A try that was right is given back: only what is wrong uses tries up.
    func giveBack(_ client: Client, at now: Timestamp) {
        let network = ClientNetwork(client.address)
        change(network.key, 1, at: now) { $0.tries = min(burst, $0.tries + 1) }
        if let wider = network.wider { giveBack(wider, at: now) }
    }

    private func giveBack(_ wider: String, at now: Timestamp) {
        let greatest = burst * Self.networksInWider
        change(wider, Self.networksInWider, at: now) { $0.tries = min(greatest, $0.tries + 1) }
    }

    @discardableResult
    private func change<Value>(
        _ caller: String, _ share: Double, at now: Timestamp, _ body: (inout Bucket) -> Value
    ) -> Value {
        buckets.withLock { buckets in
            let known = buckets.younger[caller] ?? buckets.elder.removeValue(forKey: caller)
            if buckets.younger.count >= greatest { (buckets.elder, buckets.younger) = (buckets.younger, [:]) }
            var bucket = known ?? Bucket(tries: burst * share, at: now)
            let passed = Double(max(0, now.milliseconds - bucket.at.milliseconds)) / 1000
            bucket.tries = min(burst * share, bucket.tries + passed * perSecond * share)
            bucket.at = now
            defer { buckets.younger[caller] = bucket }
            return body(&bucket)
        }
    }

    /// Callers remembered at present.
    var remembered: Int { buckets.withLock { $0.younger.count + $0.elder.count } }
}
