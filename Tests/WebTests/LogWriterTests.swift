import Basics
import Logging
import SystemPackage
import TestSupport
import Testing

@testable import Web

@Suite("The log waits for nobody", .timeLimit(.minutes(60)))
struct LogWriterTests {
    @Test("Lines are whole and in order, and none is lost where somebody reads")
    func lines() throws {
        let pipe = try LogPipe(greatestBytes: 1_000_000)
        for number in 0..<100 { pipe.log(number) }
        pipe.writer.flush()
        #expect(try pipe.read() == Array(0..<100).map { .number($0) })
    }

    @Test("Nobody reads: whoever logs goes on, and the gap is told to whoever reads again, with its exact size")
    func gap() throws {
        // More than a pipe holds, far less than is logged.
        let pipe = try LogPipe(greatestBytes: 200_000)
        var logged = 0
        while logged < 20_000 {
            pipe.log(logged)
            logged += 1
        }
        var lines: [LogPipe.Line] = []
        while true {
            lines += try pipe.read()
            if lines.last == .number(logged - 1) { break }
            // What is logged while it is being read finds room at some time.
            pipe.log(logged)
            logged += 1
        }
        var next = 0
        var gaps = 0
        for line in lines {
            switch line {
            case .number(let number):
                #expect(number == next)
                next += 1
            case .lost(let count):
                gaps += 1
                next += count
            }
        }
        #expect(gaps > 0)
    }
}

/// A log at whose other end somebody reads when told to.
private final class LogPipe {
    enum Line: Equatable {
        case number(Int)
        case lost(Int)
    }

    let writer: LogWriter
    private let logger: Logger
    private let ends: (readEnd: FileDescriptor, writeEnd: FileDescriptor)
    private var rest: [UInt8] = []

    init(greatestBytes: Int) throws {
        ends = try FileDescriptor.pipe()
        let writer = LogWriter(to: ends.writeEnd, greatestBytes: greatestBytes)
        self.writer = writer
        logger = Logger(label: "test") { _ in
            JSONLog(logLevel: .info, now: { Timestamp(seconds: 1_800_000_000) }, to: writer)
        }
    }

    func log(_ number: Int) { logger.info("line", metadata: ["number": .stringConvertible(number)]) }

    /// Some of what is there, at least a line.
    func read() throws -> [Line] {
        var lines: [Line] = []
        repeat {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = try bytes.withUnsafeMutableBytes { try ends.readEnd.read(into: $0) }
            rest += bytes[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let document = try JSON(reading: rest[..<end], limits: JSON.Limits(values: 100))
                rest.removeSubrange(...end)
                if case .integer(let number) = document["number"] { lines.append(.number(Int(number))) }
                if case .integer(let count) = document["lines"] { lines.append(.lost(Int(count))) }
            }
        } while lines.isEmpty
        return lines
    }

    deinit {
        writer.flush()
        try? ends.readEnd.close()
        try? ends.writeEnd.close()
    }
}
