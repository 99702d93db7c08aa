import Basics
import Foundation
import Hummingbird
import NIOCore

/// The fields of a form as a browser sends them (`application/x-www-form-urlencoded`, WHATWG URL, section 5).
struct FormData: Sendable {
    /// Forms hold names and reasons; what is longer is no form of ours.
    static let greatestBytes = 65_536

    private let fields: [String: [String]]

    /// - Throws: `Fault.Code.invalid` for what is no such form; HTTP 413 for what is longer than `greatestBytes`.
    init(_ request: Request) async throws {
        guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else {
            throw HTTPError(.unsupportedMediaType)
        }
        let body = try await request.body.collect(upTo: Self.greatestBytes)
        self.init(String(buffer: body))
    }

    init(fields: [String: [String]]) { self.fields = fields }

    init(_ text: String) {
        var fields: [String: [String]] = [:]
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]), let value = Self.decoded(sides.count == 2 ? sides[1] : "") else {
                continue
            }
            fields[name, default: []].append(value)
        }
        self.fields = fields
    }

    /// Nil for escapes that are no UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }

    /// The field's first value, without the white space around it; empty where it is absent.
    subscript(name: String) -> String {
        (fields[name]?.first ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// As it was typed: white space belongs to a password.
    func secret(_ name: String) -> Secret { Secret(fields[name]?.first ?? "") }

    /// What was typed into several lines, with the line ends of the rest of the program: browsers send CR LF.
    func lines(_ name: String) -> String { self[name].replacing("\r\n", with: "\n") }

    func all(_ name: String) -> [String] { fields[name] ?? [] }

    func isChecked(_ name: String) -> Bool { fields[name] != nil }

    /// The first value of each field, without the white space around it.
    var single: [String: String] {
        fields.mapValues { ($0.first ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    var names: [String] { fields.keys.sorted() }

    /// What may stand in a page again, or be kept: all but the token, a code that was used up, and secrets.
    var kept: [(name: String, all: [String])] {
        names.filter { $0 != "form" && !Self.isSecret($0) }.map { ($0, all($0)) }
    }

    /// Whether something was typed that is typed anew instead of being sent back to a page.
    var hasSecrets: Bool { names.contains { ![StepUp.field, StepUp.recoveryField].contains($0) && Self.isSecret($0) } }

    /// By whole names: those of clouds stand in names of fields, and are anybody's to choose.
    static func isSecret(_ name: String) -> Bool { secrets.contains(name) }

    private static let secrets: Set = [
        "password", "current", "code", "recovery-code", "token", "secret", "proof", StepUp.field, StepUp.recoveryField,
    ]
}

extension Request {
    /// A parameter behind `?`; nil where it is absent or empty, as a select without a choice sends it.
    func query(_ name: String) -> String? {
        uri.queryParameters[Substring(name)].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
    }
}
