import Basics
import Foundation
import LifecycleRig
import Onboarding
import Storage

/// Finding and firing what is due, among a thousand waiting timers and among a million: see README.md.
@main
struct BenchmarkTimers {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let rounds = Int(arguments[2]), let few = Int(arguments[3]),
            let many = Int(arguments[4]), rounds > 0
        else {
            FileHandle.standardError.write(Data("usage: BenchmarkTimers FOLDER ROUNDS FEW MANY\n".utf8))
            exit(2)
        }
        let clock = BenchClock()
        var yards: [Yard] = []
        for (name, waiting) in [("few", few), ("many", many)] {
            let start = ContinuousClock.now
            let path = arguments[1] + "/\(name).db"
            let yard = try await Yard(path: path, waiting: waiting, rounds: rounds, clock: clock)
            let bytes = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
            print(
                "prepared: \(waiting) waiting timers, \(bytes / 1_000_000) MB, in \((ContinuousClock.now - start).text)"
            )
            yards.append(yard)
        }
        var idle: [[Double]] = [[], []]
        var firing: [[Double]] = [[], []]
        for round in 0..<rounds {
            clock.set(Yard.due(inRound: round).adding(seconds: -1))
            for yard in yards { try await yard.settle() }
            // The order alternates, so that neither has the quieter moment always.
            for index in round % 2 == 0 ? [0, 1] : [1, 0] { idle[index].append(try await yards[index].idle()) }
            clock.set(Yard.due(inRound: round))
            for index in round % 2 == 0 ? [0, 1] : [1, 0] { firing[index].append(try await yards[index].fire()) }
        }
        var isMet = true
        isMet = report("nothing due, µs for a look", idle) && isMet
        isMet = report("\(Yard.dueInRound) due, µs for each timer fired", firing) && isMet
        clock.set(Yard.crowdDue.adding(seconds: -1))
        for yard in yards { try await yard.settle() }
        clock.set(Yard.crowdDue)
        for (index, name) in ["few", "many"].enumerated() {
            let micros = try await yards[index].fireCrowd()
            print("\(Yard.crowd) due at once (\(name)): \(Int(1_000_000 / micros)) timers/s, effects not performed")
        }
        for yard in yards { try await yard.store.close() }
        exit(isMet ? 0 : 1)
    }

    private static func report(_ what: String, _ laps: [[Double]]) -> Bool {
        let medians = laps.map { $0.sorted()[$0.count / 2] }
        let ratio = medians[1] / medians[0]
        let verdict = ratio <= 1.5 ? "met" : "MISSED"
        print(
            String(
                format: "%@: %.1f among few, %.1f among many, ratio %.2f, target 1.5: %@", what, medians[0], medians[1],
                ratio, verdict))
        return ratio <= 1.5
    }
}

extension Duration {
    var micros: Double { Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12 }
    fileprivate var text: String { String(format: "%.1f s", micros / 1e6) }
}
