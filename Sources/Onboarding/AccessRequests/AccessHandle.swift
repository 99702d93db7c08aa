import Basics
import OpenSSL
import Records

/// A name of a request, or of an approval of one of its items, for programs: opaque, and nobody's to guess.
///
/// Made of the request's id under a key, so that nothing is kept for it, and an id that somebody read elsewhere
/// is no handle.
struct AccessHandle: Sendable {
    enum Kind: String { case task = "arq", approval = "apr" }

    let request: RequestID
    /// Which one; 0 for the request.
    let item: Int

    init(_ request: RequestID, item: Int = 0) {
        self.request = request
        self.item = item
    }

    /// Nil for whatever `text` never gives.
    init?(_ text: String, _ kind: Kind, _ keys: KeyRing) throws {
        guard text.hasPrefix("\(kind.rawValue)_"), text.utf8.count < 120,
            let bytes = [UInt8](base64URL: String(text.dropFirst(kind.rawValue.count + 1))), bytes.count > 16,
            let plain = String(validating: bytes.dropLast(16), as: UTF8.self)
        else { return nil }
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let request = RequestID(String(parts[0])), let item = Int(parts[1]), item >= 0 else {
            return nil
        }
        self.init(request, item: item)
        guard constantTimeEquals(Array(try self.text(kind, keys).utf8), Array(text.utf8)) else { return nil }
    }

    func text(_ kind: Kind, _ keys: KeyRing) throws -> String {
        let plain = "\(request).\(item)"
        let seal = try keys.derived("access-request/1|\(kind.rawValue)|\(plain)").prefix(16)
        return "\(kind.rawValue)_\((Array(plain.utf8) + seal).base64URL)"
    }
}
