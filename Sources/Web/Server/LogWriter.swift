import Dispatch
import Synchronization
import SystemPackage

/// Writes the lines of a log on a thread of its own, those of a few milliseconds at once.
///
/// Whoever logs waits for nothing, neither for a write nor for whoever collects the log and has stopped reading: lines
/// are kept for them as far as there is room, and counted beyond that.
public final class LogWriter: Sendable {
    public static let standardError = LogWriter(to: .standardError)

    private struct Kept {
        var lines: [UInt8] = []
        var lost = 0
        /// Whether somebody is on the way who writes them.
        var isAwaited = false
    }

    private let descriptor: FileDescriptor
    private let greatestBytes: Int
    private let kept = Mutex(Kept())
    private let thread = DispatchQueue(label: "usher.log")

    /// How long others may join a line.
    private static let delay = DispatchTimeInterval.milliseconds(5)

    /// - Parameter greatestBytes: of lines that nobody has taken yet.
    init(to descriptor: FileDescriptor, greatestBytes: Int = 4_000_000) {
        self.descriptor = descriptor
        self.greatestBytes = greatestBytes
    }

    /// - Parameter loss: the line that tells how many were lost, before the first that finds room again.
    func write(_ line: [UInt8], loss: (Int) -> [UInt8]) {
        let isFirst = kept.withLock { kept in
            guard kept.lines.count + line.count <= greatestBytes else {
                kept.lost += 1
                return false
            }
            if kept.lost > 0 { kept.lines += loss(kept.lost) }
            kept.lost = 0
            kept.lines += line
            defer { kept.isAwaited = true }
            return !kept.isAwaited
        }
        if isFirst { thread.asyncAfter(deadline: .now() + Self.delay) { self.writeKept() } }
    }

    /// Waits until everything is written that was logged before, or for a second.
    public func flush() {
        let writing = DispatchWorkItem { self.writeKept() }
        thread.async(execute: writing)
        _ = writing.wait(timeout: .now() + .seconds(1))
    }

    private func writeKept() {
        let lines = kept.withLock { kept in
            kept.isAwaited = false
            defer { kept.lines = [] }
            return kept.lines
        }
        // A log that cannot be written is lost.
        _ = try? descriptor.writeAll(lines)
    }
}
