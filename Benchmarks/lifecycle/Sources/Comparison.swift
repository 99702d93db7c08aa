import Basics
import Foundation
import Storage

/// All variants, interleaved round by round so that a busy machine is busy for all of them alike.
struct Comparison {
    let folder: String
    let rounds: Int
    let lifecycles: Int

    struct Measured {
        var durable: [Round.Result] = []
        var volatile: [Round.Result] = []
        var alone: [Round.Result] = []
        /// Rows per second of the bare loop, by rows in a transaction.
        var bareOf64Rows: [Double] = []
        var bareOf64Steps: [Double] = []
        var rowsPerLifecycle = 0.0
        var rowsPer64Steps = 0
    }

    private static let recordedLifecycles = 320

    func measure() async throws -> Measured {
        let base = folder + "/base.db"
        try await Round.prepare(base, .full)
        let recording = try await record(base)
        let rows = Double(recording.changes.count)
        var measured = Measured()
        measured.rowsPerLifecycle = rows / Double(Self.recordedLifecycles)
        for round in 1...rounds {
            FileHandle.standardError.write(Data("Round \(round) of \(rounds) …\n".utf8))
            let durable = try await run(base, BenchmarkLifecycle.callers, lifecycles, .full)
            measured.durable.append(durable)
            measured.volatile.append(try await run(base, BenchmarkLifecycle.callers, lifecycles, .off))
            measured.alone.append(try await run(base, 1, max(lifecycles / 8, 1), .full))
            let of64Steps = Int(64 * measured.rowsPerLifecycle * Double(durable.lifecycles) / Double(durable.steps))
            measured.rowsPer64Steps = of64Steps
            measured.bareOf64Rows.append(rows / (try bare(recording, base, 64)))
            measured.bareOf64Steps.append(rows / (try bare(recording, base, of64Steps)))
        }
        return measured
    }

    private func record(_ base: String) async throws -> Recording {
        let path = try copy(base)
        defer { discard(path) }
        try Recording.begin(path)
        let round = Round(
            callers: BenchmarkLifecycle.callers, lifecycles: Self.recordedLifecycles, durability: .off)
        _ = try await round.run(path)
        return try Recording(path, base: base)
    }

    private func run(
        _ base: String, _ callers: Int, _ lifecycles: Int, _ durability: SQLiteStore.Durability
    ) async throws -> Round.Result {
        let path = try copy(base)
        defer { discard(path) }
        return try await Round(callers: callers, lifecycles: lifecycles, durability: durability).run(path)
    }

    private func bare(_ recording: Recording, _ base: String, _ rowsPerTransaction: Int) throws -> Double {
        let path = try copy(base)
        defer { discard(path) }
        return try BareLoop.run(recording, into: path, rowsPerTransaction: rowsPerTransaction)
    }

    private func copy(_ base: String) throws -> String {
        let path = "\(folder)/\(UInt64.random(in: 0...UInt64.max)).db"
        try FileManager.default.copyItem(atPath: base, toPath: path)
        return path
    }

    /// What is left behind goes with the folder in the end.
    private func discard(_ path: String) {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }
}
