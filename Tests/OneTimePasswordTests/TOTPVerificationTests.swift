import Basics
import OneTimePassword
import OpenSSL
import Scratch
import Testing

@Suite("TOTP verification", .timeLimit(.minutes(60)))
struct TOTPVerificationTests {
    private let totp = TOTP(secret: Secret("12345678901234567890"))
    /// In the middle of step 37,037,037.
    private let now = Timestamp(seconds: 1_111_111_125)

    @Test("accepts exactly the steps of the window, for random secrets, times and windows")
    func window() throws {
        var random = SplitMix(seed: 4226)
        for _ in 0..<200 {
            let parameters = try OTPParameters(
                algorithm: #require(HMAC.Hash.allCases.randomElement(using: &random)), digits: .eight,
                periodSeconds: Int.random(in: 1...120, using: &random))
            let totp = TOTP(secret: Secret(random.bytes(20)), parameters: parameters)
            let now = Timestamp(seconds: Int64.random(in: 1_000_000...20_000_000_000, using: &random))
            let window = Int.random(in: 0...3, using: &random)
            for offset in Int64(-5)...5 {
                let step = totp.step(at: now) + offset
                let verdict = try totp.verify(totp.code(step: step), at: now, window: window, after: nil)
                #expect(verdict == (abs(offset) <= Int64(window) ? .accepted(step: step) : .wrong))
            }
        }
    }

    @Test("a code serves once, and no older one after it")
    func replays() throws {
        let current = totp.step(at: now)
        for last in (current - 2)...(current + 2) {
            for step in (current - 1)...(current + 1) {
                let verdict = try totp.verify(totp.code(step: step), at: now, after: last)
                #expect(verdict == (step > last ? .accepted(step: step) : .replayed))
            }
        }
    }

    @Test("every other code of the million is wrong")
    func wrongCodes() throws {
        let current = totp.step(at: now)
        let right = Set(try ((current - 1)...(current + 1)).map { try totp.code(step: $0) })
        #expect(right.count == 3)
        // A thousandth of them, spread evenly, and the neighbours of the right ones.
        var codes = Set(stride(from: 0, to: 1_000_000, by: 997))
        for code in right.compactMap({ Int($0) }) {
            codes.formUnion([code - 1, code + 1, (code + 500_000) % 1_000_000])
        }
        for code in codes where (0..<1_000_000).contains(code) {
            let digits = String(code)
            let text = String(repeating: "0", count: 6 - digits.count) + digits
            guard !right.contains(text) else { continue }
            #expect(try totp.verify(text, at: now, after: nil) == .wrong)
        }
    }

    @Test("if two steps of a window share a code, it serves once all the same")
    func sharedCode() throws {
        // Found by search: neighbouring steps with the same six digits occur about once in a million.
        var hotp = try totp.keptKey()
        var previous = try hotp.code(counter: 0)
        var shared: Int64?
        for step in UInt64(1)..<6_000_000 {
            let code = try hotp.code(counter: step)
            if code == previous {
                shared = Int64(step)
                break
            }
            previous = code
        }
        let later = try #require(shared)
        // Wherever in the window it is typed first, at no moment from then on is it accepted again.
        for first in (later - 2)...(later + 1) {
            guard case .accepted(let used) = try totp.verify(previous, at: Timestamp(seconds: first * 30), after: nil)
            else {
                Issue.record("a right code is refused at step \(first)")
                continue
            }
            for again in first...(later + 2) {
                let verdict = try totp.verify(previous, at: Timestamp(seconds: again * 30), after: used)
                #expect(verdict == .replayed || verdict == .wrong)
            }
        }
    }

    @Test("skips the spaces that apps show")
    func spaces() throws {
        let code = try totp.code(at: now)
        let spaced = " " + code.prefix(3) + " " + code.suffix(3) + "  "
        #expect(try totp.verify(spaced, at: now, after: nil) == .accepted(step: totp.step(at: now)))
    }

    @Test("malformed codes are wrong")
    func malformed() throws {
        let code = try totp.code(at: now)
        let fullWidth = String(
            String.UnicodeScalarView(code.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xFEE0) }))
        let arabic = String(
            String.UnicodeScalarView(code.unicodeScalars.compactMap { Unicode.Scalar($0.value - 0x30 + 0x0660) }))
        for wrong in [
            "", " ", fullWidth, arabic, "0" + code, code + "0", String(code.dropLast()), code + "\n", code + "\u{0}",
            "+" + code.dropFirst(), "-" + code, code.prefix(3) + "-" + code.suffix(3), "12345x", "0x" + code,
            code + "\u{301}", String(repeating: "1", count: 100_000),
        ] {
            #expect(try totp.verify(String(wrong), at: now, after: nil) == .wrong)
        }
    }

    @Test("an eight-digit factor does not accept the last six digits")
    func digits() throws {
        let eight = TOTP(secret: totp.secret, parameters: try OTPParameters(digits: .eight))
        let code = try eight.code(at: now)
        #expect(try eight.verify(String(code.suffix(6)), at: now, after: nil) == .wrong)
        #expect(try totp.verify(String(code.suffix(6)), at: now, after: nil) == .accepted(step: totp.step(at: now)))
    }

    @Test("near 1970 no step before the first is looked at")
    func nearTheEpoch() throws {
        #expect(try totp.verify("755224", at: Timestamp(seconds: 0), after: nil) == .accepted(step: 0))
        #expect(try totp.verify("755224", at: Timestamp(seconds: -1), after: nil) == .accepted(step: 0))
        #expect(try totp.verify("755224", at: Timestamp(seconds: -31), after: nil) == .wrong)
    }
}
