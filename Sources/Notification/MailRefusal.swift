/// Why a message cannot be made: trying again does not help, a template or a field has to change.
public enum MailRefusal: Error, Equatable {
    /// The file does not exist in this language. `path` is the one
    /// looked for: `mail/fr/welcome.txt.mustache`.
    case missingTemplate(path: String)
    case malformedTemplate(path: String, reason: String)
    /// CR, LF, NUL or another control character: it could begin
    /// a header that nobody meant (ASVS 1.3.11).
    case controlCharacter(header: String)
    /// It tells its reader to open a link, and there is none (any more).
    case noLink(path: String)
    /// OpenSSL did not compute the hash of the key.
    case noDigest
}

extension MailRefusal: CustomStringConvertible {
    /// One sentence for the operator; names the file or the header, never its content.
    public var description: String {
        switch self {
        case .missingTemplate(let path): "The mail template \(path) does not exist."
        case .malformedTemplate(let path, let reason): "The mail template \(path) cannot be used: \(reason)."
        case .controlCharacter(let header): "The mail header \(header) would contain a control character."
        case .noLink(let path): "no longer needed: \(path) asks to open a link, and there is none any more"
        case .noDigest: "OpenSSL could not compute SHA-256."
        }
    }
}
