/// A name that the product gave to one thing of one kind;
/// `Subject` keeps the kinds apart at compile time.
///
/// 26 characters of Crockford's base32 in lower case: 48 bits of milliseconds, then 80 random
/// bits, so that identifiers sort by age, a page of a list can continue after one, and nobody
/// guesses another (layout: ULID specification).
public struct Identifier<Subject>: Hashable, Comparable, Sendable {
    public let text: String

    /// - Returns: nil unless `text` has 26 characters of the alphabet
    ///   (either case is accepted, lower is kept).
    public init?(_ text: String) {
        // ASCII first: the Kelvin sign, for one, would become a plain k.
        guard text.utf8.count == 26, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let lowered = text.lowercased()
        guard lowered.utf8.allSatisfy({ crockfordAlphabet.contains($0) }) else { return nil }
        self.text = lowered
    }

    /// A new identifier; the world supplies both parts.
    public init(at now: Timestamp, random: (Int) -> [UInt8]) {
        let time = UInt64(max(0, now.milliseconds)) & 0xFFFF_FFFF_FFFF
        let tail = random(10)
        precondition(tail.count == 10)
        var characters: [UInt8] = []
        characters.reserveCapacity(26)
        for shift in stride(from: 45, through: 0, by: -5) {
            characters.append(crockfordAlphabet[Int((time >> UInt64(shift)) & 31)])
        }
        for half in [tail[0..<5], tail[5..<10]] {
            let bits = half.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            for shift in stride(from: 35, through: 0, by: -5) {
                characters.append(crockfordAlphabet[Int((bits >> UInt64(shift)) & 31)])
            }
        }
        text = String(decoding: characters, as: UTF8.self)
    }

    /// For rows that this product wrote itself.
    public init(trusted text: String) { self.text = text }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

private let crockfordAlphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

extension Identifier: CustomStringConvertible {
    public var description: String { text }
}

/// For histories that this product wrote itself: decoding trusts the text as `init(trusted:)` does.
extension Identifier: Codable {
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// What the identifiers name.
///
/// The types have no values; they only tell kinds apart.
public enum Subjects {
    public enum Organization {}
    public enum Cloud {}
    public enum Person {}
    public enum Request {}
    public enum Grant {}
    public enum Factor {}
    public enum Session {}
    public enum Campaign {}
    public enum Batch {}
    public enum APIAccount {}
    public enum Node {}
    public enum Application {}
    public enum ApplicationSession {}
    public enum Service {}
    public enum Webhook {}
}

public typealias OrganizationID = Identifier<Subjects.Organization>
public typealias CloudID = Identifier<Subjects.Cloud>
public typealias PersonID = Identifier<Subjects.Person>
public typealias RequestID = Identifier<Subjects.Request>
public typealias GrantID = Identifier<Subjects.Grant>
public typealias FactorID = Identifier<Subjects.Factor>
public typealias SessionID = Identifier<Subjects.Session>
public typealias CampaignID = Identifier<Subjects.Campaign>
public typealias BatchID = Identifier<Subjects.Batch>
public typealias APIAccountID = Identifier<Subjects.APIAccount>
public typealias NodeID = Identifier<Subjects.Node>
public typealias ApplicationID = Identifier<Subjects.Application>
public typealias ApplicationSessionID = Identifier<Subjects.ApplicationSession>
public typealias ServiceID = Identifier<Subjects.Service>
public typealias WebhookID = Identifier<Subjects.Webhook>
