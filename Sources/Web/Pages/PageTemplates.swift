import Basics
import Foundation
import Hummingbird
import Mustache
public import Translation

/// The pages, parsed once for each language:
/// `pages/NAME.mustache`, with the words of the language in it.
///
/// A page may inherit from or include the others. HTML is escaped, always. Where an
/// operator wants a page otherwise in one language only,
/// `pages/LANGUAGE/NAME.mustache` takes its place.
public struct PageTemplates: Sendable {
    private let libraries: [Language: MustacheLibrary]

    /// - Parameter sources: path below `templates/`, and text.
    /// - Throws: `Fault.Code.invalid` naming the file that cannot be parsed.
    public init(_ sources: [(path: String, text: String)], _ translations: Translations) throws {
        var libraries: [Language: MustacheLibrary] = [:]
        for language in translations.languages.all {
            var library = MustacheLibrary()
            // A language's own page comes after the one for all, and takes its place.
            for folder in ["pages/", "pages/\(language.rawValue)/"] {
                for (path, text) in sources where path.hasPrefix(folder) && path.hasSuffix(".mustache") {
                    let name = String(path.dropFirst(folder.count).dropLast(".mustache".count))
                    guard !name.contains("/") else { continue }
                    let source = try translations.localized(text, path: path, in: language)
                    do { library.register(try MustacheTemplate(string: source), named: name) } catch {
                        let page = "The page \(path) (\(language.rawValue))"
                        throw Fault.invalid(path, "malformed_template", "\(page) cannot be parsed: \(error)")
                    }
                }
            }
            libraries[language] = library
        }
        self.libraries = libraries
    }

    /// - Throws: `Fault.Code.unavailable` if there is no such page.
    func render(_ name: String, _ values: [String: Any], in language: Language) throws -> String {
        guard let page = (libraries[language] ?? libraries[.english])?.render(values, withTemplate: name) else {
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
