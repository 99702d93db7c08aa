import Basics
import OneTimePassword
import OpenSSL
import Testing

@Suite("OTPAuthURI", .timeLimit(.minutes(60)))
struct OTPAuthURITests {
    private let secret = Secret("Hello!\u{0}\u{0}\u{0}\u{0}")

    /// The example of the Key URI format, with the parameters that this product always writes.
    @Test("writes what authenticator apps expect")
    func writes() throws {
        let uri = try OTPAuthURI(issuer: "ACME Co", account: "john.doe@email.com", secret: secret)
        #expect(
            uri.text == "otpauth://totp/ACME%20Co:john.doe@email.com?secret=JBSWY3DPEEAAAAAA"
                + "&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30")
    }

    @Test("writes and reads back names with every kind of character, and every parameter")
    func roundTrip() throws {
        let names = ["a", "R&D = 100% + more?", "Société Générale/Île", "名前#1", "\"<'>\\", "a.b~c_d-e", "😀"]
        for (index, name) in names.enumerated() {
            let parameters = try OTPParameters(
                algorithm: HMAC.Hash.allCases[index % 3], digits: index.isMultiple(of: 2) ? .six : .eight,
                periodSeconds: 30 + index)
            let issuer = index == 0 ? nil : name
            let written = try OTPAuthURI(issuer: issuer, account: name, secret: secret, parameters: parameters)
            #expect(written.text.utf8.allSatisfy { (0x21...0x7E).contains($0) })
            let read = try OTPAuthURI(parsing: written.text)
            #expect(read.issuer == issuer && read.account == name && read.parameters == parameters)
            #expect(read.secret.exposed == secret.exposed)
        }
    }

    @Test("reads what other products write")
    func reads() throws {
        let bare = try OTPAuthURI(parsing: "otpauth://totp/alice@google.com?secret=JBSWY3DPEHPK3PXP")
        #expect(bare.issuer == nil && bare.account == "alice@google.com" && bare.parameters == .standard)
        let spaced = try OTPAuthURI(
            parsing:
                "OTPAUTH://TOTP/Big%20Corporation%3A%20alice%40bigco.com"
                + "?secret=jbswy3dpehpk3pxp&algorithm=sha256&image=x"
        )
        #expect(spaced.issuer == "Big Corporation" && spaced.account == "alice@bigco.com")
        #expect(spaced.parameters.algorithm == .sha256)
        let plus = try OTPAuthURI(parsing: "otpauth://totp/a+b:c?secret=JBSWY3DPEHPK3PXP&issuer=a+b")
        #expect(plus.issuer == "a+b")
        let differing = try OTPAuthURI(parsing: "otpauth://totp/Old:c?secret=JBSWY3DPEHPK3PXP&issuer=New")
        #expect(differing.issuer == "New")
    }

    @Test(
        "refuses what no app could use, and says which part",
        arguments: [
            ("", .malformed), ("https://totp/a?secret=MY", .malformed), ("otpauth://totp", .malformed),
            ("otpauth://totp/a", .malformed), ("otpauth://totp/%zz?secret=MY", .malformed),
            ("otpauth://totp/a?secret", .malformed), ("otpauth://hotp/a?secret=MY&counter=1", .unsupportedType),
            ("otpauth://totp/a?issuer=b", .invalid("secret")), ("otpauth://totp/a?secret=", .invalid("secret")),
            ("otpauth://totp/a?secret=M1", .invalid("secret")),
            ("otpauth://totp/a?secret=MY&secret=MZXQ", .invalid("secret")),
            ("otpauth://totp/?secret=MY", .invalid("account")), ("otpauth://totp/a:b:c?secret=MY", .invalid("account")),
            ("otpauth://totp/:b?secret=MY", .invalid("issuer")),
            ("otpauth://totp/a?secret=MY&algorithm=MD5", .invalid("algorithm")),
            ("otpauth://totp/a?secret=MY&digits=7", .invalid("digits")),
            ("otpauth://totp/a?secret=MY&period=0", .invalid("period")),
            ("otpauth://totp/a?secret=MY&period=soon", .invalid("period")),
            ("otpauth://totp/a%0Ab?secret=MY", .invalid("account")),
        ] as [(String, OTPAuthURI.Refusal)])
    func refusals(text: String, refusal: OTPAuthURI.Refusal) {
        #expect(throws: refusal) { try OTPAuthURI(parsing: text) }
    }

    @Test("refuses names that would change the meaning of the label, and endless ones")
    func names() {
        for name in ["", "a:b", "a\r\nb", "a\u{0}b", String(repeating: "a", count: 256)] {
            #expect(throws: OTPAuthURI.Refusal.invalid("issuer")) {
                try OTPAuthURI(issuer: name, account: "a", secret: secret)
            }
            #expect(throws: OTPAuthURI.Refusal.invalid("account")) {
                try OTPAuthURI(issuer: "a", account: name, secret: secret)
            }
        }
        #expect(throws: OTPAuthURI.Refusal.invalid("secret")) {
            try OTPAuthURI(issuer: "a", account: "a", secret: Secret(""))
        }
    }

    @Test("does not show the secret when it is printed by accident")
    func printing() throws {
        let uri = try OTPAuthURI(issuer: "a", account: "b", secret: Secret("canary-secret"))
        var dumped = ""
        dump(uri, to: &dumped)
        for printed in ["\(uri)", String(reflecting: uri), dumped] {
            #expect(!printed.contains("canary"))
            #expect(!printed.contains(Base32.encode(Array("canary-secret".utf8))))
        }
    }
}
