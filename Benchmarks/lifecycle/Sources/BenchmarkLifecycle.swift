import Basics
import Foundation
import LifecycleRig
import Storage

/// Measures the full lifecycle on one SQLite file; `run.sh` builds, runs and judges.
///
///     BenchmarkLifecycle measure FOLDER ROUNDS LIFECYCLES    prints the table; exit 1 when a target is missed
///     BenchmarkLifecycle run FOLDER LIFECYCLES               for strace: 64 callers, prints the number of steps
///     BenchmarkLifecycle databases FOLDER LIFECYCLES         on SQLite, and on the empty PostgreSQL of USHER_DATABASE_URL
///     BenchmarkLifecycle spin FOLDER LIFECYCLES              the same with `synchronous = OFF`, for profilers
@main
struct BenchmarkLifecycle {
    static let callers = 64

    static func main() async throws { exit(try await run()) }

    /// - Returns: The exit code.
    private static func run() async throws -> Int32 {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.dropFirst(2).compactMap { Int($0) }
        let usage = Fault(.invalid, "usage: BenchmarkLifecycle measure|run|databases|spin FOLDER NUMBER…")
        guard arguments.count >= 3, numbers.count == arguments.count - 2 else { throw usage }
        let folder = URL(filePath: arguments[1]).appending(path: "lifecycle-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // The folder was made above, for this run alone.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        switch (arguments[0], numbers.count) {
        case ("measure", 2):
            let comparison = Comparison(folder: folder, rounds: max(numbers[0], 1), lifecycles: numbers[1])
            let report = Report(measured: try await comparison.measure())
            report.print()
            guard report.meetsTargets else { return 1 }
        case ("run", 1), ("spin", 1):
            let durability: SQLiteStore.Durability = arguments[0] == "run" ? .full : .off
            try await Round.prepare(folder + "/usher.db", durability)
            let result = try await Round(callers: callers, lifecycles: numbers[0], durability: durability)
                .run(folder + "/usher.db")
            print(result.steps)
        case ("databases", 1):
            guard let url = ProcessInfo.processInfo.environment["USHER_DATABASE_URL"] else { throw usage }
            try await Databases(folder: folder, server: PostgreSQLAddress(url: url), lifecycles: numbers[0]).compare()
        default: throw usage
        }
        return 0
    }
}
