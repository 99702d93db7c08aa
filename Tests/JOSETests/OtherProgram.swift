import Basics
import Foundation
import Scratch

/// Programs that are not ours, run to their end.
enum OtherProgram {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// By the Python of `make setup`, or of `USHER_TEST_PYTHON`.
    static func meet(_ word: String, _ input: JSON = .null) throws -> String {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["USHER_TEST_PYTHON"]
        let python = named ?? here.appending(path: "../../.build/venv/bin/python3").standardized.path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Failed(description: "No Python at \(python): run `make setup`, or name one by USHER_TEST_PYTHON.")
        }
        return try run(python, ["-B", here.appending(path: "meet.py").path, word], input: input.data())
    }

    /// - Returns: what it wrote to standard output.
    /// - Throws: `Failed`, with what it complained of.
    @discardableResult
    static func run(_ program: String, _ arguments: [String], input: Data = Data()) throws -> String {
        let folder = try TestFolder()
        for name in ["input", "output", "complaint"] {
            try (name == "input" ? input : Data()).write(to: folder.url.appending(path: name))
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        // Files, and not pipes: neither side waits for the other to read.
        process.standardInput = try FileHandle(forReadingFrom: folder.url.appending(path: "input"))
        process.standardOutput = try FileHandle(forWritingTo: folder.url.appending(path: "output"))
        process.standardError = try FileHandle(forWritingTo: folder.url.appending(path: "complaint"))
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let complaint = try String(contentsOf: folder.url.appending(path: "complaint"), encoding: .utf8)
            throw Failed(description: "\(program) \(arguments.first ?? ""): \(process.terminationStatus) \(complaint)")
        }
        return try String(contentsOf: folder.url.appending(path: "output"), encoding: .utf8)
    }
}
