import Basics
import Foundation
import Operations
import TestSupport
import Testing

@testable import Web

/// The one list beside the documents that tell of it.
@Suite("The list of operations", .timeLimit(.minutes(60)))
struct OperationListTests {
    /// The OpenAPI document, with what stands behind its references.
    private struct Document {
        let root: JSON

        init() async throws {
            let site = try await Site(try TestInstallation())
            root = try await site.program().get("/openapi.json").json
        }

        func resolved(_ node: JSON) -> JSON {
            guard let reference = try? node["$ref"].text else { return node }
            return reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] }
        }

        func operation(_ operation: APIOperation) -> JSON {
            root["paths"][operation.path][operation.method.rawValue.lowercased()]
        }

        private static func list(_ node: JSON) -> [JSON] { (try? node.list) ?? [] }

        private static func texts(_ node: JSON) -> [String] { list(node).compactMap { try? $0.text } }

        /// Names of the parameters behind `?`.
        func query(of operation: APIOperation) throws -> Set<String> {
            Set(try parameters(of: operation).map { try $0["name"].text })
        }

        /// Those behind `?`.
        func parameters(of operation: APIOperation) -> [JSON] {
            let shared = Self.list(root["paths"][operation.path]["parameters"])
            return (shared + Self.list(self.operation(operation)["parameters"])).map(resolved)
                .filter { $0["in"] == "query" }
        }

        func members(of operation: APIOperation) -> [String: Set<String>] {
            let body = resolved(self.operation(operation)["requestBody"])
            return members(of: resolved(body["content"]["application/json"]["schema"]), below: "")
        }

        /// By their path: the types that they may have, and `required` where they are.
        private func members(of schema: JSON, below path: String) -> [String: Set<String>] {
            let required = Set(Self.texts(schema["required"]))
            guard case .object(let properties) = schema["properties"] else { return [:] }
            return properties.reduce(into: [:]) { found, property in
                let (name, value) = (property.key, resolved(property.value))
                let types = (try? value["type"].text).map { [$0] } ?? Self.texts(value["type"])
                let isRequired = required.contains(name) ? ["required"] : []
                found[path + name] = Set(types.filter { $0 != "null" } + isRequired)
                guard types.contains("array") else { return }
                found.merge(members(of: resolved(value["items"]), below: "\(path)\(name)[].")) { $1 }
            }
        }
    }

    @Test("every parameter has a value, by the document as by the reader")
    func values() async throws {
        let document = try await Document()
        for operation in APIOperation.all {
            for name in operation.parameters {
                let fault = #expect(throws: Fault.self) { try APIQuery([(name, "")], known: operation.parameters) }
                #expect(fault?.faults.map(\.code) == ["empty"], "\(operation.path) \(name)")
            }
            for parameter in document.parameters(of: operation) {
                let schema = document.resolved(parameter["schema"])
                guard schema["type"] == "string" else { continue }
                let isBound = ["minLength", "enum", "format", "pattern"].contains { schema[$0] != .null }
                #expect(isBound, "\(operation.path): nothing would be a value of \(parameter["name"])")
            }
        }
    }

    @Test("has one name for each operation, and one operation for each call")
    func names() {
        #expect(APIOperation.all.count > 90)
        #expect(Set(APIOperation.all.map(\.name)).count == APIOperation.all.count)
        #expect(Set(APIOperation.all.map { "\($0.method) \($0.path)" }).count == APIOperation.all.count)
    }

    @Test("leaves out none that is declared")
    func whole() throws {
        let folder = Self.root.appending(path: "Sources/Operations")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let declared = try files.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).matches(of: /static var (\w+): APIOperation/).map {
                String($0.1)
            }
        }
        #expect(Set(declared) == Set(APIOperation.all.map(\.name)))
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardized

    @Test("names what the document names: the operation, its parameters, its members and which of them must be there")
    func document() async throws {
        let document = try await Document()
        for operation in APIOperation.all {
            let said = document.operation(operation)
            #expect(said["operationId"] == .string(operation.name), "\(operation.method) \(operation.path)")
            #expect(try document.query(of: operation) == Set(operation.parameters), "\(operation.name)")
            let read = Dictionary(
                uniqueKeysWithValues: operation.members.map { member in
                    (member.name, Set([member.kind.rawValue] + (member.isRequired ? ["required"] : [])))
                })
            #expect(document.members(of: operation) == read, "\(operation.name)")
            let isOpen = said["security"] == .array([])
            #expect(isOpen == (operation.audience == .anybody), "\(operation.name)")
        }
    }

    /// What `docs/api.md` shows of every operation; written anew with `USHER_WRITE_DOCS=yes`.
    private static var table: String {
        let rows = APIOperation.all.map { operation in
            let reads = operation.members.map { $0.isRequired ? $0.name : "\($0.name)?" }
            let query = operation.parameters.map { "?\($0)" }
            let limit =
                switch operation.limit {
                case .passwords: "wrong passwords"
                case .links: "wrong links"
                case .mails: "mails"
                case .rehearsals: "dry runs"
                case nil: ""
                }
            let who =
                switch operation.audience {
                case .anybody: "anybody"
                case .signedIn: "half a session"
                case .proven: ""
                }
            let cells = [
                "`\(operation.method.rawValue) \(operation.path)`", "`\(operation.name)`", who, limit,
                (query + reads).map { "`\($0)`" }.joined(separator: " "),
            ]
            return "| " + cells.joined(separator: " | ") + " |"
        }
        return
            ([
                "| call | operation | who, but for a whole session | counted | reads |",
                "| --- | --- | --- | --- | --- |",
            ]
            + rows).joined(separator: "\n")
    }

    @Test("is the table in docs/api.md")
    func guide() throws {
        let page = Self.root.appending(path: "docs/api.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let parts = text.components(separatedBy: "\n<!-- every operation -->\n")
        try #require(parts.count == 3, "docs/api.md has the table between two marks")
        if ProcessInfo.processInfo.environment["USHER_WRITE_DOCS"] == "yes" {
            let mark = "\n<!-- every operation -->\n"
            try (parts[0] + mark + Self.table + mark + parts[2]).write(to: page, atomically: true, encoding: .utf8)
        } else {
            #expect(parts[1] == Self.table, "write it anew: USHER_WRITE_DOCS=yes Tools/test.sh --filter OperationList")
        }
    }
}
