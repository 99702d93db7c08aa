public import Basics
public import Foundation
public import Records

/// The trail as a table.
extension AuditEntry {
    private static let csvNames = [
        "sequence", "at", "actor", "onBehalfOf", "action", "organization", "request", "subject", "detail",
        "previousHash", "hash",
    ]

    public static var csvHeading: Data { SeparatedLine.of(csvNames) }

    public var csvRow: Data { Self.csvRow(of: json) }

    /// - Parameter document: of an entry, from here or from a server.
    public static func csvRow(of document: JSON) -> Data {
        SeparatedLine.of(csvNames.map { document[$0].text ?? document[$0].number.map(String.init) ?? "" })
    }
}
