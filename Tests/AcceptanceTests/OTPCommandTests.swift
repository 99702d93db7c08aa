import Foundation
import Testing

/// Codes and pictures against programs that are not ours: oathtool, pyotp, zbarimg, rsvg-convert.
@Suite("usher otp", .timeLimit(.minutes(60)))
struct OTPCommandTests {
    /// 20, 32 and 64 bytes, as RFC 6238 has them for its three hash functions; and 16, as RFC 4226 allows.
    static let secrets = [
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA",
        "JBSWY3DPEHPK3PXPJBSWY3DPEE",
    ]
    /// Around the first step and a step's edges, RFC 6238's own, beyond 32 bits, and the last second of the year 9999.
    static let instants = [0, 29, 59, 1_111_111_109, 1_234_567_890, 4_294_967_310, 20_000_000_000, 253_402_300_799]

    @Test(
        "makes the codes that oathtool and pyotp make", arguments: ["sha1", "sha256", "sha512"], [6, 8])
    func makesCodes(algorithm: String, digits: Int) async throws {
        let usher = try CommandLineProgram()
        var cases: [[String]] = []
        for (index, instant) in Self.instants.enumerated() {
            for period in [30, 60] { cases.append([Self.secrets[index % 4], "\(instant)", "\(period)"]) }
        }
        let input = String(decoding: try JSONEncoder().encode(cases), as: UTF8.self)
        let expected = try await usher.python(
            """
            import hashlib, json, pyotp, sys
            for secret, at, period in json.load(sys.stdin):
                totp = pyotp.TOTP(
                    secret, digits=int(sys.argv[2]), digest=getattr(hashlib, sys.argv[1]), interval=int(period))
                print(totp.generate_otp(int(at) // int(period)))
            """, [algorithm, "\(digits)"], input: input
        ).split(separator: "\n").map(String.init)
        try #require(expected.count == cases.count)
        for (input, pyotp) in zip(cases, expected) {
            let result = try await usher.run([
                "otp", "code", input[0], "--at", input[1], "--period", input[2], "--digits", "\(digits)",
                "--algorithm", algorithm,
            ])
            #expect(result.code == 0 && result.error.isEmpty, "\(result)")
            #expect(result.output == pyotp + "\n", "\(result)")
            let oathtool = try await usher.oathtool(
                input[0], at: try #require(Int(input[1])), algorithm: algorithm, digits: digits,
                period: try #require(Int(input[2])))
            #expect(result.output == oathtool + "\n", "\(result)")
        }
    }

    @Test("accepts a code of oathtool one step early or late, and not two; as narrow as told")
    func verifies() async throws {
        let usher = try CommandLineProgram()
        let (secret, now) = (Self.secrets[0], 1_234_567_890)
        for (offset, window, accepted) in [
            (-60, 1, false), (-30, 1, true), (0, 1, true), (30, 1, true), (60, 1, false), (60, 2, true),
            (-30, 0, false),
        ] {
            let code = try await usher.oathtool(secret, at: now + offset)
            let result = try await usher.run(
                "otp", "verify", secret, code, "--at", "\(now)", "--window", "\(window)", "--json")
            #expect(result.code == (accepted ? 0 : 1), "\(offset) s away: \(result)")
            let document = try result.document()
            #expect(document["accepted"] == .bool(accepted))
            #expect(document["offset"] == (accepted ? .integer(Int64(offset / 30)) : .null))
        }
    }

    @Test("makes secrets of 160 bits that differ, and that pyotp takes")
    func makesSecrets() async throws {
        let usher = try CommandLineProgram()
        var seen: Set<String> = []
        for _ in 0..<5 {
            let secret = try #require(try await usher.run("otp", "secret", "--json").document()["secret"].text)
            #expect(seen.insert(secret).inserted)
            let bits = try await usher.python(
                "import pyotp, sys; print(len(pyotp.TOTP(sys.argv[1]).byte_secret()) * 8)", [secret])
            #expect(bits == "160")
        }
    }

    @Test("writes URIs that pyotp parses to the same name, issuer and codes")
    func writesURIs() async throws {
        let usher = try CommandLineProgram()
        let uri = try await usher.run(
            "otp", "uri", Self.secrets[1], "--issuer", "Café & Söhne", "--account", "zoe+test@acme.example",
            "--algorithm", "sha256", "--digits", "8", "--period", "60")
        let parsed = try Document(
            parsing: try await usher.python(
                """
                import json, pyotp, sys
                totp = pyotp.parse_uri(sys.argv[1].strip())
                print(json.dumps({"name": totp.name, "issuer": totp.issuer, "code": totp.at(1234567890)}))
                """, [uri.output]))
        let code = try await usher.oathtool(
            Self.secrets[1], at: 1_234_567_890, algorithm: "sha256", digits: 8, period: 60)
        #expect(
            parsed == ["name": "zoe+test@acme.example", "issuer": "Café & Söhne", "code": .string(code)], "\(uri)")
    }

