public import Basics
import Directory
import Foundation

/// What the fields of a form must be, each with its fault in words.
///
/// Used for one request, for a row of a CSV, and for organizations and people alike.
enum FieldRules {
    /// Input as an error may repeat it: short, never nothing, and without what would move a terminal's cursor or turn
    /// the direction of writing.
    static func quoted(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(80).filter { !$0.isControl && !$0.turnsDirection }
        return shown.isEmpty ? "\"\"" : String(String.UnicodeScalarView(shown))
    }

    static func email(_ text: String, field: String = "email", _ faults: inout [Fault.Field]) -> EmailAddress? {
        do throws(EmailAddress.Refusal) { return try EmailAddress(text) } catch {
            faults.append(.init(field, "invalid_email", error.sentence))
            return nil
        }
    }

    static func name(_ text: String, field: String = "name", _ faults: inout [Fault.Field]) -> DisplayName? {
        // A spreadsheet would run such a name as a formula when it is exported (ASVS 1.2.10).
        // As it will be stored: a space before the formula is trimmed off.
        if let first = text.trimmingCharacters(in: .whitespaces).first ?? text.first, "=+-@\t\r".contains(first) {
            faults.append(
                .init(
                    field, "formula",
                    "A name does not begin with \(first.isWhitespace ? "a tab" : Sentence("\(first)"))."))
            return nil
        }
        do throws(DisplayName.Refusal) { return try DisplayName(text) } catch {
            let sentence: Sentence =
                switch error {
                case .empty: "Say the name."
                case .tooLong: "A name has at most 200 characters."
                case .forbiddenCharacter: "A name has no control characters and no invisible ones."
                }
            faults.append(.init(field, "invalid_name", sentence))
            return nil
        }
    }

    /// - Parameter name: what it is made of where it is not said.
    static func slug(_ text: String?, from name: String, _ faults: inout [Fault.Field]) -> Slug? {
        if let text { return slug(text, &faults) }
        if let slug = Slug(from: name) { return slug }
        faults.append(
            .init("slug", "invalid_slug", "No short name can be made of this name: say one, of a-z, 0-9 and hyphens."))
        return nil
    }

    static func slug(_ text: String, field: String = "slug", _ faults: inout [Fault.Field]) -> Slug? {
        do throws(Slug.Refusal) { return try Slug(text) } catch {
            faults.append(
                .init(field, "invalid_slug", "A short name has 1 to 40 of a-z, 0-9 and hyphens, none at its ends."))
            return nil
        }
    }

    static func language(_ text: String, of known: Languages, _ faults: inout [Fault.Field]) -> Language? {
        if let language = known.named(text) { return language }
        faults.append(
            .init("locale", "unknown_locale", "There is no language \(quoted(text)); choose one of \(known.list)."))
        return nil
    }

    /// What tells a repeated submission from a second one.
    static func key(_ text: String, _ faults: inout [Fault.Field]) {
        let isPrintable = text.unicodeScalars.allSatisfy { $0.isASCII && (0x21...0x7E).contains($0.value) }
        guard isPrintable, (1...100).contains(text.utf8.count) else {
            return faults.append(
                .init("key", "invalid_key", "An idempotency key has 1 to 100 visible ASCII characters."))
        }
    }

    /// - Parameter required: what to say where there is none.
    static func reason(
        _ text: String, field: String = "reason", _ faults: inout [Fault.Field],
        required: Sentence = "Say why the account is needed: the approver reads it."
    ) -> String? {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let sentence: Sentence? =
            if trimmed.isEmpty {
                required
            } else if trimmed.unicodeScalars.count > 2_000 {
                "A reason has at most 2,000 characters."
            } else if trimmed.unicodeScalars.contains(where: { $0.isControl && $0 != "\n" }) {
                "A reason has no control characters."
            } else if trimmed.unicodeScalars.contains(where: \.turnsDirection) {
                "A reason has no characters that turn the direction of writing."
            } else { nil }
        guard let sentence else { return trimmed }
        faults.append(.init(field, trimmed.isEmpty ? "required" : "invalid_reason", sentence))
        return nil
    }

    static var ownAccount: Fault.Field {
        .init("email", "own_account", "Nobody requests for themselves: ask another representative to do it.")
    }

    /// - Throws: `Fault.Code.invalid`, for where the reason is all that there is to check.
    static func checked(_ reason: String) throws -> String {
        var faults: [Fault.Field] = []
        let sentence: Sentence = "Say why: the reason is kept in the record."
        guard let reason = Self.reason(reason, &faults, required: sentence) else { throw Fault.invalid(faults) }
        return reason
    }

    /// A day means its end, in the organization's time zone: who may
    /// work until the 31st may work on the 31st.
    static func until(
        _ text: String?, field: String = "until", at now: Timestamp, in zone: TimeZone, _ faults: inout [Fault.Field]
    ) -> Timestamp? {
        guard let text, !text.isEmpty else { return nil }
        guard let instant = instant(text, in: zone) else {
            faults.append(.init(field, "invalid_date", "Write the end as 2027-03-31, or as an instant with a zone."))
            return nil
        }
        guard instant > now else {
            faults.append(.init(field, "in_the_past", "The end \(text) has passed: name a later one, or none."))
            return nil
        }
        return instant
    }

    /// An instant with a zone, or a day, which means its end; nil for anything else.
    static func instant(_ text: String, in zone: TimeZone) -> Timestamp? { Moment(text)?.end(in: zone) }
}

extension Unicode.Scalar {
    var isControl: Bool { properties.generalCategory == .control }

    /// Whether what follows is read in another order than it stands (Unicode Standard Annex 9).
    var turnsDirection: Bool { (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value) }
}

extension EmailAddress.Refusal {
    /// For whoever typed the address, by whatever way it came.
    public var sentence: Sentence {
        switch self {
        case .tooLong: "An e-mail address has at most 254 bytes."
        case .forbiddenCharacter:
            "An e-mail address has no spaces, quotes, control characters or letters outside ASCII before the @."
        case .invisibleCharacter: "There is an invisible character or an unusual blank in this address: type it anew."
        case .malformed: "This is not an e-mail address: write it like name@example.com."
        }
    }
}

extension EmailAddress {
    /// An address that somebody wrote under `field`.
    ///
    /// - Throws: `Fault.Code.invalid` on `field`.
    public init(_ text: String, field: String) throws {
        do throws(Refusal) { self = try EmailAddress(text) } catch {
            throw Fault.invalid(field, "invalid_email", error.sentence)
        }
    }
}
