import CPQ
import Foundation
import Glibc

/// One connection to a server, on which statements are sent together and answered in turn.
///
/// Nothing waits for ever: what has not been answered by its deadline ends the connection.
/// Used by one thread at a time.
final class Wire {
    /// One statement as it goes over the wire.
    struct Message {
        enum Kind {
            /// Parses the text, to be run by its name later.
            case prepare(name: String)
            case runPrepared(name: String)
            case run
        }

        let kind: Kind
        let text: String
        var values: [SQLValue] = []
    }

    private let handle: OpaquePointer
    /// How long an answer may take, in seconds.
    private let patience: Double
    /// Whether nothing more can be said.
    var isBroken = false

    /// - Parameter keywords: parameters of libpq, later ones over earlier; `dbname` may be a URL.
    /// - Throws: `PostgreSQLError`.
    init(_ keywords: [(name: String, value: String)], patience: Double) throws {
        var names = keywords.map { strdup($0.name).map { UnsafePointer($0) } } + [nil]
        var values = keywords.map { strdup($0.value).map { UnsafePointer($0) } } + [nil]
        defer { for text in names + values { free(UnsafeMutablePointer(mutating: text)) } }
        guard let handle = PQconnectdbParams(&names, &values, 1) else { throw PostgreSQLError.lost("out of memory") }
        self.handle = handle
        self.patience = patience
        guard PQstatus(handle) == CONNECTION_OK else { throw refusal() }
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else { throw refusal() }
    }

    deinit { PQfinish(handle) }

    /// libpq knows no code for what keeps a connection from being made, but for what the server says.
    private func refusal() -> PostgreSQLError {
        let message = String(cString: PQerrorMessage(handle))
        let known = [
            ("password authentication failed", "28P01"), ("no password supplied", "28P01"),
            ("no pg_hba.conf entry", "28000"), ("too many connections", "53300"), ("too many clients", "53300"),
            ("remaining connection slots", "53300"), ("certificate", "28000"),
            ("server is in hot standby mode", "25006"), ("session is read-only", "25006"),
        ]
        if let state = known.first(where: { message.contains($0.0) })?.1 {
            return PostgreSQLError(state: state, message: message)
        }
        if message.contains("database \""), message.contains("does not exist") {
            return PostgreSQLError(state: "3D000", message: message)
        }
        if message.contains("role \""), message.contains("does not exist") {
            return PostgreSQLError(state: "28000", message: message)
        }
        return .lost(message)
    }

    /// The process of the server at the other end, as the start of the connection said.
    ///
    /// A pooler tells a number of its own.
    var process: Int32 { PQbackendPID(handle) }

    /// Sends messages together, and waits for the answers to all of them: the server
    /// runs none after one that failed.
    ///
    /// - Throws: `PostgreSQLError` if the connection is lost; what the server refused is in its answer.
    func exchange(_ messages: [Message]) throws -> [Answer] {
        guard !isBroken else { throw PostgreSQLError.lost("") }
        do {
            for message in messages { try send(message) }
            guard PQpipelineSync(handle) == 1 else { throw PostgreSQLError.lost(lastWords) }
            let deadline = Deadline(seconds: patience)
            try flush(by: deadline)
            let answers = try messages.map { _ in try answer(by: deadline) }
            _ = try next(by: deadline)
            return answers
        } catch {
            isBroken = true
            throw error
        }
    }

    private var lastWords: String { String(cString: PQerrorMessage(handle)) }

    private func send(_ message: Message) throws {
        let sent =
            switch message.kind {
            case .prepare(let name): PQsendPrepare(handle, name, message.text, 0, nil)
            case .runPrepared(let name):
                Parameters(message.values).withPointers { count, values, lengths, formats in
                    PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1)
                }
            case .run:
                Parameters(message.values).withPointers { count, values, lengths, formats in
                    PQsendQueryParams(handle, message.text, count, nil, values, lengths, formats, 1)
                }
            }
        guard sent == 1 else { throw PostgreSQLError.lost(lastWords) }
    }

    private func flush(by deadline: Deadline) throws {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                // The server may have to be listened to before it takes more.
                try wait(for: Int16(POLLIN | POLLOUT), by: deadline)
                guard PQconsumeInput(handle) == 1 else { throw PostgreSQLError.lost(lastWords) }
            default: throw PostgreSQLError.lost(lastWords)
            }
        }
    }

    /// The answer to the next message.
    private func answer(by deadline: Deadline) throws -> Answer {
        guard let first = try next(by: deadline) else { throw PostgreSQLError.lost(lastWords) }
        while try next(by: deadline) != nil {}
        return first
    }

    private func next(by deadline: Deadline) throws -> Answer? {
        while PQisBusy(handle) == 1 {
            try wait(for: Int16(POLLIN), by: deadline)
            guard PQconsumeInput(handle) == 1 else { throw PostgreSQLError.lost(lastWords) }
        }
        guard let result = PQgetResult(handle) else {
            guard PQstatus(handle) == CONNECTION_OK else { throw PostgreSQLError.lost(lastWords) }
            return nil
        }
        return Answer(result)
    }

    private func wait(for events: Int16, by deadline: Deadline) throws {
        var descriptor = pollfd(fd: PQsocket(handle), events: events, revents: 0)
        while true {
            let left = deadline.millisecondsLeft
            guard left > 0 else { throw PostgreSQLError.lost("no answer within \(patience) s") }
            let count = poll(&descriptor, 1, left)
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw PostgreSQLError.lost(String(cString: strerror(errno))) }
        }
    }
}

private struct Deadline {
    private let end: ContinuousClock.Instant

    init(seconds: Double) { end = .now + .seconds(seconds) }

    var millisecondsLeft: Int32 {
        let left = (end - .now) / .milliseconds(1)
        return left <= 0 ? 0 : Int32(min(left.rounded(.up), 3_600_000))
    }
}

/// Values as libpq takes them: numbers and texts as text, whose type the server finds out; bytes as they are.
private struct Parameters {
    private var bytes: [UInt8] = []
    private var places: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(_ values: [SQLValue]) {
        for value in values {
            places.append(bytes.count)
            switch value {
            case .integer(let number): bytes += String(number).utf8
            case .text(let text): bytes += text.utf8
            case .blob(let blob): bytes += blob
            case .null: places[places.count - 1] = nil
            }
            lengths.append(Int32(bytes.count - (places[places.count - 1] ?? bytes.count)))
            if case .blob = value { formats.append(1) } else { formats.append(0) }
            // Texts end so; of bytes libpq knows the length.
            bytes.append(0)
        }
    }

    func withPointers<Result>(
        _ body: (Int32, [UnsafePointer<CChar>?], [Int32], [Int32]) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { raw in
            let start = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = places.map { place in place.flatMap { offset in start.map { UnsafePointer($0 + offset) } } }
            return body(Int32(places.count), values, lengths, formats)
        }
    }
}
