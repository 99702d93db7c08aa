import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Yams

/// The OpenAPI document, as it was written and as JSON.
///
/// Whoever may call nothing may still read how calling is done.
struct APIDocument: Sendable {
    private let yaml: ByteBuffer
    private let json: ByteBuffer

    /// - Throws: `Fault.Code.invalid` for what is no YAML mapping.
    init(yaml text: String) throws {
        do {
            guard let root = try Yams.compose(yaml: text), root.mapping != nil else {
                throw Fault.invalid("api/openapi.yaml", "malformed", "The API's document is not a mapping.")
            }
            yaml = ByteBuffer(string: text)
            json = ByteBuffer(bytes: JSON(root).data())
        } catch let error as YamlError {
            throw Fault(.invalid, "The API's document api/openapi.yaml cannot be read: \(error)")
        }
    }

    func add(to router: Router<WebContext>) {
        for (name, bytes, type) in [("yaml", yaml, "application/yaml"), ("json", json, "application/json")] {
            router.get(RouterPath("\(APIRoutes.root)/openapi.\(name)")) { _, context in
                _ = try APIQuery(context.target.query.map { ($0.name, $0.value) }, known: [])
                return Self.answer(bytes, type)
            }
        }
    }

    private static func answer(_ bytes: ByteBuffer, _ type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-cache"], body: .init(byteBuffer: bytes))
    }
}

extension JSON {
    /// A YAML node of the JSON schema (YAML 1.2, section 10.2):
    /// numbers and booleans only where they are plain.
    fileprivate init(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            self = .object(
                JSON.Members(mapping.map { ($0.key.string ?? "", JSON($0.value)) }) { first, _ in first })
        case .sequence(let sequence): self = .array(sequence.map(JSON.init))
        case .scalar(let scalar):
            guard scalar.style == .plain else {
                self = .string(scalar.string)
                return
            }
            switch scalar.string {
            case "null", "": self = .null
            case "true": self = .bool(true)
            case "false": self = .bool(false)
            default: self = Int64(scalar.string).map(JSON.integer) ?? .string(scalar.string)
            }
        case .alias: self = .null  // The composer has put what is meant in its place.
        }
    }
}
