import Foundation
import Testing

/// `usher serve` on an office's data folder.
///
/// Its clock runs by itself from where it was started. When a test moves time forward, the next command finds a server
/// that was started anew: what was promised to a person must survive that, too.
actor ServedUsher {
    private let usher: CommandLineProgram
    private var running: (process: Process, address: String, era: Int)?
    /// The same port again, whenever it is started anew: sessions are kept by address.
    private var port = "0"
    private var starting: (era: Int, task: Task<String, any Error>)?

    init(_ usher: CommandLineProgram) { self.usher = usher }

    /// The address of a server of this era.
    ///
    /// - Parameters:
    ///   - era: another one whenever the test has moved the clock.
    ///   - instant: what the clock of a new server begins with.
    ///   - launching: called right before a new server is started.
    func address(
        era: Int, environment: [String: String], at instant: String, launching: @escaping @Sendable () -> Void
    ) async throws -> String {
        if let running, running.era == era { return running.address }
        if let starting, starting.era == era { return try await starting.task.value }
        let old = running?.process
        running = nil
        let task = Task {
            if let old { await Self.stop(old) }
            launching()
            return try await self.start(era, environment.merging(["USHER_NOW": instant]) { $1 })
        }
        starting = (era, task)
        return try await task.value
    }

    private func start(_ era: Int, _ environment: [String: String]) async throws -> String {
        let process = Process()
        process.executableURL = usher.program
        process.arguments = ["serve", "--listen", "127.0.0.1:\(port)"]
        process.environment = usher.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let complaints = Pipe()
        process.standardError = complaints
        try process.run()
        let address = try await withCheckedThrowingContinuation { continuation in
            Thread { Self.listen(to: complaints, of: process, continuation) }.start()
        }
        running = (process, address, era)
        port = address.split(separator: ":").last.map(String.init) ?? "0"
        return address
    }

    /// Resumes when the server says where it listens, and reads on: a server that fills the pipe would wait for ever.
    ///
    /// The pipe is held to the end: else its number would be that of the next server's, and we would read that one's.
    private static func listen(
        to pipe: Pipe, of process: Process, _ continuation: CheckedContinuation<String, any Error>
    ) {
        var waiting: CheckedContinuation<String, any Error>? = continuation
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(pipe.fileHandleForReading.fileDescriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            guard let resume = waiting else { continue }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            guard let found = text.firstMatch(of: #/"message":"serving".*"url":"(http:[^"]+)".*\n/#) else { continue }
            resume.resume(returning: String(found.1))
            waiting = nil
        }
        guard let waiting else { return }
        process.waitUntilExit()
        let end = "\(process.terminationReason == .exit ? "code" : "signal") \(process.terminationStatus)"
        waiting.resume(
            throwing: CommandLineProgram.Missing(description: "usher serve did not start (\(end)): \(text)"))
    }

    func stop() async {
        guard let running else { return }
        self.running = nil
        starting = nil
        await Self.stop(running.process)
    }

    private static func stop(_ process: Process) async {
        await withCheckedContinuation { continuation in
            Thread {
                if process.isRunning { process.terminate() }
                process.waitUntilExit()
                continuation.resume()
            }.start()
        }
    }

    deinit { running?.process.terminate() }
}
