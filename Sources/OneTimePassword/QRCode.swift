import CQREncode

/// A QR code (ISO/IEC 18004, error correction level M) by libqrencode.
///
/// What it shows usually contains a secret, so it is drawn in
/// memory and never written to a file by itself.
public struct QRCode: Sendable {
    /// The text is empty, contains a NUL, or exceeds what version 40 holds.
    public enum Refusal: Error, Equatable { case unencodable }

    /// Light modules that the standard asks for on every side.
    public static let quietZone = 4

    /// Modules on a side, without the quiet zone.
    public let size: Int
    /// Row by row, true is dark.
    private let modules: [Bool]

    public init(_ text: String) throws(Refusal) {
        guard !text.utf8.contains(0) else { throw .unencodable }
        // Mixed modes: the secret in capitals takes less room than as bytes,
        // so the picture stays small on a terminal.
        guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else { throw .unencodable }
        defer { QRcode_free(code) }
        size = Int(code.pointee.width)
        // The lowest bit is the colour; the others say what the module is for.
        modules = UnsafeBufferPointer(start: code.pointee.data, count: size * size).map { $0 & 1 == 1 }
    }

    /// Whether a module is dark; counted with the quiet zone, and light everywhere outside.
    func isDark(row: Int, column: Int) -> Bool {
        let (row, column) = (row - Self.quietZone, column - Self.quietZone)
        guard (0..<size).contains(row), (0..<size).contains(column) else { return false }
        return modules[row * size + column]
    }

    /// Modules on a side, with the quiet zone.
    var fullSize: Int { size + 2 * Self.quietZone }
}

extension QRCode {
    /// Two rows of modules per line of half blocks, with the quiet zone.
    ///
    /// - Parameter colours: Black on white by escape codes, whatever the theme of the
    ///   terminal. Without, light modules are the drawn ones, which is right on a dark
    ///   terminal; most scanners read the inverse on a light one.
    public func terminal(colours: Bool) -> String {
        // Entries 16 and 231 of the 256-colour palette: themes redefine only the first sixteen.
        let start = colours ? "\u{1B}[38;5;231;48;5;16m" : ""
        let end = colours ? "\u{1B}[0m" : ""
        return stride(from: 0, to: fullSize, by: 2).map { row in
            let line = (0..<fullSize).map { column -> Character in
                switch (isDark(row: row, column: column), isDark(row: row + 1, column: column)) {
                case (false, false): "█"
                case (false, true): "▀"
                case (true, false): "▄"
                case (true, true): " "
                }
            }
            return start + String(line) + end + "\n"
        }.joined()
    }

    /// One unit per module, so that it stays crisp at any size; no script, no
    /// style, no reference to anything outside.
    public var svg: String {
        var path = ""
        for row in 0..<fullSize {
            var column = 0
            while column < fullSize {
                let start = column
                while isDark(row: row, column: column) { column += 1 }
                if column > start { path += "M\(start) \(row)h\(column - start)v1h-\(column - start)z" }
                column += 1
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(fullSize) \(fullSize)" shape-rendering="crispEdges">
            <rect width="\(fullSize)" height="\(fullSize)" fill="#fff"/><path d="\(path)" fill="#000"/></svg>

            """
    }
}
