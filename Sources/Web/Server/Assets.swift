import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OpenSSL

/// The style sheet and the script: under a name that changes with what is in
/// them, so that browsers keep them for ever.
struct Assets: RouteGroup {
    private struct File: Sendable {
        let name: String
        let path: String
        let text: String
    }

    private let files: [File]
    private static let types = ["css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"]

    /// - Parameter sources: path below `templates/`, and text; what lies in `pages/assets` is served.
    init(_ sources: [(path: String, text: String)]) throws {
        files = try sources.filter { $0.path.hasPrefix("pages/assets/") }.map { path, text in
            let name = String(path.dropFirst("pages/assets/".count))
            let hash = try SHA256.digest(of: Array(text.utf8)).hex.prefix(12)
            return File(name: name, path: "/assets/\(hash)/\(name)", text: text)
        }
    }

    /// Empty for a file that is not there.
    func path(of name: String) -> String { files.first { $0.name == name }?.path ?? "" }

    func add(to router: Router<WebContext>) {
        for file in files {
            let type = Self.types[String(file.name.split(separator: ".").last ?? "")] ?? "application/octet-stream"
            let body = ByteBuffer(string: file.text)
            router.get(RouterPath(file.path)) { _, _ in
                Response(
                    status: .ok,
                    headers: [.contentType: type, .cacheControl: "public, max-age=31536000, immutable"],
                    body: .init(byteBuffer: body))
            }
        }
    }
}
