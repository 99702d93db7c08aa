public import Basics
import Foundation
import OpenSSL

/// What an authenticator app scans: `otpauth://totp/Issuer:account?secret=…`
/// (Key URI format of Google Authenticator).
///
/// Only TOTP: this product issues no counter-based factors.
public struct OTPAuthURI: Sendable {
    public enum Refusal: Error, Equatable {
        /// Not `otpauth://`, or its percent-encoding is broken.
        case malformed
        /// A type other than `totp`.
        case unsupportedType
        /// The name of a part that is missing, empty, longer than 255 bytes, given twice, or
        /// not of its kind: `issuer`, `account`, `secret`, `algorithm`, `digits` or `period`.
        case invalid(String)
    }

    public let issuer: String?
    public let account: String
    public let secret: Secret
    public let parameters: OTPParameters

    /// - Parameters:
    ///   - issuer: shown above the code; no colon, since a colon ends it.
    ///   - account: shown below the code, usually an e-mail address; no colon.
    public init(
        issuer: String?, account: String, secret: Secret, parameters: OTPParameters = .standard
    ) throws(Refusal) {
        if let issuer, !Self.isName(issuer) { throw .invalid("issuer") }
        guard Self.isName(account) else { throw .invalid("account") }
        guard secret.count > 0 else { throw .invalid("secret") }
        self.issuer = issuer
        self.account = account
        self.secret = secret
        self.parameters = parameters
    }

    /// The URI itself.
    ///
    /// It contains the secret: show it once, to its owner, and never log it.
    ///
    /// All parameters are written even at their defaults, and a
    /// space becomes `%20`: apps take `+` literally.
    public var text: String {
        let label = issuer.map { Self.encode($0, alsoAllowed: "") + ":" } ?? ""
        let issuerField = issuer.map { "&issuer=" + Self.encode($0, alsoAllowed: "") } ?? ""
        return "otpauth://totp/\(label)\(Self.encode(account, alsoAllowed: "@"))"
            + "?secret=\(secret.withBytes { Base32.encode($0) })\(issuerField)"
            + "&algorithm=\(parameters.algorithm.rawValue)&digits=\(parameters.digits.rawValue)"
            + "&period=\(parameters.periodSeconds)"
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255 && !name.unicodeScalars.contains(":")
            && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// Keeps only unreserved characters (RFC 3986, section 2.3).
    private static func encode(_ text: String, alsoAllowed: String) -> String {
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        // Fails only for unpaired surrogates, which a Swift string cannot hold.
        return text.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: unreserved + alsoAllowed))
            ?? ""
    }
}

extension OTPAuthURI {
    /// Reads a URI of this or another product.
    ///
    /// Unknown parameters are skipped; missing ones have their defaults. Where the label and
    /// the parameter name different issuers, the parameter counts, as in the Key URI format.
    public init(parsing text: String) throws(Refusal) {
        guard text.utf8.count <= 4096 else { throw .malformed }
        let scheme = "otpauth://"
        guard text.prefix(scheme.count).lowercased() == scheme else { throw .malformed }
        let parts = text.dropFirst(scheme.count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard path.count == 2, parts.count == 2 else { throw .malformed }
        guard path[0].lowercased() == "totp" else { throw .unsupportedType }
        guard let label = path[1].removingPercentEncoding else { throw .malformed }
        let fields = try Self.fields(of: parts[1])
        let names = label.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let prefix = names.count == 2 ? String(names[0]) : nil
        // The format allows spaces between the colon and the account.
        let account = names[names.count - 1].drop { $0 == " " }
        try self.init(
            issuer: fields["issuer"] ?? prefix, account: String(account),
            secret: Self.secret(fields["secret"]), parameters: Self.parameters(fields))
    }

    private static func fields(of query: Substring) throws(Refusal) -> [String: String] {
        var fields: [String: String] = [:]
        for field in query.split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = parts[1].removingPercentEncoding else { throw .malformed }
            let name = parts[0].lowercased()
            // Two values for one name: two programs would read different secrets from one URI.
            guard fields.updateValue(value, forKey: name) == nil else { throw .invalid(name) }
        }
        return fields
    }

    private static func secret(_ field: String?) throws(Refusal) -> Secret {
        guard let field else { throw .invalid("secret") }
        do throws(Base32.Refusal) { return Secret(try Base32.decode(field)) } catch { throw .invalid("secret") }
    }

    private static func parameters(_ fields: [String: String]) throws(Refusal) -> OTPParameters {
        guard let algorithm = HMAC.Hash(rawValue: (fields["algorithm"] ?? "SHA1").uppercased()) else {
            throw .invalid("algorithm")
        }
        guard let digits = Int(fields["digits"] ?? "6").flatMap(OTPParameters.Digits.init(rawValue:)) else {
            throw .invalid("digits")
        }
        guard let period = Int(fields["period"] ?? "30") else { throw .invalid("period") }
        do throws(OTPParameters.Refusal) {
            return try OTPParameters(algorithm: algorithm, digits: digits, periodSeconds: period)
        } catch { throw .invalid("period") }
    }
}
