public import Basics
import Foundation
import OpenSSL
public import Records

/// How a head is written where it is kept or sent to, and read again.
extension AuditHead {
    public var json: JSON {
        [
            "sequence": .integer(sequence), "hash": .string(hash.hex), "at": JSON(at),
            "signature": .string(signature.hex),
        ]
    }

    /// One line of JSON without a line feed: for files, messages and posts.
    public var line: String { json.compact }

    init?(json: JSON) {
        guard let sequence = json["sequence"].number, sequence >= 0, let at = json["at"].text,
            let instant = Timestamp(iso8601: at), let hash = json["hash"].text.flatMap([UInt8].init(hex:)),
            let signature = json["signature"].text.flatMap([UInt8].init(hex:)), hash.count == 32, signature.count == 64
        else { return nil }
        self.init(sequence: sequence, hash: hash, at: instant, signature: signature)
    }

    /// The first head in a text that has one: a line of JSON, or a whole document with `head` in it.
    public init?(text: String) {
        guard case .head(let head)? = HeadClaim.all(in: text).first else { return nil }
        self = head
    }
}

/// What somebody kept of the trail, out of its keeper's reach.
public enum HeadClaim: Sendable, Hashable {
    case head(AuditHead)
    /// The hash of some entry.
    case hash([UInt8])

    /// Every head in a text: a hash, what `usher audit verify --json` printed, or lines that
    /// end in a head as JSON, whatever a log or a syslog wrote before it.
    public static func all(in text: String) -> [HeadClaim] {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if let hash = [UInt8](hex: trimmed.lowercased()), hash.count == 32 { return [.hash(hash)] }
        if let head = head(in: trimmed) { return [.head(head)] }
        return text.split(whereSeparator: \.isNewline).compactMap { line in
            line.firstIndex(of: "{").flatMap { head(in: String(line[$0...])) }.map { .head($0) }
        }
    }

    fileprivate static func head(in text: String) -> AuditHead? {
        // What is no JSON holds no head.
        guard text.first == "{", let json = try? JSONDecoder().decode(JSON.self, from: Data(text.utf8)) else {
            return nil
        }
        return AuditHead(json: json) ?? AuditHead(json: json["head"])
    }
}
