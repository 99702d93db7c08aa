import Basics
import Synchronization

/// What this process counts, told in Prometheus' text format (exposition format 0.0.4).
///
/// Labels hold what the program itself names, never what a client sent,
/// so that nobody can make their number grow.
final class Metrics: Sendable {
    /// One kind of answer.
    struct Call: Hashable {
        let route: String
        let method: String
        let status: Int

        var order: (String, String, Int) { (route, method, status) }
    }

    /// Of requests to one route.
    struct Route: Hashable {
        let route: String
        let method: String

        var order: (String, String) { (route, method) }
    }

    enum DatabaseUse: String, CaseIterable { case read, write }
    enum MailOutcome: String, CaseIterable { case sent, failed, refused }

    /// Times, counted by how long they are at most.
    struct Histogram {
        /// Seconds.
        static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

        private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
        private(set) var sum = 0.0

        mutating func add(_ seconds: Double) {
            counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
            sum += seconds
        }
    }

    struct State {
        var calls: [Call: Int] = [:]
        var durations: [Route: Histogram] = [:]
        var inFlight = 0
        /// Requests answered at once, out of memory.
        var prompt = 0
        var database = Dictionary(uniqueKeysWithValues: DatabaseUse.allCases.map { ($0, Histogram()) })
        var outages = 0
        var clockJumps = 0
        var areTimersHeld = false
        var mails = Dictionary(uniqueKeysWithValues: MailOutcome.allCases.map { ($0, 0) })
    }

    private let state = Mutex(State())

    var current: State { state.withLock { $0 } }

    func began() { state.withLock { $0.inFlight += 1 } }

    /// One whose answer is there already.
    func beganPromptly() {
        state.withLock { state in
            state.inFlight += 1
            state.prompt += 1
        }
    }

    /// - Parameter route: the pattern, such as `/requests/{id}`, not the path.
    func ended(route: String, method: String, status: Int, seconds: Double) {
        let method = Self.methods.contains(method) ? method : "other"
        state.withLock { state in
            state.inFlight -= 1
            state.calls[Call(route: route, method: method, status: status), default: 0] += 1
            state.durations[Route(route: route, method: method), default: Histogram()].add(seconds)
        }
    }

    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    func used(_ use: DatabaseUse, seconds: Double, isOutage: Bool) {
        state.withLock { state in
            state.database[use, default: Histogram()].add(seconds)
            if isOutage { state.outages += 1 }
        }
    }

    func jumped() { state.withLock { $0.clockJumps += 1 } }

    func hold(timers areHeld: Bool) { state.withLock { $0.areTimersHeld = areHeld } }

    func mailed(_ outcome: MailOutcome) { state.withLock { $0.mails[outcome, default: 0] += 1 } }
}

/// Lines of the text format.
struct MetricsText {
    private(set) var text = ""

    /// Says what the samples after it are.
    mutating func begin(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ value: Double) { sample(name, [], value) }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let list = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += "\(name)\(list.isEmpty ? "" : "{\(list)}") \(Self.number(value))\n"
    }

    mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: Metrics.Histogram) {
        var total = 0
        for (index, count) in histogram.counts.enumerated() {
            total += count
            let bound = index < Metrics.Histogram.bounds.count ? Self.number(Metrics.Histogram.bounds[index]) : "+Inf"
            sample("\(name)_bucket", labels + [("le", bound)], Double(total))
        }
        sample("\(name)_sum", labels, histogram.sum)
        sample("\(name)_count", labels, Double(total))
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
