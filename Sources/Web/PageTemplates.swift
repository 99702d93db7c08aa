import Basics
import Foundation
import Hummingbird
import Mustache

/// The pages, parsed once: `pages/LANGUAGE/NAME.mustache`.
///
/// A page may inherit from or include the others of its language. HTML is escaped, always.
package struct PageTemplates: Sendable {
    private let libraries: [Language: MustacheLibrary]

    /// - Parameter sources: path below `templates/`, and text.
    /// - Throws: `Fault.Code.invalid` naming the file that cannot be parsed.
    package init(_ sources: [(path: String, text: String)]) throws {
        var libraries: [Language: MustacheLibrary] = [:]
        for language in Language.allCases {
            let folder = "pages/\(language.rawValue)/"
            var library = MustacheLibrary()
            for (path, text) in sources where path.hasPrefix(folder) && path.hasSuffix(".mustache") {
                do {
                    let name = String(path.dropFirst(folder.count).dropLast(".mustache".count))
                    library.register(try MustacheTemplate(string: text.spaced(for: language)), named: name)
                } catch {
                    throw Fault.invalid(path, "malformed_template", "The page \(path) cannot be parsed: \(error)")
                }
            }
            libraries[language] = library
        }
        self.libraries = libraries
    }

    /// - Throws: `Fault.Code.unavailable` if there is no such page.
    func render(_ name: String, _ values: [String: Any], in language: Language) throws -> String {
        guard let page = libraries[language]?.render(values, withTemplate: name) else {
            throw Fault(.unavailable, "The page \(name) is missing.")
        }
        return page
    }
}

/// A whole page, ready to be sent.
struct Page: ResponseGenerator {
    let html: String
    var status: HTTPResponse.Status = .ok
    var headers: HTTPFields = [:]

    func response(from request: Request, context: some RequestContext) -> Response {
        var headers = headers
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.vary] = "Accept-Language, Cookie"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }
}
