import Basics
import Defaults
import Foundation
import OpenSSL
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

    /// A version of a catalogue file is one text for ever: decisions name it, and a start refuses another one.
    ///
    /// Whoever changes a file gives it the next version, and adds it here.
    @Test("gives a changed file of the catalogue a new version")
    func catalogueVersions() throws {
        let known = [
            "profiles 1": "17bd5b676ad512b243464d82aa91b4ac4052d749636888ad6f1b3a6de6092ce3",
            "matrix 1": "47a0a7c88728879afcb0034530e8613c20eeff7b5e7000a65e718fab80fe05e9",
            "topology 1": "0fe7eeaaa6a63e4900d9297290dce89ec72e78bef512b7f7f4c4c6a40b2df3c4",
        ]
        for part in ["profiles", "matrix", "topology"] {
            let text = try #require(Defaults.text(at: "catalogue/\(part).yaml"))
            let version = try #require(text.firstMatch(of: /(?m)^version: (\d+)$/)).1
            let hash = try SHA256.digest(of: Array(text.utf8)).hex
            #expect(known["\(part) \(version)"] == hash)
        }
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
