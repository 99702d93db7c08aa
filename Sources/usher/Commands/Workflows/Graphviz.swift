import Basics
import Dispatch
import Foundation

/// The program `dot`, which lays pictures out.
enum Graphviz {
    /// - Returns: an SVG document.
    /// - Throws: `Fault.Code.unavailable` if `dot` is not installed or fails.
    static func svg(of dot: String) throws -> Data {
        guard let program = find() else {
            throw Fault(
                .unavailable,
                "SVG is drawn by Graphviz, and its program dot is not installed. On Debian: apt-get install graphviz. "
                    + "Or take --format dot or --format mermaid, which need nothing.")
        }
        // Files without a name, and no pipes: a program that ends early cannot
        // kill us, and two full pipes cannot block.
        let (input, output, complaints) = (try scratch(), try scratch(), try scratch())
        try input.write(contentsOf: Data(dot.utf8))
        try input.seek(toOffset: 0)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["-Tsvg"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = complaints
        do { try process.run() } catch {
            throw Fault(.unavailable, "\(program) cannot be started.", cause: error)
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            try complaints.seek(toOffset: 0)
            let reason = String(decoding: try complaints.readToEnd() ?? Data(), as: UTF8.self)
            throw Fault(
                .unavailable,
                "\(program) failed (\(process.terminationStatus)). "
                    + "\(reason.trimmingCharacters(in: .whitespacesAndNewlines))"
            )
        }
        try output.seek(toOffset: 0)
        return try output.readToEnd() ?? Data()
    }

    /// The same on a thread that may wait.
    static func drawn(_ dot: String) async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try svg(of: dot) }) }
        }
    }

    private static func find() -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/dot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func scratch() throws -> FileHandle {
        var template = Array((NSTemporaryDirectory() + "/usher-dot-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw Fault(.unavailable, "No temporary file can be made: \(String(cString: strerror(errno))).")
        }
        unlink(template)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}
