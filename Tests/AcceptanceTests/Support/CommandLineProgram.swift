import Foundation
import Scratch
import Testing

/// The built `usher`, run as a user runs it, on a data folder of one test's own that is gone with the test.
///
/// The environment is minimal: nothing of the machine's own configuration reaches the program.
final class CommandLineProgram: Sendable {
    /// What one run left behind.
    struct Result: Sendable, CustomStringConvertible {
        let arguments: [String]
        let code: Int32
        let output: String
        let error: String
        /// From start to end, without the wait for a place among those that run.
        let seconds: Double

        /// Standard output as one JSON document.
        func document() throws -> Document { try Document(parsing: output) }

        /// Standard error as one JSON document: how failures are told under `--json`.
        func fault() throws -> Document { try Document(parsing: error)["error"] }

        /// For the message of an expectation that failed.
        var description: String {
            "\(arguments.joined(separator: " ")) ended with \(code)\n--- output\n\(output)\n--- error\n\(error)"
        }
    }

    private let scratch: TestFolder
    /// Parent of everything that the test writes; private to this user, as the data folder must be.
    var folder: URL { scratch.url }
    /// The data folder, `USHER_DATA` of every run; made by `usher init`.
    var data: URL { folder.appending(path: "data") }
    let program: URL
    private let database: TestDatabase

    init() throws {
        scratch = try TestFolder()
        program = try Self.builtProgram()
        database = try TestDatabase(in: scratch.url.appending(path: "data"))
    }

    /// A copy of the data, which no program has open.
    init(copying other: CommandLineProgram) throws {
        scratch = try TestFolder()
        program = other.program
        database = try TestDatabase(in: scratch.url.appending(path: "data"), template: other.database.place)
        try FileManager.default.copyItem(at: other.data, to: data)
    }

    /// Of every run, if nothing else is said.
    var environment: [String: String] {
        ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TZ": "UTC", "USHER_DATA": data.path].merging(
            database.environment
        ) { $1 }
    }

    func path(_ name: String) -> String { scratch.path(name) }

    /// Writes a file into the test's folder, making the folders on the way, and returns its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// Runs to the end, safely many times at once.
    ///
    /// - Parameters:
    ///   - input: standard input; its end follows.
    ///   - environment: over `PATH`, `HOME`, `TZ`, `USHER_DATA`; an empty value leaves a variable out.
    func run(
        _ arguments: String..., input: String = "", environment: [String: String] = [:]
    ) async throws -> Result {
        try await run(arguments, input: input, environment: environment)
    }

    func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) async throws -> Result {
        try await launch(program, arguments, input, environment)
    }

    /// Runs a program that is not ours, in the same folder and environment: `openssl`, `bash`.
    ///
    /// - Throws: `Missing` if it is not installed.
    func run(tool path: String, _ arguments: String..., input: String = "") async throws -> Result {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "\(path) is not installed. Run: make setup")
        }
        return try await launch(URL(filePath: path), arguments, input, [:])
    }

    /// A path, or a URL.
    var databasePlace: String { database.place }

    /// Runs statements on the database behind the program's back.
    ///
    /// - Returns: The rows of a query, columns by `|`.
    @discardableResult
    func sql(_ statements: String) throws -> String { try database.tamper([statements]) }

    /// Of the shell, to run the statement that follows.
    var query: String {
        database.isFile ? "sqlite3 '\(database.place)'" : "psql --no-psqlrc -qtA '\(database.place)' -c"
    }

    /// The same, without the triggers that keep honest programs from rewriting the past.
    func rewrite(_ statements: String) throws { try database.rewrite([statements]) }

    /// Every byte of the database.
    func databaseBytes() throws -> Data { try database.bytes() }

    /// Enough to keep a machine busy; more would only make each other late.
    private static let gate = Gate(width: max(8, ProcessInfo.processInfo.activeProcessorCount * 2))

    /// - Parameter isCrowd: not counted among the programs that may run at once, for tests of what many do.
    func launch(
        _ executable: URL, _ arguments: [String], _ input: String, _ environment: [String: String],
        isCrowd: Bool = false
    ) async throws -> Result {
        if isCrowd { return try await perform(executable, arguments, input, environment) }
        return try await Self.gate.pass { try await self.perform(executable, arguments, input, environment) }
    }

    private func perform(
        _ executable: URL, _ arguments: [String], _ input: String, _ environment: [String: String]
    ) async throws -> Result {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = self.environment.merging(environment) { _, given in given }.filter { !$0.value.isEmpty }
        let (output, complaints) = (Drain(), Drain())
        let start = ProcessInfo.processInfo.systemUptime
        let given = try standardInput(input)
        process.standardInput = given
        process.standardOutput = output.pipe
        process.standardError = complaints.pipe
        // Both at once: a program that fills one pipe while we wait at the other would wait for ever.
        async let text = output.text()
        async let complaint = complaints.text()
        let code: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                // Our ends of the pipes, so that the readers see an end too.
                output.abandon()
                complaints.abandon()
                continuation.resume(throwing: error)
            }
        }
        let (printed, complained) = await (text, complaint)
        // Foundation keeps finished processes for a while, and all of them together would use up the descriptors.
        try given.close()
        return Result(
            arguments: arguments, code: code, output: printed, error: complained,
            seconds: ProcessInfo.processInfo.systemUptime - start)
    }

    /// A file without a name, and no pipe: a program that ends without reading its input would kill us by SIGPIPE.
    private func standardInput(_ text: String) throws -> FileHandle {
        var template = Array(path("input-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Missing(description: "mkstemp failed: \(String(cString: strerror(errno)))") }
        unlink(template)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.seek(toOffset: 0)
        return handle
    }
}

extension CommandLineProgram {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Beside the test bundle, where the same build put it; else in the checkout.
    private static func builtProgram() throws -> URL {
        let bundle = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let candidates = [
            bundle.appending(path: "usher"), Bundle.main.bundleURL.appending(path: "usher"),
            checkout.appending(path: ".build/debug/usher"),
        ]
        guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
            let places = candidates.map(\.path).joined(separator: ", ")
            throw Missing(description: "The program was not built; looked for \(places). Run: swift build")
        }
        return found
    }
}

/// Reads a pipe to its end on a thread of its own, since reading blocks.
private final class Drain: Sendable {
    let pipe = Pipe()

    func text() async -> String {
        let handle = pipe.fileHandleForReading
        return await withCheckedContinuation { continuation in
            Thread {
                let bytes = Self.bytes(of: handle)
                // Nothing is left to read; a descriptor that is closed already is what we want.
                try? handle.close()
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }.start()
        }
    }

    /// Read by hand: Foundation's own reading stops the whole process when a signal interrupts it.
    private static func bytes(of handle: FileHandle) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(handle.fileDescriptor, &buffer, buffer.count)
            if count > 0 { bytes += buffer[..<count] } else if count == 0 || errno != EINTR { return bytes }
        }
    }

    /// Closes the writing end that no program took over.
    func abandon() { try? pipe.fileHandleForWriting.close() }
}
