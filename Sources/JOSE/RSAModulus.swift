/// The n of an RSA key: a number whose bytes come highest first.
struct RSAModulus {
    let bytes: [UInt8]

    private var bits: Int { bytes.count * 8 - (bytes.first?.leadingZeroBitCount ?? 0) }

    /// 2048 is the least that RFC 7518 (section 3.3) allows; above 8192 verifying would cost
    /// us more than it is worth to whoever signs.
    var hasAllowedLength: Bool { (2048...8192).contains(bits) }

    var isOdd: Bool { bytes.last.map { $0 & 1 == 1 } ?? false }

    /// Whether the key was made by the generator of CVE-2017-15361 (ROCA), whose factors can
    /// be computed.
    ///
    /// Its primes are powers of 65537 modulo many small primes, and so is their product. Of
    /// other keys one in 10^8 looks like it. After Nemec et al., *The Return of Coppersmith's
    /// Attack* (2017), section 3.
    var hasFingerprint: Bool {
        let primes = [
            3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
            107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
        ]
        return primes.allSatisfy { prime in
            let remainder = bytes.reduce(0) { ($0 << 8 | Int($1)) % prime }
            var power = 1
            for _ in 1..<prime where power != remainder { power = power * 65537 % prime }
            return power == remainder
        }
    }
}
