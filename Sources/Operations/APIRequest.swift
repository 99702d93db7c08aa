public import Basics
import Foundation
public import Onboarding
import Records

/// An operation with the words of one call, as whoever asks has them: sent to a server, or answered here.
public struct APIRequest: Sendable {
    public let operation: APIOperation
    /// By the names of the path's placeholders.
    private let values: [String: String]
    private let query: [(name: String, value: String)]
    public let body: APICall.Body
    public private(set) var isDryRun = false
    public private(set) var idempotencyKey: String?

    /// - Parameters:
    ///   - values: what stands in the path for what varies, in its order, unescaped.
    ///   - query: what is nil is left out.
    ///   - body: members that are `null` are left out.
    public init(
        _ operation: APIOperation, _ values: String..., query: [(String, String?)] = [], body: JSON.Members = [:],
        isDryRun: Bool = false, idempotencyKey: String? = nil
    ) {
        let isFree = operation.method == .get || operation.method == .delete
        self.init(
            operation, values, query, isFree ? .nothing : .members(body.filter { $0.value != .null }), isDryRun,
            idempotencyKey)
    }

    public init(
        _ operation: APIOperation, query: [(String, String?)], table: [UInt8], isDryRun: Bool = false
    ) {
        self.init(operation, [], query, .table(table), isDryRun, nil)
    }

    private init(
        _ operation: APIOperation, _ values: [String], _ query: [(String, String?)], _ body: APICall.Body,
        _ isDryRun: Bool, _ idempotencyKey: String?
    ) {
        let names = operation.placeholders
        precondition(names.count == values.count, "\(operation.name) takes \(names)")
        self.operation = operation
        self.values = Dictionary(uniqueKeysWithValues: zip(names, values))
        self.query = query.compactMap { name, value in value.map { (name, $0) } }
        self.body = body
        self.isDryRun = isDryRun
        self.idempotencyKey = idempotencyKey
    }

    /// Below `/api/v1`, escaped.
    public var target: String {
        let path = operation.path.split(separator: "/").map { part -> String in
            guard part.hasPrefix("{") else { return String(part) }
            return Self.escaped(values[String(part.dropFirst().dropLast())] ?? "")
        }
        let pairs = query.map { "\($0.name)=\(Self.escaped($0.value))" }
        return "/" + path.joined(separator: "/") + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// RFC 3986, section 2.3: only what means nothing else stays.
    private static func escaped(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~.")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }

    /// What is no address is told before it is sent: in a path it would only name nobody.
    ///
    /// - Throws: `Fault.Code.invalid`.
    public func judge() throws {
        for (name, field) in [("email", "email"), ("delegate", "to")] {
            if let text = values[name] { _ = try EmailAddress(text, field: field) }
        }
    }

    /// Carried out in this process.
    ///
    /// - Throws: as `APIOperation.answer`.
    public func answer(in onboarding: Onboarding, by caller: APICall.Caller) async throws -> APIAnswer {
        let call = APICall(
            onboarding, caller, from: Client(address: "", agent: ""), values: values,
            query: try APIQuery(query, known: operation.parameters), body: body, isDryRun: isDryRun,
            idempotencyKey: idempotencyKey)
        return try await operation.answer(call)
    }
}
