import Basics
import Foundation
import Logging

/// A log of one JSON object a line on standard error, for whatever collects it.
struct JSONLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level
    /// What tells the time of a line.
    let now: @Sendable () -> Timestamp

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var members: [String: JSON] = [
            "time": JSON(now()), "level": .string(event.level.rawValue), "message": .string("\(event.message)"),
        ]
        if let error = event.error { members["error"] = .string("\(error)") }
        let all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
        // The framework's name for what is `request` in ours.
        for (key, value) in all where key != "hb.request.id" { members[key] = Self.json(value) }
        // One write for a line, so that those of several threads are not
        // mixed. A log that cannot be written is lost.
        let line = JSON.object(members).data(pretty: false)
        try? FileHandle.standardError.write(contentsOf: line + Data("\n".utf8))
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSON {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): Int64("\(value)").map(JSON.integer) ?? .string("\(value)")
        case .array(let values): .array(values.map(json))
        case .dictionary(let values): .object(values.mapValues(json))
        }
    }
}