    @Test("enrols and verifies with SHA-256, eight digits and a minute where the operator set them")
    func enrolsOtherParameters() async throws {
        let office = try await Office.open(settings: [
            "USHER_TOTP_ALGORITHM": "sha256", "USHER_TOTP_DIGITS": "8", "USHER_TOTP_PERIOD_SECONDS": "60",
        ])
        try await office.approve(try await office.submit(MainJobTests.alice, "prod=OPE"))
        try await office.enrol(MainJobTests.alice)
        let authenticator = try office.authenticator(of: MainJobTests.alice)
        #expect(authenticator.algorithm == "sha256" && authenticator.digits == 8 && authenticator.period == 60)
        office.pass(seconds: 60)
        let code = try await office.code(of: MainJobTests.alice)
        #expect(code.count == 8)
        try await office.done("mfa", "verify", MainJobTests.alice, code)
        // Whoever enrolled before keeps what their authenticator knows.
        office.pass(seconds: 60)
        try await office.done("mfa", "verify", Office.marie, try await office.code(of: Office.marie))
    }
}

@Suite("usher otp qr", .timeLimit(.minutes(60)))
struct QRCommandTests {
    static let uri =
        "otpauth://totp/Usher:alice%40acme.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Usher&digits=6"

    private func scan(_ picture: String, with usher: CommandLineProgram) async throws -> String {
        try await usher.output(of: "/usr/bin/zbarimg", ["--quiet", "--raw", picture])
    }

    @Test("draws a PNG that zbarimg reads, readable by its owner only")
    func drawsPNG() async throws {
        let usher = try CommandLineProgram()
        let file = usher.path("code.png")
        let result = try await usher.run("otp", "qr", Self.uri, "--format", "png", "--output", file)
        #expect(result.code == 0 && result.output.isEmpty, "\(result)")
        #expect(try await scan(file, with: usher) == Self.uri)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("draws an SVG that zbarimg reads once librsvg has drawn it")
    func drawsSVG() async throws {
        let usher = try CommandLineProgram()
        let file = usher.path("code.svg")
        let result = try await usher.run("otp", "qr", Self.uri, "--format", "svg", "--output", file)
        #expect(result.code == 0, "\(result)")
        let picture = usher.path("code.png")
        try await usher.output(of: "/usr/bin/rsvg-convert", ["--width", "400", "--output", picture, file])
        #expect(try await scan(picture, with: usher) == Self.uri)
    }

    @Test("draws half blocks that zbarimg reads from a dark terminal, without escape codes in a pipe")
    func drawsBlocks() async throws {
        let usher = try CommandLineProgram()
        let result = try await usher.run("otp", "qr", Self.uri)
        #expect(result.code == 0 && !result.output.contains("\u{1B}"), "\(result)")
        // Each character is two modules, one above the other; ink is light where the ground is dark.
        let picture = usher.path("code.pgm")
        try await usher.python(
            """
            import sys
            ink, scale = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}, 6
            rows = [[ink[c][half] for c in line] for line in sys.stdin.read().splitlines() for half in (0, 1)]
            pixels = [bytes(255 * m for m in row for _ in range(scale)) for row in rows for _ in range(scale)]
            with open(sys.argv[1], "wb") as file:
                file.write(b"P5 %d %d 255\\n" % (len(pixels[0]), len(pixels)) + b"".join(pixels))
            """, [picture], input: result.output)
        #expect(try await scan(picture, with: usher) == Self.uri)
    }

    @Test("takes a text that fills the greatest code, and refuses one that does not fit")
    func knowsLimits() async throws {
        let usher = try CommandLineProgram()
        let long = String(repeating: "otp/", count: 550)
        let file = usher.path("long.png")
        #expect(try await usher.run("otp", "qr", long, "--format", "png", "--output", file).code == 0)
        #expect(try await scan(file, with: usher) == long)
        #expect(try await usher.run("otp", "qr", long + long).code == 2)
        #expect(try await usher.run("otp", "qr", "").code == 2)
        let folder = try await usher.run("otp", "qr", "x", "--format", "png", "--output", usher.path("no/such.png"))
        #expect(folder.code == 5 && folder.error.contains("no/such.png"), "\(folder)")
    }
}
