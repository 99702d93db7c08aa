import Defaults
import Foundation
import Testing

/// The checkout that this file belongs to.
let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

@Suite("Defaults", .timeLimit(.minutes(60)))
struct DefaultsTests {
    /// Every file of the four folders, hidden ones left out as the script does.
    private var filesOnDisk: [String] {
        ["workflows", "templates", "catalogue", "api"].flatMap { folder -> [String] in
            let root = checkout.appending(path: folder)
            let keys: [URLResourceKey] = [.isRegularFileKey]
            let found = FileManager.default.enumerator(
                at: root, includingPropertiesForKeys: keys, options: [.skipsHiddenFiles])
            let files = (found?.compactMap { $0 as? URL } ?? []).filter {
                (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
            }
            return files.map { folder + $0.path(percentEncoded: false).dropFirst(root.path().count) }
        }.sorted()
    }

    @Test("embeds exactly the files on disk; if this fails, run Tools/embed-defaults.sh")
    func embedsEveryFile() {
        #expect(!filesOnDisk.isEmpty)
        #expect(Defaults.paths == filesOnDisk)
    }

    @Test("embeds each file byte by byte")
    func embedsBytes() throws {
        for path in Defaults.paths {
            let onDisk = try Data(contentsOf: checkout.appending(path: path))
            #expect(Defaults.bytes(at: path) == Array(onDisk), "\(path)")
            #expect(String(data: onDisk, encoding: .utf8) == Defaults.text(at: path), "\(path) is not UTF-8")
        }
    }

    @Test("lists the files of one folder, and knows no others")
    func listsFolder() {
        #expect(Defaults.paths(under: "catalogue/").contains("catalogue/matrix.yaml"))
        #expect(Defaults.paths(under: "nowhere/").isEmpty)
        #expect(Defaults.text(at: "catalogue/nothing.yaml") == nil)
        #expect(Defaults.text(at: "") == nil)
    }
}
