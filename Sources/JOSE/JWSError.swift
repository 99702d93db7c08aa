/// Why a token is refused.
public enum JWSError: Error, Equatable {
    public enum Part: Sendable { case header, payload, signature }

    /// In bytes.
    case tooLong(Int)
    /// It has not three parts, each in base64url: so many dots.
    case parts
    /// A part is not strictly base64url, or not JSON where it should be.
    case malformed(Part)
    /// The header asks for something that must be understood, and is not (RFC 7515, section
    /// 4.1.11): the member.
    case critical(String)
    /// The header names an algorithm that is not accepted here: `none`, in any spelling, is
    /// one of them.
    case unknownAlgorithm(String)
    /// The token is signed by another algorithm than the key is for.
    case wrongAlgorithm
    case wrongSignature
    /// A claim is not written as RFC 7519 demands: its name.
    case claim(String)
}
