import Foundation
import Synchronization

/// A new file that appears whole, and survives power loss once written.
enum AtomicFile {
    /// Which system call failed, and the system's words for why.
    struct Failure: Error, Equatable {
        let step: String
        let reason: String
    }

    private static let turns = Atomic(0)

    /// Does nothing when `name` exists already: same name, same content.
    ///
    /// Writes beside the target under a hidden name, fsyncs, renames, fsyncs the folder. A
    /// process that dies in between leaves at most a hidden `.tmp` file, which nobody reads.
    static func write(_ bytes: [UInt8], named name: String, in folder: String) throws(Failure) {
        if mkdir(folder, 0o700) == 0 {
            // A new folder is an entry of its parent, and as easily lost.
            try syncFolder("\(folder)/..")
        } else if errno != EEXIST {
            throw failure("mkdir")
        }
        let target = "\(folder)/\(name)"
        if access(target, F_OK) != 0 {
            // The process id keeps two processes apart, the turn two writers in one.
            let turn = turns.add(1, ordering: .relaxed).oldValue
            let temporary = "\(folder)/.\(name).\(getpid()).\(turn).tmp"
            do throws(Failure) {
                try fill(temporary, with: bytes)
                if rename(temporary, target) != 0 { throw failure("rename") }
            } catch {
                unlink(temporary)
                throw error
            }
        }
        // Also for a file that was there: the process that renamed it may have died before this step.
        try syncFolder(folder)
    }

    private static func fill(_ path: String, with bytes: [UInt8]) throws(Failure) {
        // O_NOFOLLOW: nobody may have laid a link in the way to have another file overwritten.
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure("open") }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("write") }
            rest = rest.dropFirst(count)
        }
        if fsync(file) != 0 { throw failure("fsync") }
    }

    private static func syncFolder(_ folder: String) throws(Failure) {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("open") }
        defer { close(directory) }
        if fsync(directory) != 0 { throw failure("fsync") }
    }

    private static func failure(_ step: String) -> Failure {
        Failure(step: step, reason: String(cString: strerror(errno)))
    }
}
