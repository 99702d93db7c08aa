import Basics

/// Notices that the clock of the machine was set, by one that nobody sets.
///
/// A clock that is years ahead for some seconds would let everything expire
/// that waits, beyond recall. So after a step forward timers wait: until the
/// clock is back, or has gone steadily for a while.
struct ClockWatch: Sendable {
    enum Verdict: Equatable, Sendable {
        case steady
        /// The clock was set forward by so many seconds just now.
        case jumped(seconds: Int64)
        case held
    }

    /// A machine's clock is corrected by seconds; whoever fires a timer so much early does no harm.
    static let toleratedSeconds: Int64 = 180
    /// How long the clock must go on steadily before its new time is believed.
    static let patience = Duration.seconds(900)

    /// What the clock would show had nobody set it, as far ahead of the
    /// steady one as it was last believed to be.
    private var believed: (wall: Timestamp, steady: Duration)
    /// What was seen last: a second step within the wait begins the wait anew.
    private var last: (wall: Timestamp, steady: Duration)
    /// Since when it has gone steadily at a new time; nil where none is waited for.
    private var heldSince: Duration?

    /// - Parameter steady: of a clock that only counts on, through a sleep of the machine too.
    init(wall: Timestamp, steady: Duration) {
        believed = (wall, steady)
        last = (wall, steady)
    }

    mutating func look(wall: Timestamp, steady: Duration) -> Verdict {
        defer { last = (wall, steady) }
        let ahead = Self.seconds(wall, after: believed, steady)
        // Back, or never away. A step backward is believed: what is due by it was due before.
        if ahead <= Self.toleratedSeconds {
            believed = (wall, steady)
            heldSince = nil
            return .steady
        }
        let step = Self.seconds(wall, after: last, steady)
        guard let since = heldSince, step <= Self.toleratedSeconds else {
            heldSince = steady
            return .jumped(seconds: step)
        }
        guard steady - since >= Self.patience else { return .held }
        believed = (wall, steady)
        heldSince = nil
        return .steady
    }

    /// How far the wall clock went beyond the steady one.
    private static func seconds(
        _ wall: Timestamp, after earlier: (wall: Timestamp, steady: Duration), _ steady: Duration
    ) -> Int64 {
        let passed = (steady - earlier.steady).components
        let milliseconds = passed.seconds * 1000 + passed.attoseconds / 1_000_000_000_000_000
        return (wall.milliseconds - earlier.wall.milliseconds - milliseconds).flooredDivision(by: 1000)
    }
}
