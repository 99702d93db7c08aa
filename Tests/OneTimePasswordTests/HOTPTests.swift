import Basics
import OneTimePassword
import OpenSSL
import Testing

@Suite("HOTP", .timeLimit(.minutes(60)))
struct HOTPTests {
    private let secret = Secret("12345678901234567890")

    /// Vectors: RFC 4226, appendix D.
    @Test("gives the published codes, in any order from one kept key")
    func publishedCodes() throws {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        var hotp = try HOTP(secret: secret)
        for counter in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 0, 5] {
            #expect(try hotp.code(counter: UInt64(counter)) == codes[counter])
        }
    }

    @Test(
        "counts in 64 bits, as oathtool does",
        arguments: [1 << 31, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, 1 << 62, (1 << 63) - 1] as [UInt64])
    func wideCounters(counter: UInt64) throws {
        var hotp = try HOTP(secret: secret, digits: .eight)
        let expected = try run("oathtool", ["--hotp", "-d", "8", "-c", "\(counter)", secret.exposed.hex])
        #expect(try hotp.code(counter: counter) == expected)
    }
}
