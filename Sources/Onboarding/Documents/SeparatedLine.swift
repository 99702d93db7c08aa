import Foundation

/// One row of RFC 4180.
///
/// A cell that a spreadsheet would take for a formula gets an apostrophe in front (ASVS
/// 1.2.10): cells hold what people typed.
enum SeparatedLine {
    static func of(_ cells: [String]) -> Data {
        let written = cells.map { cell -> String in
            let starters: [Unicode.Scalar] = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
            let isFormula = cell.unicodeScalars.first.map(starters.contains) ?? false
            let text = isFormula ? "'" + cell : cell
            let needsQuotes = text.unicodeScalars.contains { ["\"", ",", "\r", "\n"].contains($0) }
            return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
        }
        return Data((written.joined(separator: ",") + "\r\n").utf8)
    }
}
