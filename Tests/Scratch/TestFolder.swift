package import Foundation

/// A folder of one test's own, private to this user, gone with the test.
package final class TestFolder: Sendable {
    package let url: URL
    package var path: String { url.path }

    package init() throws {
        var template = Array((NSTemporaryDirectory() + "/usher-test-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        url = URL(filePath: String(cString: made), directoryHint: .isDirectory)
    }

    deinit {
        // What stays behind in the system's temporary folder harms nobody.
        try? FileManager.default.removeItem(at: url)
    }

    package func path(_ name: String) -> String { url.appending(path: name).path }

    /// Sorted, hidden files too.
    package func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}
