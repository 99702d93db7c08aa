import ArgumentParser
import Basics
import Defaults
import Foundation
import SystemPackage

/// `usher export-defaults`: the files inside the binary, to read and to change.
struct ExportDefaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-defaults",
        abstract: "Write out the built-in workflows, templates and catalogue, to change them.",
        discussion: """
            Keep what you change in custom/ of the data folder, or name a folder by the setting `custom`; delete the
            rest, so that newer versions of it reach you. A file that exists with another content is never
            overwritten: then nothing is written at all.

            Example:
              usher export-defaults usher-data/custom
            """)

    @Argument(help: "Folder; made if it does not exist.", completion: .directory) var directory: String
    @Flag(help: "Print one JSON document.") var json = false

    func run() async throws {
        var isFolder: ObjCBool = true
        if FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder), !isFolder.boolValue {
            throw Fault.invalid("directory", "no_folder", "\(directory) is a file, not a folder.")
        }
        let states = Defaults.paths.map { (path: $0, state: state(of: $0)) }
        let conflicts = states.filter { $0.state == .differs }.map(\.path)
        guard conflicts.isEmpty else {
            throw Fault(
                .conflict, "Nothing was written: \(conflicts.count) files exist in \(directory) with another content.",
                faults: conflicts.map { .init($0, "differs", "\(directory)/\($0) exists and differs.") })
        }
        for (path, state) in states where state == .absent { try write(path) }
        if json {
            return try Output.json(
                states.map { path, state in
                    ["path": .string(path), "state": state == .absent ? "written" : "unchanged"]
                }, next: nil)
        }
        let written = states.filter { $0.state == .absent }.count
        Output.line("Written to \(directory): \(written) files; already there: \(states.count - written).")
    }

    private enum State { case absent, same, differs }

    private func state(of path: String) -> State {
        let target = directory + "/" + path
        // A dangling link is something that exists, too.
        do { _ = try Stat(FilePath(target), followTargetSymlink: false) } catch {
            return error == .noSuchFileOrDirectory ? .absent : .differs
        }
        return FileManager.default.contents(atPath: target).map(Array.init) == Defaults.bytes(at: path)
            ? .same : .differs
    }

    private func write(_ path: String) throws {
        let target = URL(filePath: directory + "/" + path)
        do {
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            // Not over a file that somebody put there since it was looked for.
            try Data(Defaults.bytes(at: path) ?? []).write(to: target, options: .withoutOverwriting)
        } catch {
            throw Fault(.unavailable, "The file \(target.path) cannot be written.", cause: error)
        }
    }
}
