import Foundation
import Scratch
import TestSupport

/// Programs that are not ours, run beside the server that answers in this process.
enum OtherProgram {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    struct Run: Sendable {
        let status: Int32
        /// Standard output and standard error, as they came.
        let output: String
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// By the Python of `make setup`, or of `USHER_TEST_PYTHON`.
    static func python(_ arguments: [String]) async throws -> Run {
        let named = ProcessInfo.processInfo.environment["USHER_TEST_PYTHON"]
        let python = named ?? root.appending(path: ".build/venv/bin/python3").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Missing(description: "No Python at \(python): run `make setup`, or name one by USHER_TEST_PYTHON.")
        }
        return try await run(python, arguments, in: try TestFolder())
    }

    static func run(
        _ program: String, _ arguments: [String], in folder: TestFolder, environment: [String: String] = [:]
    ) async throws -> Run {
        let file = URL(filePath: folder.path + "/output")
        try Data().write(to: file)
        let output = try FileHandle(forWritingTo: file)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = ProcessInfo.processInfo.environment.merging(["NO_COLOR": "1", "COLUMNS": "120"]) { $1 }
            .merging(environment) { $1 }
        process.standardOutput = output
        process.standardError = output
        // Nothing may block one of the threads on which the server answers.
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return Run(status: status, output: String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }
}
