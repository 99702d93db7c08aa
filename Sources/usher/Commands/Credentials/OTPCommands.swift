import ArgumentParser
import Basics
import Foundation
import OneTimePassword
import OpenSSL

/// One-time passwords by themselves, `usher otp …`, for tests, scripts and support.
///
/// They need no data folder.
struct OTPCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "otp",
        abstract: "Make and check one-time passwords.",
        discussion: "Example:  usher otp code \"$(usher otp secret)\"",
        subcommands: [NewSecret.self, Code.self, Verify.self, URICommand.self, QR.self])

    struct NewSecret: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "secret", abstract: "Make a secret of 160 random bits, in base32.",
            discussion: "Example:  usher otp secret")

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let secret = Base32.encode(RandomBytes.bytes(20))
            try OTPCommands.show(secret, ["secret": .string(secret)], asJSON: json)
        }
    }

    struct Code: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "code", abstract: "Print the code of a secret, now or at another time.",
            discussion: "Example:  usher otp code GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ --at 59 --digits 8")

        @OptionGroup var factor: FactorOptions
        @OptionGroup var instant: InstantOptions

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let totp = try factor.totp()
            let step = totp.step(at: instant.time)
            let code = try totp.code(step: step)
            let period = Int64(totp.parameters.periodSeconds)
            let document: JSON = [
                "code": .string(code), "step": .integer(step),
                "validFrom": JSON(Timestamp(seconds: step * period)),
                "validUntil": JSON(Timestamp(seconds: (step + 1) * period)),
            ]
            try OTPCommands.show(code, document, asJSON: json)
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Check a code against a secret; exits with 1 if it is wrong.",
            discussion: """
                Example:  usher otp verify GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ 287082 --at 59

                Nothing is remembered, so a code may be checked again; `usher mfa verify` accepts each only once.
                """)

        @OptionGroup var factor: FactorOptions

        @Argument(help: "The code; spaces in it are skipped.")
        var code: String

        @OptionGroup var instant: InstantOptions

        @Option(help: "Steps before and after the current one that count too (0 to 10).")
        var window = 1

        @Flag(help: "Print one JSON document.")
        var json = false

        func validate() throws {
            guard (0...10).contains(window) else { throw ValidationError("--window must be 0 to 10.") }
        }

        func run() throws {
            let totp = try factor.totp()
            let now = instant.time
            guard case .accepted(let step) = try totp.verify(code, at: now, window: window, after: nil) else {
                try OTPCommands.show(
                    "wrong", ["accepted": false, "reason": "wrong", "step": .null, "offset": .null], asJSON: json)
                throw ExitCode(1)
            }
            let document: JSON = [
                "accepted": true, "reason": "ok", "step": .integer(step), "offset": .integer(step - totp.step(at: now)),
            ]
            try OTPCommands.show("ok", document, asJSON: json)
        }
    }

    struct URICommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "uri", abstract: "Write the otpauth URI that an authenticator app reads.",
            discussion: """
                Example:  usher otp uri GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ --issuer "ACME Co" --account ada@example.com
                """)

        @OptionGroup var factor: FactorOptions

        @Option(help: "Who asks for the codes; shown by the app.")
        var issuer: String?

        @Option(help: "Whose codes they are, usually an e-mail address; shown by the app.")
        var account: String

        @Flag(help: "Print one JSON document.")
        var json = false

        func run() throws {
            let totp = try factor.totp()
            let text = try text(of: totp)
            try OTPCommands.show(text, ["otpauth": .string(text)], asJSON: json)
        }

        private func text(of totp: TOTP) throws -> String {
            do throws(OTPAuthURI.Refusal) {
                return try OTPAuthURI(
                    issuer: issuer, account: account, secret: totp.secret, parameters: totp.parameters
                ).text
            } catch {
                throw ValidationError(
                    "--issuer and --account must have 1 to 255 bytes, without colons and control characters.")
            }
        }
    }

    /// One place for results: the text for people, or the document for programs.
    private static func show(_ text: String, _ document: JSON, asJSON: Bool) throws {
        if asJSON { Output.json(document) } else { Output.text(text) }
    }
}

/// The secret, and what its authenticator was told.
struct FactorOptions: ParsableArguments {
    enum Algorithm: String, CaseIterable, ExpressibleByArgument { case sha1, sha256, sha512 }

    @Argument(help: "The secret in base32; case, spaces, hyphens and padding do not matter.")
    var secret: String

    @Option(help: "Length of a code: 6 or 8.")
    var digits = 6

    @Option(help: ArgumentHelp("Length of a time step (1 to 3600).", valueName: "seconds"))
    var period = 30

    @Option(help: "Hash function.")
    var algorithm = Algorithm.sha1

    func validate() throws {
        _ = try totp()
    }

    func totp() throws -> TOTP {
        guard let digits = OTPParameters.Digits(rawValue: digits) else {
            throw ValidationError("--digits must be 6 or 8.")
        }
        guard let hash = HMAC.Hash(rawValue: algorithm.rawValue.uppercased()),
            // The only refusal there is: a period out of range.
            let parameters = try? OTPParameters(algorithm: hash, digits: digits, periodSeconds: period)
        else { throw ValidationError("--period must be 1 to 3600 seconds.") }
        return TOTP(secret: try decodedSecret(), parameters: parameters)
    }

    private func decodedSecret() throws -> Secret {
        do throws(Base32.Refusal) {
            let bytes = try Base32.decode(secret)
            if !bytes.isEmpty { return Secret(bytes) }
        } catch {
            switch error {
            case .illegalCharacter:
                throw ValidationError("The secret is not base32: only the letters A to Z and the digits 2 to 7 occur.")
            case .impossibleLength, .nonZeroTrailingBits:
                throw ValidationError("The secret is not base32: a character is missing or wrong at its end.")
            }
        }
        throw ValidationError("The secret is empty.")
    }
}

/// When: now, unless a test or a support case says otherwise.
struct InstantOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Time in seconds since 1970 instead of now.", valueName: "unix"))
    var at: Int64?

    func validate() throws {
        // The end of the year 9999, the last that ISO 8601 writes with four digits.
        guard (0...253_402_300_799).contains(at ?? 0) else {
            throw ValidationError("--at must be 0 to 253402300799, in seconds since 1970.")
        }
    }

    var time: Timestamp {
        at.map(Timestamp.init(seconds:)) ?? Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}
