import Basics
import Foundation
import Hummingbird
import NIOCore

/// The fields of a form as a browser sends them
/// (`application/x-www-form-urlencoded`, WHATWG URL, section 5).
struct FormData: Sendable {
    /// Forms hold names and reasons; what is longer is no form of ours.
    static let greatestBytes = 65_536

    private let fields: [String: [String]]

    /// Of a page with every item that it can show, with room.
    static let greatestFields = 2_000

    /// - Throws: HTTP 415 and 400 for what is no such form, 413
    ///   for what is longer than `greatestBytes`.
    init(_ request: Request) async throws {
        guard request.headers.isForm else { throw HTTPError(.unsupportedMediaType) }
        try self.init(bytes: Array(try await request.collected(upTo: Self.greatestBytes).readableBytesView))
    }

    init(fields: [String: [String]]) { self.fields = fields }

    /// - Throws: HTTP 400 for what cannot be read, or has more than `greatestFields`.
    init(bytes: [UInt8]) throws {
        do throws(QueryPair.Malformed) {
            self.init(try QueryPair.read(bytes, greatest: Self.greatestFields))
        } catch {
            throw HTTPError(.badRequest, message: "The form cannot be read: \(error.message)")
        }
    }

    init(_ pairs: [QueryPair]) {
        fields = Dictionary(grouping: pairs, by: \.name).mapValues { $0.map(\.value) }
    }

    /// The field's first value, without the white space around it; empty where it is absent.
    subscript(name: String) -> String {
        (fields[name]?.first ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// As it was typed: white space belongs to a password.
    func secret(_ name: String) -> Secret { Secret(fields[name]?.first ?? "") }

    /// What was typed into several lines, with the line ends of the
    /// rest of the program: browsers send CR LF.
    func lines(_ name: String) -> String { self[name].replacing("\r\n", with: "\n") }

    func all(_ name: String) -> [String] { fields[name] ?? [] }

    func isChecked(_ name: String) -> Bool { fields[name] != nil }

    /// The first value of each field, without the white space around it.
    var single: [String: String] {
        fields.mapValues { ($0.first ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    var names: [String] { fields.keys.sorted() }

    /// What may stand in a page again, or be kept: all but the
    /// token, a code that was used up, and secrets.
    var kept: [(name: String, all: [String])] {
        names.filter { $0 != "form" && !Self.isSecret($0) }.map { ($0, all($0)) }
    }

    /// The name in every form of a fresh code that came with it.
    static let codeField = "step-up-code"
    /// A recovery code in its place: a field of its own, since
    /// a phone shows digits only for the other.
    static let recoveryField = "step-up-recovery-code"

    /// What was typed as a code, in either field; nil for nothing.
    func code(_ field: String, or other: String) -> String? { [self[field], self[other]].first { !$0.isEmpty } }

    /// Whether something was typed that is typed anew instead of being sent back to a page.
    var hasSecrets: Bool { names.contains { ![Self.codeField, Self.recoveryField].contains($0) && Self.isSecret($0) } }

    /// By whole names: those of clouds stand in names of fields, and are anybody's to choose.
    static func isSecret(_ name: String) -> Bool { secrets.contains(name) }

    private static let secrets: Set = [
        "password", "current", "code", "recovery-code", "token", "secret", "proof", codeField, recoveryField,
    ]
}
