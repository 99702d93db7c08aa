public import Basics
public import Logging

/// A log of one JSON object a line, for whatever collects it.
public struct JSONLog: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    public var logLevel: Logger.Level
    /// What tells the time of a line.
    private let now: @Sendable () -> Timestamp
    private let writer: LogWriter

    public init(
        logLevel: Logger.Level, now: @escaping @Sendable () -> Timestamp, to writer: LogWriter = .standardError
    ) {
        self.logLevel = logLevel
        self.now = now
        self.writer = writer
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var members: [(String, JSON)] = [
            ("time", JSON(now())), ("level", .string(event.level.rawValue)), ("message", .string("\(event.message)")),
        ]
        if let error = event.error { members.append(("error", .string("\(error)"))) }
        for part in [metadata, metadataProvider?.get() ?? [:], event.metadata ?? [:]] {
            // The framework's name for what is `request` in ours.
            for (key, value) in part where key != "hb.request.id" { members.append((key, Self.json(value))) }
        }
        writer.write(Self.line(JSON.Members(members) { $1 })) { lost in
            Self.line([
                "time": JSON(now()), "level": .string(Logger.Level.error.rawValue), "lines": .integer(Int64(lost)),
                "message": "lines of the log are lost: whoever collects it has stopped reading",
            ])
        }
    }

    private static func line(_ members: JSON.Members) -> [UInt8] {
        JSON.object(members).bytes(pretty: false) + [UInt8(ascii: "\n")]
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
