import Basics
import OneTimePassword
import Testing

/// Rules: `security.md`, "Guessing".
@Suite("Attempts", .timeLimit(.minutes(60)))
struct AttemptsTests {
    private let now = Timestamp(seconds: 1_000_000)

    @Test("four misses cost nothing, the fifth half a minute, then it doubles up to an hour")
    func waits() {
        var attempts = Attempts()
        let waits: [Int64?] = [nil, nil, nil, nil, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
        for (index, wait) in waits.enumerated() {
            attempts.miss(at: now)
            #expect(attempts.misses == index + 1)
            #expect(attempts.refusal(at: now) == wait.map { .throttled(retryAfterSeconds: $0) })
        }
    }

    @Test("a wait ends exactly when it is over, and is rounded up until then")
    func boundaries() {
        let attempts = Attempts(misses: 5, blockedUntil: now)
        #expect(attempts.refusal(at: now.adding(milliseconds: -1)) == .throttled(retryAfterSeconds: 1))
        #expect(attempts.refusal(at: now.adding(milliseconds: -1000)) == .throttled(retryAfterSeconds: 1))
        #expect(attempts.refusal(at: now.adding(milliseconds: -1001)) == .throttled(retryAfterSeconds: 2))
        #expect(attempts.refusal(at: now) == nil)
    }

    @Test("the hundredth miss locks, for ever")
    func locks() {
        var attempts = Attempts()
        for _ in 0..<99 { attempts.miss(at: now) }
        #expect(!attempts.locked)
        #expect(attempts.refusal(at: now) == .throttled(retryAfterSeconds: 3600))
        attempts.miss(at: now)
        #expect(attempts.locked)
        #expect(attempts.refusal(at: now.adding(seconds: 1_000_000_000)) == .locked)
        attempts.success()
        #expect(attempts.refusal(at: now.adding(seconds: 1_000_000_000)) == .locked)
    }

    @Test("a right code forgets the misses")
    func success() {
        var attempts = Attempts()
        for _ in 0..<7 { attempts.miss(at: now) }
        attempts.success()
        #expect(attempts == Attempts())
        for _ in 0..<4 { attempts.miss(at: now) }
        #expect(attempts.refusal(at: now) == nil)
    }

    @Test("any number of further misses neither overflows nor shortens the wait")
    func manyMisses() {
        var attempts = Attempts(misses: 1_000_000)
        attempts.miss(at: now)
        #expect(attempts.locked && attempts.blockedUntil == now.adding(seconds: 3600))
    }

    @Test("lets nobody wait longer than the longest wait, whatever a clock that was ahead wrote down")
    func ignoresFutureWaits() {
        let now = Timestamp(seconds: 1_800_000_000)
        let longest = Attempts.longestWaitSeconds
        let latest = Attempts(misses: 20, blockedUntil: now.adding(seconds: longest))
        #expect(latest.refusal(at: now) == .throttled(retryAfterSeconds: longest))
        for milliseconds in [1, 1_000, 31_532_435_000] as [Int64] {
            let later = now.adding(seconds: longest).adding(milliseconds: milliseconds)
            #expect(Attempts(misses: 20, blockedUntil: later).refusal(at: now) == nil)
        }
    }
}
