package import Basics
import Foundation
package import Logging

/// A log of one JSON object a line on standard error, for whatever collects it.
package struct JSONLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    /// What tells the time of a line.
    private let now: @Sendable () -> Timestamp

    package init(logLevel: Logger.Level, now: @escaping @Sendable () -> Timestamp) {
        self.logLevel = logLevel
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var members: [String: JSON] = [
            "time": JSON(now()), "level": .string(event.level.rawValue), "message": .string("\(event.message)"),
        ]
        if let error = event.error { members["error"] = .string("\(error)") }
        for part in [metadata, metadataProvider?.get() ?? [:], event.metadata ?? [:]] {
            // The framework's name for what is `request` in ours.
            for (key, value) in part where key != "hb.request.id" { members[key] = Self.json(value) }
        }
        // One write for a line, so that those of several threads are not
        // mixed. A log that cannot be written is lost.
        var line = JSON.object(members).data(pretty: false)
        line.append(UInt8(ascii: "\n"))
        try? FileHandle.standardError.write(contentsOf: line)
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSON {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let number as Int): .integer(Int64(number))
        case .stringConvertible(let value): Int64("\(value)").map(JSON.integer) ?? .string("\(value)")
        case .array(let values): .array(values.map(json))
        case .dictionary(let values): .object(values.mapValues(json))
        }
    }
}
