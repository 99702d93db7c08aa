import Foundation
import OpenSSL

/// The operator's file of breached passwords in the Have I Been Pwned layout, searched in place.
///
/// Lines `SHA1:COUNT`, the hash in 40 upper-case hexadecimal digits, sorted by hash.
/// The file has tens of gigabytes: a binary search over byte offsets reads some
/// forty short pieces of it and keeps nothing.
public struct BreachedPasswords: Sendable {
    let path: String

    public init(path: String) { self.path = path }

    /// - Throws: whatever reading the file throws; a list that cannot be
    ///   read must not let every password pass.
    func contains(_ normal: String) throws -> Bool {
        let wanted = Array(try SHA1.digest(of: Array(normal.utf8)).hex.uppercased().utf8)
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? handle.close() }  // Reading is over; a failure to close loses nothing.
        var low: UInt64 = 0
        var high = try handle.seekToEnd()
        // Invariant: a line that starts before `low` is smaller, one
        // that starts at or after `high` is greater.
        while low < high {
            let middle = low + (high - low) / 2
            guard let (start, hash, next) = try line(atOrAfter: middle, from: low, before: high, in: handle) else {
                high = middle
                continue
            }
            if hash == wanted { return true }
            if hash.lexicographicallyPrecedes(wanted) { low = next } else { high = min(middle, start) }
        }
        return false
    }

    /// The first line that starts at or after `offset` and
    /// before `end`; `low` is known to start a line.
    private func line(
        atOrAfter offset: UInt64, from low: UInt64, before end: UInt64, in handle: FileHandle
    ) throws -> (start: UInt64, hash: [UInt8], next: UInt64)? {
        let from = offset == low ? offset : offset - 1
        try handle.seek(toOffset: from)
        let piece = [UInt8](try handle.read(upToCount: 256) ?? Data())
        var start = 0
        if from != offset || offset != low {
            guard let feed = piece.firstIndex(of: 0x0A) else { return nil }
            start = feed + 1
        }
        guard from + UInt64(start) < end, piece.count >= start + 40 else { return nil }
        let stop = piece[start...].firstIndex(of: 0x0A) ?? piece.count - 1
        return (from + UInt64(start), Array(piece[start..<start + 40]), from + UInt64(stop) + 1)
    }
}
