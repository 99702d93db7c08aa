import Basics
import Foundation
import LifecycleRig
import Scratch
import Testing

/// One process of `CrashDriver`, from its start to its violent end.
struct Victim {
    struct Acknowledgement: Hashable {
        let request: RequestID
        let call: Lifecycle.Call
    }

    /// When to strike.
    struct Moment: CustomStringConvertible {
        /// Acknowledgements to wait for: none strikes at the start, while it recovers.
        let lines: Int
        let thenMicroseconds: UInt32

        /// - Parameter most: acknowledgements to wait for.
        init(most: Int, using generator: inout SplitMix) {
            lines = Int.random(in: 0...most, using: &generator)
            thenMicroseconds = UInt32.random(in: 0..<(lines == 0 ? 400_000 : 8_000), using: &generator)
        }

        init(using generator: inout SplitMix) {
            lines = Int.random(in: 0..<6, using: &generator) == 0 ? 0 : Int.random(in: 1...60, using: &generator)
            // A start takes some hundred milliseconds, a commit one.
            thenMicroseconds = UInt32.random(in: 0..<(lines == 0 ? 400_000 : 8_000), using: &generator)
        }

        var description: String { "after \(lines) acknowledgements and \(thenMicroseconds) µs" }
    }

    private let process = Process()
    private let output = Pipe()

    /// - Parameter version: to migrate to; nil runs lifecycles.
    init(of witness: Witness, round: Int, version: Int? = nil) throws {
        // Beside the program that runs the tests, where the package's products are.
        let products = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent()
        process.executableURL = products.appending(path: "CrashDriver")
        process.environment = ProcessInfo.processInfo.environment.merging(witness.database.environment) { $1 }
        process.arguments = [witness.folder, String(round)] + (version.map { [String($0)] } ?? [])
        process.standardOutput = output
        try process.run()
    }

    /// Kills it at the moment; blocks, so not on a cooperative thread.
    ///
    /// - Returns: every line in which it acknowledged something.
    private func strike(at moment: Moment) throws -> [[String]] {
        var bytes: [UInt8] = []
        let input = output.fileHandleForReading
        while bytes.count(where: { $0 == 0x0A }) < moment.lines {
            let more = input.availableData
            if more.isEmpty { break }
            bytes += more
        }
        usleep(moment.thenMicroseconds)
        kill(process.processIdentifier, SIGKILL)
        while case let more = input.availableData, !more.isEmpty { bytes += more }
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: " ").map(String.init)
        }
    }

    private func struck(at moment: Moment) async throws -> [[String]] {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "victim").async {
                continuation.resume(with: Result { try strike(at: moment) })
            }
        }
    }

    func killed(at moment: Moment) async throws -> [Acknowledgement] {
        let lines = try await struck(at: moment)
        #expect(process.terminationReason == .uncaughtSignal, "it ended by itself before it was killed \(moment)")
        return try lines.map { words in
            Acknowledgement(
                request: try #require(words.first.flatMap { RequestID($0) }),
                call: try #require(words.last.flatMap { Lifecycle.Call(rawValue: $0) }))
        }
    }

    /// Of one that migrates, and may have come to its end before the blow.
    func migrated(until moment: Moment) async throws -> (migrated: [(RequestID, version: Int)], wasKilled: Bool) {
        let lines = try await struck(at: moment)
        let wasKilled = process.terminationReason == .uncaughtSignal
        #expect(wasKilled || process.terminationStatus == 0, "it failed by itself")
        return (
            try lines.map { words in
                (try #require(words.first.flatMap { RequestID($0) }), try #require(words.last.flatMap { Int($0) }))
            }, wasKilled
        )
    }
}
