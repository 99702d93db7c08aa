import Basics
import Directory
import Records
import Synchronization

/// How everybody stands, held in memory by a process that serves: one for all copies of an `Onboarding`.
///
/// Nothing is answered from it that is older than the question: whoever asks has it first follow all that is committed,
/// or asks the database. Of those who ask at the same time one goes and looks, and the others wait for that.
public final class HeldStandings: Sendable {
    /// Where in the trail the table stands: the number and the hash of the last entry that it knows.
    struct Place: Equatable, Sendable {
        let position: Int64
        let hash: [UInt8]
    }

    fileprivate struct State {
        var table: StandingTable?
        var place = Place(position: 0, hash: [])
        /// The newest mark of the store at which the table was as new as that.
        var mark: StoreMark?
        /// How many looks were begun, and the last of these after which the table was as new as its beginning.
        var begun = 0
        var level = 0
        var isLooking = false
        var answers = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// How many there are of what is held, and how many calls it answered since it is; nil while nothing is.
    public struct Extent: Sendable {
        public let people, clouds, grants, bytes, answers: Int
    }

    public var extent: Extent? {
        state.withLock { state in
            state.table.map {
                Extent(
                    people: $0.peopleCount, clouds: $0.cloudCount, grants: $0.grantCount, bytes: $0.size,
                    answers: state.answers)
            }
        }
    }

    func holds(_ cloud: CloudID) -> Bool { state.withLock { $0.table?.holds(cloud) == true } }

    func proof(of person: PersonID) -> Timestamp? { state.withLock { $0.table?.proof(of: person) } }

    var isHeld: Bool { state.withLock { $0.table != nil } }

    /// Answers out of the table; nil while there is none, and where it does not know.
    ///
    /// - Parameter mark: at which it has to be level; nil where that is known.
    func answer<Value: Sendable>(at mark: StoreMark? = nil, _ question: (StandingTable) -> Value?) -> Value? {
        state.withLock { state in
            guard mark == nil || mark == state.mark, let answer = state.table.flatMap(question) else { return nil }
            state.answers += 1
            return answer
        }
    }

    // MARK: Being level

    /// What a look found.
    enum Look: Sendable {
        /// Nothing newer than the place is committed but what is said here.
        case level(StandingChange)
        /// The same, and there is more.
        case behind(StandingChange)
        /// What is committed is no continuation of what is known: of another copy, or of a backup.
        case other
    }

    private enum Turn { case level, lead, wait, never }

    /// Whether the table knows all that was committed when this was called.
    ///
    /// - Parameters:
    ///   - mark: takes the mark of the store.
    ///   - look: reads what is new since a place.
    func follow(
        mark: () async throws -> StoreMark?, look: (Place) async throws -> Look
    ) async throws -> Bool {
        // First of all: what was begun before may have looked too early.
        let begun = state.withLock { $0.table == nil ? nil : $0.begun }
        guard let begun, let mark = try await mark() else { return false }
        while true {
            switch turn(at: mark, after: begun) {
            case .level: return true
            case .never: return false
            case .wait: await wait()
            case .lead: return try await lead(at: mark, look)
            }
        }
    }

    /// Whether the table knows all that was committed when the mark was taken, without a look.
    func isLevel(at mark: StoreMark) -> Bool { state.withLock { $0.table != nil && $0.mark == mark } }

    private func turn(at mark: StoreMark, after begun: Int) -> Turn {
        state.withLock { state in
            guard state.table != nil else { return .never }
            if state.mark == mark || state.level > begun { return .level }
            if state.isLooking { return .wait }
            state.isLooking = true
            state.begun += 1
            return .lead
        }
    }

    private func wait() async {
        await withCheckedContinuation { waiting in
            let isOver = state.withLock { state in
                if state.isLooking { state.waiting.append(waiting) }
                return !state.isLooking
            }
            if isOver { waiting.resume() }
        }
    }

    /// - Returns: whether the table is level; else others who wait look for themselves, and nobody is answered by it.
    private func lead(at mark: StoreMark, _ look: (Place) async throws -> Look) async throws -> Bool {
        defer { endLook() }
        let place = state.withLock { $0.place }
        let found = try await look(place)
        return state.withLock { state in
            switch found {
            case .level(let change):
                guard state.apply(change) else { return false }
                (state.mark, state.level) = (mark, state.begun)
                return true
            case .behind(let change):
                _ = state.apply(change)
                return false
            case .other:
                state.table = nil
                return false
            }
        }
    }

    private func endLook() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isLooking = false
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    // MARK: Holding

    /// - Parameter mark: taken before the table was read.
    func hold(_ table: StandingTable, from place: Place, at mark: StoreMark) {
        state.withLock { state in
            (state.table, state.place, state.mark) = (table, place, mark)
        }
    }

    public func letGo() { state.withLock { ($0.table, $0.mark) = (nil, nil) } }

    /// How many looks there were: what is read between two of them is as new as what is held; nil while there is one.
    var looks: Int? { state.withLock { $0.isLooking ? nil : $0.begun } }

    /// What the database was asked for a question; forgotten where the table may be newer.
    func note(_ learnt: Learnt, readBetween looks: Int?) {
        guard !learnt.people.isEmpty || !learnt.homes.isEmpty else { return }
        state.withLock { state in
            guard state.begun == looks, !state.isLooking else { return }
            for (resource, cloud) in learnt.homes { state.table?.put(resource, in: cloud) }
            for one in learnt.people where state.table?.put(one.person, one.held) == false { state.table = nil }
        }
    }

    /// What the table did not know.
    struct Learnt: Sendable {
        /// Whose proofs the trail does not tell of.
        var people: [StandingChange.Somebody] = []
        /// Where resources lie, until the trail names them.
        var homes: [ResourceID: CloudID] = [:]
    }
}

/// What is read of the records because the trail names it.
struct StandingChange: Sendable {
    var places: [StandingTable.Place] = []
    var people: [Somebody] = []
    /// All that the trail names, resources among it.
    var named: Set<String> = []
    /// Behind all of it.
    var end: HeldStandings.Place

    struct Somebody: Sendable {
        let person: StandingTable.Person
        let held: [StandingTable.Held]
    }
}

extension HeldStandings.State {
    /// - Returns: false where it could not be; then nothing is held any more.
    fileprivate mutating func apply(_ change: StandingChange) -> Bool {
        for name in change.named { ResourceID(name).map { table?.forget($0) } }
        for place in change.places { table?.put(place) }
        for one in change.people where table?.put(one.person, one.held) != true {
            table = nil
            return false
        }
        place = change.end
        return table != nil
    }
}
