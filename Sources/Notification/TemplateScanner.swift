import Basics

/// Reads a template with all the partials it includes, and lists the fields that they show.
///
/// Understands a plain subset of Mustache on purpose: fields, sections, comments, partials and
/// inheritance. Whatever could switch escaping off, or hide a name from the checker, is
/// refused: a template that the operator changed stays safe.
struct TemplateScanner {
    /// Text of a file of this language by its name without suffix
    /// `.mustache`: `welcome.txt`, `layout.html`.
    let load: (String) -> String?
    /// The folder, for messages: `mail/en`.
    let folder: String
    private(set) var fields: Set<String> = []
    /// Every file that takes part, by name.
    private(set) var sources: [String: String] = [:]

    init(folder: String, load: @escaping (String) -> String?) {
        self.folder = folder
        self.load = load
    }

    mutating func scan(_ name: String) throws(MailRefusal) {
        try scan(name, trail: [], inItem: false)
    }

    /// - Parameter trail: the files that include this one; a loop
    ///   among them would never end when rendered.
    private mutating func scan(_ name: String, trail: [String], inItem: Bool) throws(MailRefusal) {
        let path = "\(folder)/\(name).mustache"
        guard let source = load(name) else { throw .missingTemplate(path: path) }
        guard !trail.contains(name) else { throw .malformedTemplate(path: path, reason: "it includes itself") }
        sources[name] = source
        var open: [String] = []
        for tag in try Self.tags(of: source, path: path) {
            let isInItem = inItem || open.contains { MailFields.lists.contains($0) }
            switch tag.kind {
            case .field, .inverted, .section:
                note(tag.name, inItem: isInItem)
                if tag.kind != .field { open.append(tag.kind == .section ? tag.name : "^" + tag.name) }
            case .block:
                open.append("$" + tag.name)
            case .parent, .partial:
                // Suffixes agree, because a text partial inside HTML would come unescaped.
                guard tag.name.hasSuffix(name.hasSuffix(".html") ? ".html" : ".txt") else {
                    throw .malformedTemplate(path: path, reason: "it includes \(tag.name), which is another format")
                }
                try scan(tag.name, trail: trail + [name], inItem: isInItem)
                if tag.kind == .parent { open.append("<" + tag.name) }
            case .close:
                // Mustache's own parser checks that the names pair up.
                _ = open.popLast()
            }
        }
    }

    private mutating func note(_ name: String, inItem: Bool) {
        if !(inItem && MailFields.item.contains(name)) { fields.insert(name) }
    }
}

extension TemplateScanner {
    private struct Tag {
        enum Kind { case field, section, inverted, block, parent, partial, close }

        let kind: Kind
        let name: String
    }

    private static func tags(of source: String, path: String) throws(MailRefusal) -> [Tag] {
        var tags: [Tag] = []
        // Braces are bytes of their own in UTF-8: no character needs to be told from the next.
        var rest = source.utf8[...]
        while let start = place(of: UInt8(ascii: "{"), in: rest) {
            rest = rest[start...].dropFirst(2)
            guard let end = place(of: UInt8(ascii: "}"), in: rest) else {
                throw .malformedTemplate(path: path, reason: "a tag is not closed")
            }
            let body = source[rest.startIndex..<end]
            rest = rest[end...].dropFirst(2)
            if body.utf8.first == UInt8(ascii: "!") { continue }
            guard let tag = tag(body) else {
                throw .malformedTemplate(path: path, reason: "{{\(body)}} is not a kind of tag that mails may use")
            }
            tags.append(tag)
        }
        return tags
    }

    /// Where a brace stands twice.
    private static func place(of brace: UInt8, in text: Substring.UTF8View) -> String.Index? {
        var rest = text
        while let place = rest.firstIndex(of: brace) {
            rest = rest[place...].dropFirst()
            if rest.first == brace { return place }
        }
        return nil
    }

    private static let kinds: [UInt8: Tag.Kind] = [
        UInt8(ascii: "#"): .section, UInt8(ascii: "^"): .inverted, UInt8(ascii: "$"): .block,
        UInt8(ascii: "<"): .parent, UInt8(ascii: ">"): .partial, UInt8(ascii: "/"): .close,
    ]

    /// - Returns: nil for unescaped fields, other delimiters, pragmas,
    ///   dynamic partials, functions and paths.
    private static func tag(_ body: Substring) -> Tag? {
        let kind = body.utf8.first.flatMap { kinds[$0] }
        let name = String(kind == nil ? body : body.dropFirst()).withoutOptionalWhitespace
        let isFile = kind == .parent || kind == .partial || kind == .close
        let wellFormed = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                || (isFile && (byte == 0x2E || byte == 0x2D))
        }
        guard !name.isEmpty, wellFormed else { return nil }
        return Tag(kind: kind ?? .field, name: name)
    }
}
