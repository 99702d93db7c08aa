import Basics
import Directory
import Foundation

/// Measures decisions out of memory on one thread; `run.sh` sets them against Cedar.
///
///     BenchmarkDecide measure PEOPLE     prints NAME and a number, tab-separated
///     BenchmarkDecide cases FILE         writes a small installation and questions with their answers, for Cedar
@main
struct BenchmarkDecide {
    static func main() throws {
        let arguments = CommandLine.arguments
        switch (arguments.dropFirst().first, arguments.count) {
        case ("measure"?, 3): try measure(people: Int(arguments[2]) ?? 1_000_000)
        case ("cases"?, 3): try cases(arguments[2])
        default: throw Fault(.invalid, "usage: BenchmarkDecide measure PEOPLE | cases FILE")
        }
    }

    static let now = Timestamp(seconds: 1_800_000_000)

    private static func catalogue() throws -> Catalogue {
        func source(_ name: String) throws -> Catalogue.Source {
            let path = "catalogue/\(name).yaml"
            return Catalogue.Source(try String(contentsOfFile: path, encoding: .utf8), file: path)
        }
        return try Catalogue(
            profiles: source("profiles"), matrix: source("matrix"), topology: source("topology"))
    }

    private struct Question {
        let person, action, cloud: UInt32
    }

    private static func measure(people count: Int) throws {
        let start = ContinuousClock.now
        let rows = try Rows(people: count)
        var table = StandingTable(try catalogue())
        let filled = ContinuousClock.now
        rows.fill(&table)
        tell("fill-seconds", (ContinuousClock.now - filled).seconds)
        tell("bytes", Double(table.size))
        tell("people", Double(table.peopleCount))
        tell("clouds", Double(table.cloudCount))
        tell("grants", Double(table.grantCount))
        var dice = Dice(state: 4_711)
        // Half about a cloud in which somebody has something, half about any cloud of their customer.
        let questions = (0..<1 << 20).map { number -> Question in
            let person = dice.below(count)
            let cloud = number % 2 == 0 ? rows.cloudOfGrant(person, number / 2 % 2) : rows.anyCloud(person, &dice)
            return Question(person: UInt32(person), action: UInt32(dice.below(41)), cloud: UInt32(cloud))
        }
        tell("ready-seconds", (ContinuousClock.now - start).seconds)
        ask(table, questions)
    }

    private static func ask(_ table: StandingTable, _ questions: [Question]) {
        var allowed = 0
        func pass() {
            for question in questions {
                let decision = table.decide(
                    Int(question.action), by: Int(question.person), in: Int(question.cloud), at: now)
                allowed &+= decision.verdict == .allow ? 1 : 0
            }
        }
        pass()
        let (before, start) = (allocations(), processorSeconds())
        var calls = 0
        repeat {
            pass()
            calls += questions.count
        } while processorSeconds() - start < 2
        let elapsed = processorSeconds() - start
        if let before, let after = allocations() { tell("allocations", Double(after - before)) }
        tell("decisions", Double(calls) / elapsed)
        tell("allowed-share", Double(allowed) / Double(calls + questions.count))
    }

    // MARK: For Cedar

    /// A customer with a hundred people and ten clouds, ten thousand questions, and the answer of each.
    private static func cases(_ file: String) throws {
        let rows = try Rows(people: 100)
        let catalogue = try catalogue()
        var table = StandingTable(catalogue)
        rows.fill(&table)
        var lines = catalogue.actions.map { "action\t\($0.label)\t\($0.requires.code)\t\($0.needsMFA)" }
        for number in 0..<100 {
            let person = rows.person(number)
            let age = person.lastVerifiedAt.map { now.seconds - $0.seconds } ?? -1
            let fields = ["person", "\(number)", person.account.rawValue, person.factor.rawValue, "\(age)"]
            lines.append(fields.joined(separator: "\t"))
            lines += rows.grants(number).map { grant, cloud in
                "grant\t\(number)\t\(cloud)\t\(grant.grant.profile)"
            }
        }
        var dice = Dice(state: 4_711)
        for number in 0..<10_000 {
            let (person, action) = (dice.below(100), dice.below(catalogue.actions.count))
            let cloud = number % 2 == 0 ? rows.cloudOfGrant(person, number / 2 % 2) : rows.anyCloud(person, &dice)
            let decision = table.decide(action, by: person, in: cloud, at: now)
            lines.append("question\t\(person)\t\(action)\t\(cloud)\t\(decision.verdict == .allow)")
        }
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    }

    private static func tell(_ name: String, _ value: Double) { print("\(name)\t\(value)") }
}

/// An installation: customers of a thousand people and ten clouds; everybody has a profile in two of these.
private struct Rows {
    private static let profiles = ["STD", "DTM", "OPE", "POW"]
    private let count: Int
    private let organizations: Int

    init(people count: Int) throws {
        guard count >= 100 else { throw Fault(.invalid, "At least 100 people.") }
        self.count = count
        organizations = max(1, count / 1_000)
    }

    private func id<Subject>(_ kind: String, _ number: Int) -> Identifier<Subject> {
        let digits = String(number)
        return Identifier(trusted: "01" + kind + String(repeating: "0", count: 23 - digits.count) + digits)
    }

    func person(_ number: Int) -> StandingTable.Person {
        // One in twenty is suspended, one in ten has no factor, one in five proved it too long ago.
        StandingTable.Person(
            id: id("p", number), organization: id("g", number % organizations),
            addressKey: "person\(number)@customer\(number % organizations).example",
            account: number % 20 == 7 ? .suspended : .active, factor: number % 10 == 3 ? .none : .active,
            lastVerifiedAt: number % 10 == 3
                ? nil : BenchmarkDecide.now.adding(seconds: number % 5 == 1 ? -2_000 : -300))
    }

    /// The first or the second one in which somebody has something.
    func cloudOfGrant(_ person: Int, _ which: Int) -> Int {
        person % organizations * 10 + (person / organizations + which * 5) % 10
    }

    func anyCloud(_ person: Int, _ dice: inout Dice) -> Int { person % organizations * 10 + dice.below(10) }

    func grants(_ number: Int) -> [(grant: StandingTable.Held, cloud: Int)] {
        (0..<2).map { which in
            let cloud = cloudOfGrant(number, which)
            let since = BenchmarkDecide.now.adding(seconds: -86_400)
            return (
                StandingTable.Held(
                    person: id("p", number), cloud: id("c", cloud),
                    grant: Standing.Held(
                        profile: Self.profiles[(number + which) % 4], since: since,
                        until: number % 3 == 0 ? BenchmarkDecide.now.adding(seconds: 86_400) : nil)), cloud
            )
        }
    }

    func fill(_ table: inout StandingTable) {
        for cloud in 0..<organizations * 10 {
            table.put(
                StandingTable.Place(
                    id: id("c", cloud), organization: id("g", cloud / 10),
                    path: "customer\(cloud / 10)/cloud\(cloud % 10)"))
        }
        for number in 0..<count {
            precondition(table.put(person(number), grants(number).map(\.grant)), "every cloud is there")
        }
    }
}

/// Chance that repeats (SplitMix64).
struct Dice {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ (word >> 31)) % UInt64(limit))
    }
}

/// How often memory was asked for so far; nil where nobody counts: `allocations.c` does.
private func allocations() -> UInt? {
    guard let symbol = dlsym(nil, "allocations") else { return nil }
    return unsafeBitCast(symbol, to: (@convention(c) () -> UInt).self)()
}

private func processorSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
