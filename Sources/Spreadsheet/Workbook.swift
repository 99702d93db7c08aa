import Basics

/// An Excel workbook (Office Open XML, ECMA-376) as the table that stands in it.
///
/// What its author sees is read: shared and inline texts, what formulas came to,
/// and dates as days. Hidden sheets are not.
enum Workbook {
    private static let greatestSheets = 20

    /// The rows of the first sheet whose first line
    /// `isHeading`; else of the first that holds anything.
    static func read(
        _ bytes: [UInt8], greatestRows: Int, isHeading: ([String]) -> Bool
    ) throws -> [Sheet.Row] {
        var archive = try ZipArchive(bytes)
        let roots = try Relations.read("_rels/.rels", &archive)
        let place = roots.target(ofKind: "officeDocument") ?? "xl/workbook.xml"
        guard let entry = archive.entries[place], !place.hasSuffix(".bin") else { throw stranger(archive) }
        let folder = place.lastIndex(of: "/").map { String(place[...$0]) } ?? ""
        let name = String(place.dropFirst(folder.count))
        let relations = try Relations.read("\(folder)_rels/\(name).rels", &archive, in: folder)
        let outline = WorkbookOutline()
        try archive.scan(entry, outline)
        let styles = WorkbookStyles()
        if let part = relations.target(ofKind: "styles").flatMap({ archive.entries[$0] }) {
            try archive.scan(part, styles)
        }
        let texts = SharedTexts()
        if let part = relations.target(ofKind: "sharedStrings").flatMap({ archive.entries[$0] }) {
            try archive.scan(part, texts)
        }
        var first: [Sheet.Row] = []
        for sheet in outline.visible.prefix(greatestSheets) {
            guard let part = relations.targets[sheet].flatMap({ archive.entries[$0] }) else { continue }
            let reader = SheetReader(
                texts: texts.texts, dates: styles.dates, is1904: outline.is1904, greatestRows: greatestRows)
            try archive.scan(part, reader)
            if let heading = reader.rows.first, isHeading(heading.cells) { return reader.rows }
            if first.isEmpty { first = reader.rows }
        }
        return first
    }

    private static func stranger(_ archive: ZipArchive) -> Fault {
        let names = archive.entries.keys
        if names.contains("content.xml") {
            return Sheet.refusal(
                "not_table", "This is a LibreOffice document (.ods): save it as .xlsx or as CSV UTF-8.")
        }
        if names.contains(where: { $0.hasSuffix("workbook.bin") }) {
            return Sheet.refusal("not_table", "This is a binary workbook (.xlsb): save it as .xlsx or as CSV UTF-8.")
        }
        return Sheet.refusal(
            "not_table", "This is an archive without a workbook: save the table as .xlsx or CSV UTF-8.")
    }
}

/// Which part of a workbook stands where (ECMA-376, part 2, section 9.3).
private final class Relations: XMLListener {
    /// By id.
    private(set) var targets: [String: String] = [:]
    private var kinds: [String: String] = [:]
    private let folder: String

    private init(in folder: String) { self.folder = folder }

    static func read(_ name: String, _ archive: inout ZipArchive, in folder: String = "") throws -> Relations {
        let relations = Relations(in: folder)
        if let entry = archive.entries[name] { try archive.scan(entry, relations) }
        return relations
    }

    /// - Parameter kind: the last part of the type, which is the
    ///   same in both editions of the standard.
    func target(ofKind kind: String) -> String? { kinds[kind] }

    func start(_ name: String, _ attributes: XMLAttributes) {
        // What lies outside is never looked at.
        guard name == "Relationship", attributes["TargetMode"] != "External", targets.count < 1_000,
            let id = attributes["Id"], let target = attributes["Target"]
        else { return }
        let place = target.hasPrefix("/") ? String(target.dropFirst()) : folder + target
        targets[id] = place
        if let kind = attributes["Type"]?.split(separator: "/").last { kinds[String(kind)] = place }
    }

    func text(_ bytes: UnsafeRawBufferPointer) {}
    func end(_ name: String) {}
}

/// The sheets in the order of their tabs.
private final class WorkbookOutline: XMLListener {
    /// Relation ids of those that are not hidden.
    private(set) var visible: [String] = []
    /// Days are counted from 1904 in files of old Macintoshes.
    private(set) var is1904 = false

    func start(_ name: String, _ attributes: XMLAttributes) {
        switch name {
        case "workbookPr": is1904 = ["1", "true"].contains(attributes["date1904"])
        case "sheet":
            guard attributes["state"] ?? "visible" == "visible", visible.count < 1_000, let id = attributes["id"] else {
                return
            }
            visible.append(id)
        default: break
        }
    }

    func text(_ bytes: UnsafeRawBufferPointer) {}
    func end(_ name: String) {}
}
