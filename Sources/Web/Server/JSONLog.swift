public import Basics
public import Logging
import SystemPackage

/// A log of one JSON object a line on standard error, for whatever collects it.
public struct JSONLog: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    public var logLevel: Logger.Level
    /// What tells the time of a line.
    private let now: @Sendable () -> Timestamp

    public init(logLevel: Logger.Level, now: @escaping @Sendable () -> Timestamp) {
        self.logLevel = logLevel
        self.now = now
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var members: JSON.Members = [
            "time": JSON(now()), "level": .string(event.level.rawValue), "message": .string("\(event.message)"),
        ]
        if let error = event.error { members["error"] = .string("\(error)") }
        for part in [metadata, metadataProvider?.get() ?? [:], event.metadata ?? [:]] {
            // The framework's name for what is `request` in ours.
            for (key, value) in part where key != "hb.request.id" { members[key] = Self.json(value) }
        }
        // One write for a line, so that those of several threads are not
        // mixed. A log that cannot be written is lost.
        let line = JSON.object(members).bytes(pretty: false) + [UInt8(ascii: "\n")]
        _ = try? FileDescriptor.standardError.writeAll(line)
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSON {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let number as Int): .integer(Int64(number))
        case .stringConvertible(let value): Int64("\(value)").map(JSON.integer) ?? .string("\(value)")
        case .array(let values): .array(values.map(json))
        case .dictionary(let values): .object(JSON.Members(values.mapValues(json)))
        }
    }
}
