import Defaults
import Foundation
import Testing

/// An operator's folder that vanishes with the test.
private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(
        path: "overlay-\(ProcessInfo.processInfo.globallyUniqueString)")
    var path: String { url.appending(path: "operator").path(percentEncoded: false) }

    init() throws {
        try FileManager.default.createDirectory(
            at: url.appending(path: "operator/catalogue"), withIntermediateDirectories: true)
        try "outside".write(to: url.appending(path: "secret.txt"), atomically: true, encoding: .utf8)
    }

    func write(_ data: Data, to name: String) throws { try data.write(to: url.appending(path: "operator/" + name)) }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: url.appending(path: "operator/" + name).path(), withDestinationPath: target)
    }

    deinit { try? FileManager.default.removeItem(at: url) }  // A leftover in the temporary folder harms nobody.
}

@Suite("Overlay", .timeLimit(.minutes(60)))
struct OverlayTests {
    private let folder = try? Folder()

    @Test("prefers the operator's file and falls back to the embedded one")
    func overrides() throws {
        let folder = try #require(folder)
        try folder.write(Data("mine".utf8), to: "catalogue/matrix.yaml")
        let overlay = try Overlay(folder: folder.path)
        #expect(try overlay.text(at: "catalogue/matrix.yaml") == "mine")
        #expect(try overlay.text(at: "catalogue/profiles.yaml") == Defaults.text(at: "catalogue/profiles.yaml"))
        #expect(try overlay.text(at: "catalogue/none.yaml") == nil)
    }

    @Test("is the defaults alone without a folder")
    func defaultsAlone() throws {
        let overlay = try Overlay(folder: nil)
        #expect(try overlay.text(at: "catalogue/matrix.yaml") == Defaults.text(at: "catalogue/matrix.yaml"))
        #expect(try overlay.paths(under: "catalogue/") == Defaults.paths(under: "catalogue/"))
    }

    @Test("lists what the operator added, once and sorted, and no hidden file")
    func listsBoth() throws {
        let folder = try #require(folder)
        for name in ["matrix.yaml", "zz.yaml", ".hidden.yaml"] { try folder.write(Data(), to: "catalogue/" + name) }
        let overlay = try Overlay(folder: folder.path)
        #expect(
            try overlay.paths(under: "catalogue/") == Defaults.paths(under: "catalogue/") + ["catalogue/zz.yaml"])
    }

    @Test("lists a folder with or without its slash, also one that only the operator has, and none outside")
    func listsFolders() throws {
        let folder = try #require(folder)
        try FileManager.default.createDirectory(
            atPath: folder.path + "/extra/deep", withIntermediateDirectories: true)
        try folder.write(Data(), to: "extra/deep/a.yaml")
        let overlay = try Overlay(folder: folder.path)
        #expect(try overlay.paths(under: "extra") == ["extra/deep/a.yaml"])
        #expect(try overlay.paths(under: "extra/") == ["extra/deep/a.yaml"])
        #expect(try overlay.paths(under: "nowhere/").isEmpty)
        #expect(throws: Overlay.Refusal.unsafePath("..")) { try overlay.paths(under: "../") }
        #expect(throws: Overlay.Refusal.unsafePath("")) { try overlay.paths(under: "/") }
    }

    @Test(
        "refuses a path that could lead out of the folder",
        arguments: [
            "../secret.txt", "catalogue/../../secret.txt", "/etc/passwd", "", "catalogue//matrix.yaml", "./x",
            "catalogue/", "a\0b", "..\\secret.txt",
        ])
    func refusesEscape(path: String) throws {
        let overlay = try Overlay(folder: #require(folder).path)
        #expect(throws: Overlay.Refusal.unsafePath(path)) { try overlay.text(at: path) }
    }

    @Test("refuses a symbolic link that leads out, and follows one that stays")
    func judgesLinks() throws {
        let folder = try #require(folder)
        try folder.write(Data("kept".utf8), to: "catalogue/real.yaml")
        try folder.link("catalogue/inner.yaml", to: "real.yaml")
        try folder.link("catalogue/outer.yaml", to: "../../secret.txt")
        try folder.link("elsewhere", to: "..")
        let overlay = try Overlay(folder: folder.path)
        #expect(try overlay.text(at: "catalogue/inner.yaml") == "kept")
        #expect(throws: Overlay.Refusal.outsideFolder("catalogue/outer.yaml")) {
            try overlay.text(at: "catalogue/outer.yaml")
        }
        #expect(throws: Overlay.Refusal.outsideFolder("elsewhere/secret.txt")) {
            try overlay.text(at: "elsewhere/secret.txt")
        }
    }

    @Test("refuses what is not text of a tolerable size, naming the file")
    func refusesContents() throws {
        let folder = try #require(folder)
        try folder.write(Data([0xFF, 0xFE]), to: "catalogue/binary.yaml")
        try folder.write(Data(count: Overlay.maximumBytes + 1), to: "catalogue/huge.yaml")
        #expect(makePipe(folder.path + "/catalogue/pipe.yaml"))
        let overlay = try Overlay(folder: folder.path)
        #expect(throws: Overlay.Refusal.notUTF8("catalogue/binary.yaml")) {
            try overlay.text(at: "catalogue/binary.yaml")
        }
        #expect(throws: Overlay.Refusal.tooLarge("catalogue/huge.yaml")) { try overlay.text(at: "catalogue/huge.yaml") }
        #expect(throws: Overlay.Refusal.unreadable("catalogue/pipe.yaml")) {
            try overlay.text(at: "catalogue/pipe.yaml")
        }
    }

    @Test("refuses a folder that does not exist instead of using the defaults")
    func refusesMissingFolder() throws {
        let path = try #require(folder).path + "/nowhere"
        #expect(throws: Overlay.Refusal.noFolder(path)) { try Overlay(folder: path) }
    }

    /// A named pipe; reading one would wait for ever.
    private func makePipe(_ path: String) -> Bool { mkfifo(path, 0o600) == 0 }
}
