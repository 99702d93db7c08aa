import Basics
import Foundation
import Glibc
import Onboarding
import Records

/// `keys/audit.head`: the newest signed head of the audit trail,
/// beside the keys and out of the database.
///
/// One line of JSON, as heads are sent elsewhere. Replaced whole
/// or not at all, readable by its owner only.
struct KeptHead: HeadKeeper {
    let folder: String

    var name: String { "keys/audit.head" }
    private var path: String { folder + "/audit.head" }

    func kept() throws -> AuditHead? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let text = FileManager.default.contents(atPath: path).map({ String(decoding: $0, as: UTF8.self) }),
            let head = AuditHead(text: text)
        else {
            throw Fault(
                .unavailable,
                "The signed head in \(path) cannot be read. Restore it from its backup, "
                    + "or see: usher audit accept --help"
            )
        }
        return head
    }

    func keep(_ head: AuditHead) throws {
        try alone {
            if let before = try kept(), before.sequence >= head.sequence { return }
            try write(head)
        }
    }

    func replace(with head: AuditHead) throws { try alone { try write(head) } }

    /// Two processes that sign at the same time read and replace the file one after the other.
    private func alone(_ body: () throws -> Void) throws {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0, flock(directory, LOCK_EX) == 0 else { throw unwritable(directory) }
        // Closing it gives the lock back.
        defer { close(directory) }
        try body()
        guard fsync(directory) == 0 else { throw unwritable(-1) }
    }

    private func write(_ head: AuditHead) throws {
        let draft = "\(path).\(getpid())"
        let text = Array((head.line + "\n").utf8)
        // O_NOFOLLOW: nobody may have laid a link in the way to have another file overwritten.
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        let isWritten = file >= 0 && Glibc.write(file, text, text.count) == text.count && fsync(file) == 0
        let reason = errno
        if file >= 0 { close(file) }
        guard isWritten, rename(draft, path) == 0 else {
            if !isWritten { errno = reason }
            let fault = unwritable(-1)
            unlink(draft)
            throw fault
        }
    }

    /// - Parameter descriptor: closed where it is one.
    private func unwritable(_ descriptor: Int32) -> Fault {
        let reason = String(cString: strerror(errno))
        if descriptor >= 0 { close(descriptor) }
        return Fault(.unavailable, "The signed head cannot be kept in \(path) (\(reason)).")
    }
}
