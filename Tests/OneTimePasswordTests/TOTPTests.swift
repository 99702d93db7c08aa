import Basics
import OneTimePassword
import OpenSSL
import Scratch
import Testing

@Suite("TOTP", .timeLimit(.minutes(60)))
struct TOTPTests {
    private let totp = TOTP(secret: Secret("12345678901234567890"))

    /// Vectors: RFC 6238, appendix B.
    ///
    /// Erratum 2866: the seed is as long as the code of its algorithm.
    @Test("gives the published codes of every algorithm", arguments: HMAC.Hash.allCases)
    func publishedCodes(algorithm: HMAC.Hash) throws {
        let digits = Array("1234567890".utf8)
        let seed = (0..<algorithm.codeLength).map { digits[$0 % 10] }
        let totp = TOTP(
            secret: Secret(seed), parameters: try OTPParameters(algorithm: algorithm, digits: .eight))
        let codes: [(second: Int64, sha1: String, sha256: String, sha512: String)] = [
            (59, "94287082", "46119246", "90693936"),
            (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"),
            (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"),
            (20_000_000_000, "65353130", "77737706", "47863826"),
        ]
        for row in codes {
            let expected =
                switch algorithm {
                case .sha1: row.sha1
                case .sha256: row.sha256
                case .sha512: row.sha512
                }
            #expect(try totp.code(at: Timestamp(seconds: row.second)) == expected)
        }
    }

    @Test("changes on the boundary of a period, not before it")
    func changesOnBoundary() throws {
        let first = try totp.code(at: Timestamp(seconds: 30))
        #expect(try totp.code(at: Timestamp(milliseconds: 59_999)) == first)
        #expect(try totp.code(at: Timestamp(milliseconds: 60_000)) != first)
        #expect(TOTP.step(at: Timestamp(milliseconds: -1), periodSeconds: 30) == -1)
    }

    @Test("agrees with oathtool for 600 random secrets, times, algorithms, digits and periods")
    func agreesWithOathtool() throws {
        var random = SplitMix(seed: 6238)
        for _ in 0..<600 {
            let secret = random.bytes(Int.random(in: 1...140, using: &random))
            let algorithm = try #require(HMAC.Hash.allCases.randomElement(using: &random))
            let digits = try #require(OTPParameters.Digits.allCases.randomElement(using: &random))
            let period = try #require([1, 15, 30, 60, 90, 3600].randomElement(using: &random))
            let second = Int64.random(in: 0...20_000_000_000, using: &random)
            let expected = try run(
                "oathtool",
                [
                    "--totp=\(algorithm.rawValue)", "-d", "\(digits.rawValue)", "-s", "\(period)s", "-N", "@\(second)",
                    secret.hex,
                ])
            let parameters = try OTPParameters(algorithm: algorithm, digits: digits, periodSeconds: period)
            let code = try TOTP(secret: Secret(secret), parameters: parameters).code(at: Timestamp(seconds: second))
            #expect(code == expected, "secret \(secret.hex) at \(second), \(parameters)")
        }
    }

    @Test("refuses a period of nothing, and one of more than an hour", arguments: [0, -30, 3601, Int.max])
    func periods(seconds: Int) {
        #expect(throws: OTPParameters.Refusal.periodOutOfRange) { try OTPParameters(periodSeconds: seconds) }
    }
}
