import Foundation

/// The defaults with an operator's folder laid over them, file by file.
///
/// The folder has the layout that `export-defaults` writes. What it holds wins over the
/// embedded file of the same path; what it adds is there too; what it lacks comes from the
/// binary. Nothing outside the folder is ever read.
public struct Overlay: Sendable {
    /// Real path of the operator's folder, without a final slash; nil: defaults only.
    private let folder: String?

    /// Why a file cannot be used.
    ///
    /// The path is relative to the folder, as it was asked for.
    public enum Refusal: Error, Equatable, CustomStringConvertible {
        case noFolder(String)
        /// Absolute, or with an empty, `.` or `..` component, a backslash or a NUL.
        case unsafePath(String)
        /// A symbolic link leads out of the folder.
        case outsideFolder(String)
        case tooLarge(String)
        case notUTF8(String)
        case unreadable(String)

        public var description: String {
            switch self {
            case .noFolder(let path): "There is no folder \(path)."
            case .unsafePath(let path): "The path \(path) is not a plain relative path."
            case .outsideFolder(let path): "The file \(path) leads out of the folder through a symbolic link."
            case .tooLarge(let path): "The file \(path) is larger than \(Overlay.maximumBytes) bytes."
            case .notUTF8(let path): "The file \(path) is not UTF-8 text."
            case .unreadable(let path): "The file \(path) cannot be read."
            }
        }
    }

    public static let maximumBytes = 4_194_304

    /// - Parameter folder: nil for the defaults alone.
    /// - Throws: `.noFolder`, since a mistyped folder that silently means
    ///   "defaults" would undo an operator's rules.
    public init(folder: String?) throws(Refusal) {
        guard let folder else {
            self.folder = nil
            return
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw .noFolder(folder)
        }
        self.folder = Self.realPath(folder)
    }

    /// - Returns: The operator's file, else the embedded one; nil if neither exists.
    public func text(at path: String) throws(Refusal) -> String? {
        try Self.check(path)
        guard let file = try fileInFolder(path) else { return Defaults.text(at: path) }
        guard let handle = FileHandle(forReadingAtPath: file) else { throw .unreadable(path) }
        let data: Data
        do {
            // One byte more than allowed tells "too large" without reading a whole disk.
            data = try handle.read(upToCount: Self.maximumBytes + 1) ?? Data()
        } catch { throw .unreadable(path) }
        guard data.count <= Self.maximumBytes else { throw .tooLarge(path) }
        guard let text = String(data: data, encoding: .utf8) else { throw .notUTF8(path) }
        return text
    }

    /// Embedded paths and those of the folder, each once, sorted; hidden files are left out.
    ///
    /// - Parameter prefix: A folder: `workflows/`.
    public func paths(under prefix: String) throws(Refusal) -> [String] {
        let name = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        try Self.check(name)
        var found = Set(Defaults.paths(under: name + "/"))
        if let folder, let children = FileManager.default.enumerator(atPath: folder + "/" + name) {
            for case let child as String in children {
                let path = name + "/" + child
                let isHidden = child.split(separator: "/").contains { $0.hasPrefix(".") }
                if !isHidden, try fileInFolder(path) != nil { found.insert(path) }
            }
        }
        return found.sorted()
    }

    private static func check(_ path: String) throws(Refusal) {
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe =
            components.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
            && !path.utf8.contains { $0 == 0 || $0 == 0x5C }
        guard isSafe else { throw .unsafePath(path) }
    }

    /// - Returns: The real path of a regular file in the operator's
    ///   folder; nil if there is none at `path`.
    private func fileInFolder(_ path: String) throws(Refusal) -> String? {
        guard let folder else { return nil }
        let candidate = folder + "/" + path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder) else { return nil }
        let real = Self.realPath(candidate)
        guard real.hasPrefix(folder + "/") else { throw .outsideFolder(path) }
        guard !isFolder.boolValue else { return nil }
        // A named pipe would make the program wait for ever.
        let kind = try? FileManager.default.attributesOfItem(atPath: real)[.type] as? FileAttributeType
        guard kind == .typeRegular else { throw .unreadable(path) }
        return real
    }

    private static func realPath(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
            .replacing(/\/+$/, with: "")
    }
}
