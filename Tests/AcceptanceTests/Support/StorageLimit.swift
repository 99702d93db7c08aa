import Foundation
import Testing

/// Ways to leave no room for a data folder.
enum StorageLimit: String, CaseIterable, Sendable {
    /// A file system of its own in memory, full to the last byte. Needs the right to mount.
    case smallDisk
    /// A limit on the size of each file. Works everywhere.
    case fileSize

    static var available: [StorageLimit] { mayMount ? allCases : [.fileSize] }

    private static let mayMount: Bool = {
        guard geteuid() == 0 else { return false }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}

extension Office {
    /// Runs a shell script in a mount namespace of its own where that is possible, so that nothing stays mounted.
    ///
    /// `usher` and `data` are variables of the script.
    func shell(_ script: String, mayMount: Bool = false) async throws -> CommandLineProgram.Result {
        let (mounting, shell) = (URL(filePath: "/usr/bin/unshare"), "/bin/bash")
        return try await timed { environment in
            let environment = environment.merging(["usher": usher.program.path, "data": usher.data.path]) { $1 }
            let arguments = ["-c", "set -u\nsql() { \(usher.query) \"$1\"; }\n" + script]
            return mayMount
                ? try await usher.launch(mounting, ["--mount", shell] + arguments, "", environment)
                : try await usher.launch(URL(filePath: shell), arguments, "", environment)
        }
    }
}
