package import Basics
package import Foundation
import Records

/// The trail as a table.
extension AuditEntry {
    private static let csvNames = [
        "sequence", "at", "actor", "onBehalfOf", "action", "organization", "request", "subject", "detail",
        "previousHash", "hash",
    ]

    package static var csvHeading: Data { csv(csvNames) }

    package var csvRow: Data { Self.csvRow(of: json) }

    /// - Parameter document: of an entry, from here or from a server.
    package static func csvRow(of document: JSON) -> Data {
        csv(csvNames.map { document[$0].text ?? document[$0].number.map(String.init) ?? "" })
    }

    /// One row of RFC 4180.
    ///
    /// A cell that a spreadsheet would take for a formula gets an apostrophe in front (ASVS
    /// 1.2.10): details hold what people typed.
    private static func csv(_ cells: [String]) -> Data {
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
