public import Basics

/// Claims whose form RFC 7519 fixes.
extension JSON {
    /// An instant among the claims (`exp`, `nbf`, `iat`): seconds since 1970, of which a
    /// client may send parts.
    ///
    /// - Returns: whole seconds, parts cut off; nil where the claim is missing.
    /// - Throws: `JWSError.claim` for anything else, and for instants before 1970 or after the
    ///   year 9999.
    public func numericDate(_ name: String) throws(JWSError) -> Timestamp? {
        guard let value = members[name] else { return nil }
        let seconds: Int64? =
            switch value {
            case .integer(let number): number
            case .decimal(let number): Int64(exactly: number.rounded(.down))
            default: nil
            }
        guard let seconds, (0...253_402_300_799).contains(seconds) else { throw .claim(name) }
        return Timestamp(seconds: seconds)
    }

    /// Whom the token is for (`aud`, section 4.1.3), one or several; none where the claim is
    /// missing.
    public func audience() throws(JWSError) -> [String] {
        guard let value = members["aud"] else { return [] }
        if let one = value.text { return [one] }
        let several = value.elements.compactMap(\.text)
        guard !several.isEmpty, several.count == value.elements.count else { throw .claim("aud") }
        return several
    }
}
