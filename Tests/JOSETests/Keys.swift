import Basics
import Foundation

@testable import JOSE

/// Keys that several tests sign by: an RSA key takes a second to make.
enum Keys {
    private static let all = Result {
        try Dictionary(uniqueKeysWithValues: JWSAlgorithm.allCases.map { ($0, try PrivateJWK.generate($0)) })
    }

    struct Missing: Error {}

    static func key(_ algorithm: JWSAlgorithm) throws -> PrivateJWK {
        guard let key = try all.get()[algorithm] else { throw Missing() }
        return key
    }

    static let claims: JSON = [
        "iss": "https://usher.example.com", "sub": "s-1", "aud": "c-1", "exp": 1_800_000_000,
        "name": "Ærø \"Zoë\" \\ 𝄞",
        "nested": ["list": [1, true, .null, "x"]],
    ]
}

extension PrivateJWK {
    /// A token of any header and payload, rightly signed.
    func token(header: String, payload: [UInt8] = Array("{}".utf8)) throws -> String {
        let input = Array(header.utf8).base64URL + "." + payload.base64URL
        return try input + "." + signature(of: Array(input.utf8)).base64URL
    }

    func header(_ more: String) -> String { "{\"alg\":\"\(publicKey.algorithm.rawValue)\"\(more)}" }
}

/// What a file of tests or of vectors holds.
func vectors(_ name: String) throws -> JSON {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Wycheproof/\(name).json")
    return try JSON(reading: try Data(contentsOf: file), limits: JSON.Limits(values: 100_000))
}
