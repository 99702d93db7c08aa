import Foundation

/// A program that is not ours, run to its end.
public enum Tool {
    public struct Refusal: Error, CustomStringConvertible {
        public let description: String
    }

    /// - Returns: What it printed, complaints too.
    /// - Throws: `Refusal` with that, if it failed.
    @discardableResult
    static func run(_ program: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Refusal(description: "\(arguments): \(text)") }
        return text
    }
}

/// A program of a script, which prints a line when it is ready and ends with its input: with this object, or this process.
final class Companion: Sendable {
    /// What it printed when it was ready.
    let greeting: String
    private let orders: FileHandle
    private let replies: FileHandle
    private let process = Process()

    /// - Parameter script: beside this file.
    init(_ script: String, _ arguments: [String]) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: script)
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [file.path] + arguments
        process.standardInput = input
        process.standardOutput = output
        (orders, replies) = (input.fileHandleForWriting, output.fileHandleForReading)
        try process.run()
        // No waiting by the clock.
        greeting = String(decoding: replies.availableData, as: UTF8.self).trimmingCharacters(in: .newlines)
        guard !greeting.isEmpty else { throw Tool.Refusal(description: "\(script) did not start. Run: make setup") }
    }

    deinit { try? orders.close() }

    /// - Throws: `Tool.Refusal` unless it answers by the same line.
    func order(_ word: String) throws {
        try orders.write(contentsOf: Data("\(word)\n".utf8))
        let reply = String(decoding: replies.availableData, as: UTF8.self)
        guard reply == "\(word)\n" else { throw Tool.Refusal(description: "it does not \(word): \(reply)") }
    }
}
