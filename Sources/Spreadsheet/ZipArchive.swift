import Basics
import CZlib

/// The files of a ZIP (PKWARE APPNOTE 6.3), as far as workbooks need
/// them: stored or deflated, without a password.
///
/// What it says of its own sizes is believed by nobody: each byte that comes
/// out is counted, for a few kilobytes may hold gigabytes. Nothing is unpacked
/// but what is asked for, and that in pieces.
struct ZipArchive {
    struct Entry {
        let method: UInt16
        let isEncrypted: Bool
        let packedSize: Int
        let headerOffset: Int
    }

    static let mark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    private static let greatestEntries = 2_000
    /// Of all that is unpacked from one file.
    private static let greatestUnpacked = 128 << 20
    /// A list of people comes to ten or twenty; a bomb to a thousand, the most that deflate can.
    private static let greatestRatio = 100
    /// Below this a ratio says nothing.
    private static let smallSize = 1 << 20

    private let bytes: [UInt8]
    private(set) var entries: [String: Entry] = [:]
    private var unpacked = 0

    /// - Throws: `Fault.Code.invalid` on `csv` for what is cut short or too large.
    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        let end = try Self.endOfDirectory(bytes)
        let count = Int(try number16(end + 10))
        guard count <= Self.greatestEntries else { throw Self.tooLarge }
        var place = Int(try number32(end + 16))
        for _ in 0..<count {
            guard try number32(place) == 0x0201_4B50 else { throw Self.broken }
            let name = try slice(place + 46, Int(try number16(place + 28)))
            entries[String(decoding: name, as: UTF8.self)] = Entry(
                method: try number16(place + 10), isEncrypted: try number16(place + 8) & 1 != 0,
                packedSize: Int(try number32(place + 20)), headerOffset: Int(try number32(place + 42)))
            place += 46 + name.count + Int(try number16(place + 30)) + Int(try number16(place + 32))
        }
    }

    static var broken: Fault {
        Sheet.refusal("broken_workbook", "This workbook is cut short or broken: save it anew, or as CSV UTF-8.")
    }

    static var tooLarge: Fault {
        Sheet.refusal(
            "too_large", "This workbook holds far more than a list of people: copy the list into a new one.")
    }

    /// Hands on what the entry holds, piece by piece.
    ///
    /// - Parameter take: gets some kilobytes at a time; what it throws ends the reading.
    mutating func unpack(_ entry: Entry, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard !entry.isEncrypted else {
            throw Sheet.refusal("old_workbook", "This workbook has a password: save it without one, or as CSV UTF-8.")
        }
        guard try number32(entry.headerOffset) == 0x0403_4B50 else { throw Self.broken }
        let start =
            entry.headerOffset + 30 + Int(try number16(entry.headerOffset + 26))
            + Int(try number16(entry.headerOffset + 28))
        let packed = try slice(start, entry.packedSize)
        switch entry.method {
        case 0:
            try count(packed.count)
            try packed.withUnsafeBytes(take)
        case 8: try inflate(packed, take)
        default: throw Self.broken
        }
    }

    private mutating func count(_ size: Int) throws {
        unpacked += size
        guard unpacked <= Self.greatestUnpacked,
            unpacked <= Self.smallSize || unpacked / Self.greatestRatio <= bytes.count
        else { throw Self.tooLarge }
    }

    private mutating func inflate(_ packed: ArraySlice<UInt8>, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        var stream = z_stream()
        // Negative: as it stands in a ZIP, without a header.
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw Self.broken
        }
        defer { inflateEnd(&stream) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 << 10, alignment: 16)
        defer { piece.deallocate() }
        try packed.withUnsafeBytes { input in
            // zlib only reads from it; its type is older than `const`.
            stream.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.avail_in = UInt32(input.count)
            var status = Z_OK
            while status == Z_OK {
                stream.next_out = piece.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(piece.count)
                status = CZlib.inflate(&stream, Z_NO_FLUSH)
                let size = piece.count - Int(stream.avail_out)
                try count(size)
                if size > 0 { try take(UnsafeRawBufferPointer(rebasing: piece[..<size])) }
            }
            guard status == Z_STREAM_END else { throw Self.broken }
        }
    }

    // MARK: Bytes

    /// The directory stands at the end, behind it a comment at most.
    private static func endOfDirectory(_ bytes: [UInt8]) throws -> Int {
        let earliest = max(0, bytes.count - 22 - 65_535)
        for place in stride(from: bytes.count - 22, through: earliest, by: -1)
        where bytes[place] == 0x50 && bytes[place + 1] == 0x4B && bytes[place + 2] == 5 && bytes[place + 3] == 6 {
            return place
        }
        throw broken
    }

    private func slice(_ start: Int, _ size: Int) throws -> ArraySlice<UInt8> {
        guard start >= 0, size >= 0, start <= bytes.count, size <= bytes.count - start else { throw Self.broken }
        return bytes[start..<start + size]
    }

    private func number16(_ place: Int) throws -> UInt16 {
        let part = try slice(place, 2)
        return UInt16(part[part.startIndex]) | UInt16(part[part.startIndex + 1]) << 8
    }

    private func number32(_ place: Int) throws -> UInt32 {
        UInt32(try number16(place)) | UInt32(try number16(place + 2)) << 16
    }
}
