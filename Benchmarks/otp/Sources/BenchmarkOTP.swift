import Basics
import Foundation
import OneTimePassword
import OpenSSL

/// Measures one-time passwords on one thread; `run.sh` sets the figures against OpenSSL and liboath.
///
///     BenchmarkOTP prepare FILE      writes the cases of verification, which liboath then gets too
///     BenchmarkOTP measure FILE      prints NAME and calls per second, tab-separated
@main
struct BenchmarkOTP {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { throw Fault(.invalid, "usage: BenchmarkOTP prepare|measure FILE") }
        switch arguments[1] {
        case "prepare": try Case.text(of: Case.all()).write(toFile: arguments[2], atomically: true, encoding: .utf8)
        case "measure":
            let cases = try Case.read(String(contentsOfFile: arguments[2], encoding: .utf8))
            try measureCodes()
            for (kind, chosen) in Dictionary(grouping: cases, by: \.kind).sorted(by: { $0.key < $1.key }) {
                try measureVerification(kind, chosen)
            }
        default: throw Fault(.invalid, "usage: BenchmarkOTP prepare|measure FILE")
        }
    }

    /// Codes of consecutive steps from one kept key: what an enrolment or a test of drift asks for.
    private static func measureCodes() throws {
        var hotp = try TOTP(secret: Secret("12345678901234567890")).keptKey()
        var step: UInt64 = 37_037_036
        try report("codes") {
            step += 1
            return try hotp.code(counter: step).utf8.count
        }
    }

    /// A key per call, as a login does it: without and with unsealing the secret first.
    private static func measureVerification(_ kind: String, _ cases: [Case]) throws {
        var index = 0
        // A span lends its elements, as liboath's loop has them; an array would count their references up and down.
        let lent = cases.span
        try report("verify-\(kind)") {
            index = index + 1 == lent.count ? 0 : index + 1
            return try lent[index].totp.verify(lent[index].code, at: lent[index].now, after: nil) == .wrong ? 0 : 1
        }
        let key = Secret(RandomBytes.bytes(32))
        let nonce = RandomBytes.bytes(12)
        let owner = Array("01hzzzzzzzzzzzzzzzzzzzzzzz01hzzzzzzzzzzzzzzzzzzzzzzz".utf8)
        let sealed = try cases.map { try AEAD.seal($0.totp.secret, key: key, nonce: nonce, additionalData: owner) }
        try report("unseal-verify-\(kind)") {
            index = index + 1 == cases.count ? 0 : index + 1
            let secret = try AEAD.open(sealed[index], key: key, nonce: nonce, additionalData: owner)
            let verdict = try TOTP(secret: secret).verify(cases[index].code, at: cases[index].now, after: nil)
            return verdict == .wrong ? 0 : 1
        }
    }

    /// Runs `body` for about a second of processor time and prints the rate.
    ///
    /// Processor time, as `openssl speed` measures it, so that other work on the machine counts against nobody. The sum keeps the optimiser from skipping the work.
    private static func report(_ name: String, _ body: () throws -> Int) rethrows {
        var calls = 0
        var sum = 0
        let start = processorSeconds()
        var elapsed = 0.0
        while elapsed < 1 {
            for _ in 0..<4096 { sum &+= try body() }
            calls += 4096
            elapsed = processorSeconds() - start
        }
        print("\(name)\t\(Int(Double(calls) / elapsed))\t\(sum > 0 ? "right" : "wrong")")
    }
}

private func processorSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
}

/// One verification: a secret, an instant and a code that belongs to a step near it or to none.
struct Case {
    static let kinds = ["before", "current", "after", "wrong"]

    let kind: String
    let totp: TOTP
    let now: Timestamp
    let code: String

    /// 1,000 secrets of 160 bits for each kind.
    static func all() throws -> [Case] {
        try kinds.flatMap { kind in
            try (0..<1000).map { index in
                let totp = TOTP(secret: Secret(RandomBytes.bytes(20)))
                let now = Timestamp(seconds: 1_700_000_000 + Int64(index) * 7919)
                return Case(kind: kind, totp: totp, now: now, code: try code(kind, of: totp, at: now))
            }
        }
    }

    private static func code(_ kind: String, of totp: TOTP, at now: Timestamp) throws -> String {
        let step = totp.step(at: now)
        switch kind {
        case "before": return try totp.code(step: step - 1)
        case "current": return try totp.code(step: step)
        case "after": return try totp.code(step: step + 1)
        default:
            // Ten steps on: wrong but for chance, which the check against the window excludes.
            let window = Set(try ((step - 1)...(step + 1)).map { try totp.code(step: $0) })
            var distant = step + 10
            while window.contains(try totp.code(step: distant)) { distant += 1 }
            return try totp.code(step: distant)
        }
    }

    /// One line each: kind, secret in hexadecimal, seconds since 1970, code.
    static func text(of cases: [Case]) -> String {
        cases.map { "\($0.kind) \($0.totp.secret.exposed.hex) \($0.now.seconds) \($0.code)\n" }.joined()
    }

    static func read(_ text: String) throws -> [Case] {
        try text.split(separator: "\n").map { line in
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count == 4, let secret = [UInt8](hex: fields[1]), let seconds = Int64(fields[2]) else {
                throw Fault(.invalid, "not a line of the prepared file: \(line)")
            }
            return Case(
                kind: fields[0], totp: TOTP(secret: Secret(secret)), now: Timestamp(seconds: seconds), code: fields[3])
        }
    }
}
