import Basics

/// A JSON object of a caller, read member by member.
///
/// What is missing, of the wrong type or not known is collected and told at once, each
/// with its path as the caller wrote it: `grants[1].profile`. What a value means is
/// not judged here: that is what use cases do.
public final class APIInput {
    /// A member that a reading asked for.
    public struct Member: Sendable, Hashable {
        public enum Kind: String, Sendable {
            case string
            case boolean
            case integer
            case array
            case object
        }

        /// With those of a list's objects below it: `grants[].profile`.
        public let name: String
        public let kind: Kind
        public let isRequired: Bool
    }

    /// Who sends thousands of wrong members is not helped by thousands of sentences.
    private static let greatestFaults = 100

    private final class Findings {
        var faults: [Fault.Field] = []
        var objects: [APIInput] = []
        var asked: [Member] = []
        /// Whether nothing was sent, and only what is asked for counts.
        let isRehearsal: Bool

        init(isRehearsal: Bool = false) { self.isRehearsal = isRehearsal }
    }

    private let members: JSON.Members
    private let path: String
    private let findings: Findings
    private var known: Set<String> = []

    private init(_ members: JSON.Members, path: String, _ findings: Findings) {
        self.members = members
        self.path = path
        self.findings = findings
        findings.objects.append(self)
    }

    /// - Throws: `Fault.Code.invalid` with every fault of the object, and with what `read` did not ask for.
    static func read<Value>(_ members: JSON.Members, _ read: (APIInput) throws -> Value) throws -> Value {
        let input = APIInput(members, path: "", Findings())
        let value = try read(input)
        try input.end()
        return value
    }

    /// What a reading asks for.
    static func members(_ read: (APIInput) throws -> Void) -> [Member] {
        let input = APIInput([:], path: "", Findings(isRehearsal: true))
        // What it says of nothing is no matter: which members it asked for is known.
        try? read(input)
        return input.findings.asked
    }

    // MARK: Members

    /// Empty where it is missing or wrong, which is then among the faults.
    func text(_ name: String) -> String {
        guard let value = value(name, .string, isRequired: true) else { return missing(name, "") }
        guard case .string(let text) = value else { return wrong(name, "text", "") }
        return text
    }

    func optionalText(_ name: String) -> String? {
        guard let value = value(name, .string) else { return nil }
        guard case .string(let text) = value else { return wrong(name, "text", nil) }
        return text
    }

    func secret(_ name: String) -> Secret { Secret(text(name)) }

    /// False where it is missing.
    func flag(_ name: String) -> Bool {
        guard let value = value(name, .boolean) else { return false }
        guard case .bool(let flag) = value else { return wrong(name, "true or false", false) }
        return flag
    }

    func optionalFlag(_ name: String) -> Bool? {
        guard let value = value(name, .boolean) else { return nil }
        guard case .bool(let flag) = value else { return wrong(name, "true or false", nil) }
        return flag
    }

    func optionalNumber(_ name: String) -> Int64? {
        guard let value = value(name, .integer) else { return nil }
        guard case .integer(let number) = value else { return wrong(name, "a whole number", nil) }
        return number
    }

    /// What is meant: the one under `name`, or every one by `all: true`, which is nil.
    ///
    /// Who forgets to say which must not get all.
    func oneOrAll(_ name: String) -> String? {
        let (one, isAll) = (optionalText(name), flag("all"))
        if (one == nil) != isAll {
            let code = isAll ? "unexpected" : "required"
            findings.faults.append(.init(path + name, code, "Say which \(name), or all: true for every one."))
        }
        return one
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ first: Choice) -> Choice
    where Choice.RawValue == String {
        guard let value = value(name, .string, isRequired: true) else { return missing(name, first) }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        guard case .string(let text) = value, let choice = Choice(rawValue: text) else {
            return wrong(name, "one of \(known)", first)
        }
        return choice
    }

    /// Nil where it is missing.
    func optionalChoice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ kind: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let value = value(name, .string) else { return nil }
        let known = kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard case .string(let text) = value, let choice = Choice(rawValue: text) else {
            return wrong(name, "one of \(known)", nil)
        }
        return choice
    }

    func objects(_ name: String, isRequired: Bool = false) -> [APIInput] {
        guard let value = value(name, .array, isRequired: isRequired) else {
            // One of them, so that what it asks for is known too.
            if findings.isRehearsal { return [APIInput([:], path: "\(path)\(name)[].", findings)] }
            return isRequired ? missing(name, []) : []
        }
        guard case .array(let values) = value else { return wrong(name, "a list", []) }
        return values.enumerated().compactMap { index, value in
            guard case .object(let members) = value else { return wrong("\(name)[\(index)]", "an object", nil) }
            return APIInput(members, path: "\(path)\(name)[\(index)].", findings)
        }
    }

    /// Texts of a list; none where it is missing.
    func texts(_ name: String) -> [String] { optionalTexts(name) ?? [] }

    func optionalTexts(_ name: String) -> [String]? {
        guard let value = value(name, .array) else { return nil }
        guard case .array(let values) = value else { return wrong(name, "a list of texts", nil) }
        return values.enumerated().compactMap { index, value in
            guard case .string(let text) = value else { return wrong("\(name)[\(index)]", "text", nil) }
            return text
        }
    }

    /// A document of somebody else's format, as it is.
    func document(_ name: String) -> JSON? {
        guard let value = value(name, .object) else { return nil }
        guard case .object = value else { return wrong(name, "an object", nil) }
        return value
    }

    /// Clouds, each with a profile.
    func grants(_ name: String) -> [(cloud: String, profile: String)] {
        objects(name, isRequired: true).map { ($0.text("cloud"), $0.text("profile")) }
    }

    /// Nil for what is absent, or `null`.
    private func value(_ name: String, _ kind: Member.Kind, isRequired: Bool = false) -> JSON? {
        known.insert(name)
        if findings.isRehearsal { findings.asked.append(Member(name: path + name, kind: kind, isRequired: isRequired)) }
        return members[name].flatMap { $0 == .null ? nil : $0 }
    }

    private func missing<Value>(_ name: String, _ instead: Value) -> Value {
        findings.faults.append(.init(path + name, "required", "The member \(path + name) is missing."))
        return instead
    }

    private func wrong<Value>(_ name: String, _ kind: Sentence, _ instead: Value) -> Value {
        findings.faults.append(.init(path + name, "wrong_type", "The member \(path + name) must be \(kind)."))
        return instead
    }

    /// What is wrong with all that was read, and what nobody asked for.
    private func end() throws {
        for object in findings.objects where findings.faults.count < Self.greatestFaults {
            for name in object.members.keys.sorted() where !object.known.contains(name) {
                let field = String((object.path + name).prefix(100))
                findings.faults.append(.init(field, "unknown_member", "There is no member \(field) here."))
            }
        }
        if !findings.faults.isEmpty { throw Fault.invalid(Array(findings.faults.prefix(Self.greatestFaults))) }
    }
}
