import CDefaults

/// The files that travel inside the binary, so that one program is a whole installation.
///
/// Paths are relative to the project and begin with a folder:
/// `workflows/`, `templates/`, `catalogue/` or `api/`.
public enum Defaults {
    /// In byte order.
    public static var paths: [String] {
        (0..<usher_default_count()).compactMap { index in
            usher_default_at(index).map { String(cString: $0.pointee.path) }
        }
    }

    /// - Parameter prefix: A folder with its slash: `templates/mail/en/`.
    public static func paths(under prefix: String) -> [String] { paths.filter { $0.hasPrefix(prefix) } }

    /// - Returns: nil if no file of this path was embedded.
    public static func bytes(at path: String) -> [UInt8]? {
        for index in 0..<usher_default_count() {
            guard let asset = usher_default_at(index)?.pointee, String(cString: asset.path) == path else { continue }
            return Array(UnsafeBufferPointer(start: asset.bytes, count: asset.length))
        }
        return nil
    }

    /// - Returns: The file as UTF-8; nil if no file of this path was embedded.
    public static func text(at path: String) -> String? { bytes(at: path).map { String(decoding: $0, as: UTF8.self) } }
}
