public import Foundation

/// A folder of one test's own, private to this user, gone with the test.
public final class TestFolder: Sendable {
    public let url: URL
    public var path: String { url.path }

    public init() throws {
        var template = Array((NSTemporaryDirectory() + "/usher-test-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        url = URL(filePath: String(cString: made), directoryHint: .isDirectory)
    }

    deinit {
        // What stays behind in the system's temporary folder harms nobody.
        try? FileManager.default.removeItem(at: url)
    }

    public func path(_ name: String) -> String { url.appending(path: name).path }

    /// Sorted, hidden files too.
    public func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}
