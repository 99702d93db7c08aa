import Basics
import CExpat
import Glibc

/// What hears of the elements of a document, in their order.
protocol XMLListener: AnyObject {
    /// - Parameter name: without its prefix: writers differ in which they use.
    func start(_ name: String, _ attributes: XMLAttributes) throws
    func text(_ bytes: UnsafeRawBufferPointer) throws
    func end(_ name: String) throws
}

/// Of the element that has just begun; gone when its call is over.
struct XMLAttributes {
    fileprivate let list: UnsafeMutablePointer<UnsafePointer<CChar>?>?

    /// By the name without its prefix, as in `r:id`.
    subscript(name: StaticString) -> String? {
        guard var place = list else { return nil }
        while let key = place[0] {
            let colon = strchr(key, Int32(UInt8(ascii: ":")))
            let plain = colon.map { UnsafePointer($0) + 1 } ?? key
            if strcmp(plain, UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)) == 0 {
                return place[1].map { String(cString: $0) }
            }
            place += 2
        }
        return nil
    }
}

/// A document of XML in pieces, by Expat.
///
/// A document type is refused, and with it every entity that is not one of the
/// five: nothing grows, nothing is fetched.
///
final class XMLScanner {
    private static let greatestDepth = 64

    private let parser: OpaquePointer
    private let listener: any XMLListener
    private var depth = 0
    private var failure: (any Error)?

    init(_ listener: any XMLListener) throws {
        guard let parser = XML_ParserCreate(nil) else { throw ZipArchive.broken }
        self.parser = parser
        self.listener = listener
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { scanner, name, attributes in
                XMLScanner.of(scanner)?.hear {
                    $0.depth += 1
                    guard $0.depth <= XMLScanner.greatestDepth else { throw ZipArchive.tooLarge }
                    try $0.listener.start(XMLScanner.plain(name), XMLAttributes(list: attributes))
                }
            },
            { scanner, name in
                XMLScanner.of(scanner)?.hear {
                    $0.depth -= 1
                    try $0.listener.end(XMLScanner.plain(name))
                }
            })
        XML_SetCharacterDataHandler(parser) { scanner, text, length in
            XMLScanner.of(scanner)?.hear {
                try $0.listener.text(UnsafeRawBufferPointer(start: text, count: Int(length)))
            }
        }
        XML_SetStartDoctypeDeclHandler(parser) { scanner, _, _, _, _ in
            XMLScanner.of(scanner)?.hear { _ in throw ZipArchive.broken }
        }
    }

    deinit { XML_ParserFree(parser) }

    /// The next piece.
    ///
    /// - Throws: what the listener threw, or that the document is broken.
    func feed(_ piece: UnsafeRawBufferPointer, isLast: Bool = false) throws {
        let status = XML_Parse(
            parser, piece.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(piece.count), isLast ? 1 : 0)
        if let failure { throw failure }
        guard status == XML_STATUS_OK else { throw ZipArchive.broken }
    }

    func finish() throws { try feed(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true) }

    /// After the first failure nothing more is heard.
    private func hear(_ body: (XMLScanner) throws -> Void) {
        guard failure == nil else { return }
        do { try body(self) } catch {
            failure = error
            XML_StopParser(parser, XML_Bool(0))
        }
    }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> XMLScanner? {
        pointer.map { Unmanaged<XMLScanner>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func plain(_ name: UnsafePointer<CChar>?) -> String {
        guard let name else { return "" }
        return String(cString: strchr(name, Int32(UInt8(ascii: ":"))).map { UnsafePointer($0) + 1 } ?? name)
    }
}

extension ZipArchive {
    /// Reads one document of the archive from beginning to end.
    mutating func scan(_ entry: Entry, _ listener: any XMLListener) throws {
        let scanner = try XMLScanner(listener)
        try unpack(entry) { try scanner.feed($0) }
        try scanner.finish()
    }
}
