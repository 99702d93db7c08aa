import Basics

/// What somebody typed where a code is asked for.
///
/// People group digits by blanks, hyphens and no-break spaces, copy invisible
/// characters along, and type full-width digits on East Asian keyboards. What cannot be
/// a code is told at once, and is no guess.
public enum TypedCode: Sendable {
    /// As many digits as the authenticator shows.
    case oneTime(String)
    case recovery(RecoveryCode)

    /// - Throws: `Fault.Code.invalid` on `code` for what is neither.
    public init(_ text: String, digits: OTPParameters.Digits) throws {
        let plain = text.utf8.count <= 256 ? Self.plain(text) : ""
        if plain.utf8.count == digits.rawValue, plain.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            self = .oneTime(plain)
        } else if let code = RecoveryCode(typed: plain) {
            self = .recovery(code)
        } else {
            throw Self.refusal(digits)
        }
    }

    /// A code of the authenticator, where a recovery code has
    /// no place: when an authenticator is set up.
    ///
    /// - Throws: `Fault.Code.invalid` on `code` for everything else.
    public static func oneTime(_ text: String, digits: OTPParameters.Digits) throws -> String {
        guard case .oneTime(let code) = try TypedCode(text, digits: digits) else { throw refusal(digits) }
        return code
    }

    private static func refusal(_ digits: OTPParameters.Digits) -> Fault {
        Fault.invalid(
            "code", "not_a_code",
            "This is no code. A code of your authenticator has \(digits.rawValue) digits, "
                + "a recovery code 16 letters and digits."
        )
    }

    /// The characters that count: digits of any script as ASCII, full-width letters as plain ones.
    private static func plain(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace || scalar.properties.isDash { continue }
            if scalar.properties.generalCategory == .format { continue }
            if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
                plain.append(Unicode.Scalar(UInt8(0x30 + Int(value))))
            } else if (0xFF21...0xFF5A).contains(scalar.value), let letter = Unicode.Scalar(scalar.value - 0xFEE0) {
                plain.append(letter)
            } else {
                plain.append(scalar)
            }
        }
        return String(plain)
    }
}
