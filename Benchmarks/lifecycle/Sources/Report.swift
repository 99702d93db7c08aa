import Foundation
import LifecycleRig

/// The table: medians of rounds, ratios, and what callers waited.
struct Report {
    let measured: Comparison.Measured

    private static let durableTarget = 0.8
    private static let bareTarget = 0.5

    private var durableRatio: Double {
        median(measured.durable.map(\.stepsPerSecond)) / median(measured.volatile.map(\.stepsPerSecond))
    }

    private var rowsPerSecond: Double {
        median(measured.durable.map { measured.rowsPerLifecycle * $0.lifecyclesPerSecond })
    }

    private var bareRatio: Double { rowsPerSecond / median(measured.bareOf64Rows) }

    var meetsTargets: Bool { durableRatio >= Self.durableTarget && bareRatio >= Self.bareTarget }

    func print() {
        let first = measured.durable[0]
        let steps = number(Double(first.steps) / Double(first.lifecycles), 1)
        line(
            "Medians of \(measured.durable.count) rounds, variants interleaved. A lifecycle is \(steps) steps and "
                + "\(number(measured.rowsPerLifecycle, 1)) rows.")
        line("Passwords by scrypt N=2 r=1 p=1; mails are composed, handed to nobody, and settled.\n")
        columns("", ["lifecycles/s", "steps/s", "rows/s"])
        for (name, results) in [
            ("64 callers, synchronous=FULL", measured.durable), ("64 callers, synchronous=OFF", measured.volatile),
            ("one caller, synchronous=FULL", measured.alone),
        ] {
            let lifecycles = median(results.map(\.lifecyclesPerSecond))
            columns(
                name,
                [
                    number(lifecycles, 0), number(median(results.map(\.stepsPerSecond)), 0),
                    number(lifecycles * measured.rowsPerLifecycle, 0),
                ])
        }
        columns("bare GRDB, 64 rows a commit", ["", "", number(median(measured.bareOf64Rows), 0)])
        columns(
            "bare GRDB, \(measured.rowsPer64Steps) rows a commit",
            ["", "", number(median(measured.bareOf64Steps), 0)])
        line("")
        verdict("steps/s, FULL to OFF", durableRatio, Self.durableTarget)
        verdict("rows/s, ours to bare of 64 rows", bareRatio, Self.bareTarget)
        verdict("rows/s, ours to bare of 64 steps", rowsPerSecond / median(measured.bareOf64Steps), nil)
        printWaits()
    }

    private func printWaits() {
        line("")
        columns("milliseconds, 64 callers / one", ["p50", "p99", "p50 alone", "p99 alone"])
        for call in Lifecycle.Call.allCases {
            wait(call.rawValue) { $0.waits[call] ?? [] }
        }
        wait("each commit") { $0.writes }
    }

    private func wait(_ name: String, _ samples: (Round.Result) -> [Double]) {
        let all = [measured.durable, measured.alone].map { $0.flatMap(samples).sorted() }
        columns(name, all.flatMap { sorted in [50, 99].map { number(sorted[sorted.count * $0 / 100], 1) } })
    }

    private func verdict(_ name: String, _ ratio: Double, _ target: Double?) {
        let judged = target.map { "target \(number($0, 2)): \(ratio >= $0 ? "met" : "MISSED")" } ?? "for comparison"
        columns(name, [number(ratio, 2), judged])
    }

    private func columns(_ name: String, _ values: [String]) {
        let padding = String(repeating: " ", count: max(34 - name.count, 1))
        line(name + padding + values.map { String(repeating: " ", count: max(13 - $0.count, 1)) + $0 }.joined())
    }

    private func number(_ value: Double, _ digits: Int) -> String {
        value.formatted(.number.precision(.fractionLength(digits)).grouping(.never).locale(Locale(identifier: "en")))
    }

    private func line(_ text: String) { Swift.print(text) }
}

extension Round.Result {
    var stepsPerSecond: Double { Double(steps) / seconds }
    var lifecyclesPerSecond: Double { Double(lifecycles) / seconds }
}

/// The upper one of two.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
