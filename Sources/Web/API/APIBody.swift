import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A JSON object of a caller, read member by member.
///
/// What is missing, of the wrong type or not known is collected and told at once, each
/// with its path as the caller wrote it: `grants[1].profile`. What a value means is
/// not judged here: that is what use cases do.
final class APIBody {
    /// Objects are names, reasons and a list of clouds; what is longer is none of ours.
    static let greatestBytes = 65_536
    /// A list of every cloud of a large organization has fewer.
    static let limits = JSON.Limits(values: 2_000)
    /// Who sends thousands of wrong members is not helped by thousands of sentences.
    static let greatestFaults = 100

    private final class Findings {
        var faults: [Fault.Field] = []
        var objects: [APIBody] = []
    }

    private let members: [String: JSON]
    private let path: String
    private let findings: Findings
    private var known: Set<String> = []

    private init(_ members: [String: JSON], path: String, _ findings: Findings) {
        self.members = members
        self.path = path
        self.findings = findings
        findings.objects.append(self)
    }

    /// Reads the whole body.
    ///
    /// - Throws: HTTP 413, 415, or 400 for what is no JSON object at all.
    static func read(_ request: Request) async throws -> APIBody {
        try require("application/json", of: request)
        let bytes = try await request.body.collect(upTo: greatestBytes)
        do throws(JSON.Malformed) {
            let document = try JSON(reading: bytes.readableBytesView, limits: limits)
            if case .object(let members) = document { return APIBody(members, path: "", Findings()) }
        } catch {
            throw HTTPError(.badRequest, message: "The body is not a JSON object: \(error.words).")
        }
        throw HTTPError(.badRequest, message: "The body is not a JSON object.")
    }

    /// - Throws: HTTP 415 for another media type; parameters of the type,
    ///   such as a character set, are passed over.
    static func require(_ type: String, of request: Request) throws { try require([type], of: request) }

    /// One of several media types.
    static func require(_ types: [String], of request: Request) throws {
        let given = request.headers[.contentType]?.split(separator: ";").first.map {
            $0.trimmingCharacters(in: .whitespaces).lowercased()
        }
        guard let given, types.contains(given) else {
            let list = types.joined(separator: ", ")
            throw HTTPError(
                .unsupportedMediaType, headers: HTTPField.Name("Accept-Post").map { [$0: list] } ?? [:],
                message: "Send this as \(list).")
        }
    }

    // MARK: Members

    /// Empty where it is missing or wrong, which is then among the faults.
    func text(_ name: String) -> String {
        guard let value = value(name) else { return missing(name, "") }
        guard case .string(let text) = value else { return wrong(name, "text", "") }
        return text
    }

    func optionalText(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { return wrong(name, "text", nil) }
        return text
    }

    /// False where it is missing.
    func flag(_ name: String) -> Bool {
        guard let value = value(name) else { return false }
        guard case .bool(let flag) = value else { return wrong(name, "true or false", false) }
        return flag
    }

    func optionalNumber(_ name: String) -> Int64? {
        guard let value = value(name) else { return nil }
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
        guard let value = value(name) else { return missing(name, first) }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        guard case .string(let text) = value, let choice = Choice(rawValue: text) else {
            return wrong(name, "one of \(known)", first)
        }
        return choice
    }

    func language(_ name: String, of known: Languages) -> Language {
        guard let value = value(name) else { return missing(name, .english) }
        guard case .string(let text) = value, let language = known.named(text) else {
            return wrong(name, "one of \(known.list)", .english)
        }
        return language
    }

    func objects(_ name: String, isRequired: Bool = false) -> [APIBody] {
        guard let value = value(name) else { return isRequired ? missing(name, []) : [] }
        guard case .array(let values) = value else { return wrong(name, "a list", []) }
        return values.enumerated().compactMap { index, value in
            guard case .object(let members) = value else { return wrong("\(name)[\(index)]", "an object", nil) }
            return APIBody(members, path: "\(path)\(name)[\(index)].", findings)
        }
    }

    /// Clouds, each with a profile.
    func grants(_ name: String) -> [(cloud: String, profile: String)] {
        objects(name, isRequired: true).map { ($0.text("cloud"), $0.text("profile")) }
    }

    /// Nil for what is absent, or `null`.
    private func value(_ name: String) -> JSON? {
        known.insert(name)
        return members[name].flatMap { $0 == .null ? nil : $0 }
    }

    private func missing<Value>(_ name: String, _ instead: Value) -> Value {
        findings.faults.append(.init(path + name, "required", "The member \(path)\(name) is missing."))
        return instead
    }

    private func wrong<Value>(_ name: String, _ kind: String, _ instead: Value) -> Value {
        findings.faults.append(.init(path + name, "wrong_type", "The member \(path)\(name) must be \(kind)."))
        return instead
    }

    /// To be called when everything was read.
    ///
    /// - Throws: `Fault.Code.invalid` with every fault.
    func end() throws {
        for object in findings.objects where findings.faults.count < Self.greatestFaults {
            for name in object.members.keys.sorted() where !object.known.contains(name) {
                let field = String((object.path + name).prefix(100))
                findings.faults.append(.init(field, "unknown_member", "There is no member \(field) here."))
            }
        }
        if !findings.faults.isEmpty { throw Fault.invalid(Array(findings.faults.prefix(Self.greatestFaults))) }
    }
}
