extension QRCode {
    /// A PNG (ISO/IEC 15948) of one bit per pixel, with the quiet zone.
    ///
    /// Written here rather than by libpng: a picture of two colours needs no filter and
    /// no compression, and a code of some kilobytes would not justify another C library
    /// that everybody has to install and patch.
    /// - Parameter scale: pixels per module.
    /// - Precondition: `scale` is 1 to 32.
    public func png(scale: Int = 8) -> [UInt8] {
        precondition((1...32).contains(scale))
        let width = UInt32(fullSize * scale)
        // One bit, greyscale; deflate, adaptive filters (of
        // which only "none" is used), not interlaced.
        let header = width.bigEndianBytes + width.bigEndianBytes + [1, 0, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + Self.chunk("IHDR", header)
            + Self.chunk("IDAT", Self.storedZlib(scanlines(scale: scale)))
            + Self.chunk("IEND", [])
    }

    private func scanlines(scale: Int) -> [UInt8] {
        var lines: [UInt8] = []
        let width = fullSize * scale
        for row in 0..<fullSize {
            // The first byte names the filter: none. A set bit is white.
            var line = [UInt8](repeating: 0, count: 1 + (width + 7) / 8)
            for pixel in 0..<width where !isDark(row: row, column: pixel / scale) {
                line[1 + pixel / 8] |= 0x80 >> UInt8(pixel % 8)
            }
            for _ in 0..<scale { lines += line }
        }
        return lines
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let checked = Array(type.utf8) + data
        return UInt32(data.count).bigEndianBytes + checked + crc32(checked).bigEndianBytes
    }

    /// A zlib stream (RFC 1950) of stored deflate blocks (RFC 1951,
    /// section 3.2.4), each of at most 65,535 bytes.
    private static func storedZlib(_ data: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: data.count, by: 65_535) {
            let block = data[start..<min(start + 65_535, data.count)]
            let length = UInt16(block.count)
            stream.append(start + block.count == data.count ? 1 : 0)
            for word in [length, ~length] { stream += [UInt8(word & 0xFF), UInt8(word >> 8)] }
            stream += block
        }
        return stream + adler32(data).bigEndianBytes
    }

    /// RFC 1950, section 8.2.
    private static func adler32(_ data: [UInt8]) -> UInt32 {
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in data {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }

    /// ISO/IEC 15948, annex D, bit by bit: a few tens of kilobytes need no table.
    private static func crc32(_ data: [UInt8]) -> UInt32 {
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in data {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder >> 1 ^ (0xEDB8_8320 & (0 &- (remainder & 1))) }
        }
        return ~remainder
    }
}

extension UInt32 {
    fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian, Array.init) }
}
