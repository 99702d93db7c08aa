import Basics
import Testing

@testable import Web

@Suite("The watch over the clock", .timeLimit(.minutes(60)))
struct ClockWatchTests {
    private let start = Timestamp(seconds: 1_800_000_000)

    private func look(
        _ watch: inout ClockWatch, steady: Int64, ahead: Int64
    ) -> ClockWatch.Verdict {
        watch.look(wall: start.adding(seconds: steady + ahead), steady: .seconds(steady))
    }

    @Test("finds a clock steady that is corrected a little, or set back")
    func steady() {
        var watch = ClockWatch(wall: start, steady: .zero)
        for (second, ahead) in [(5, 0), (10, 120), (15, 200), (20, -86_400), (25, -86_400), (30, -86_300)]
            as [(Int64, Int64)]
        {
            #expect(look(&watch, steady: second, ahead: ahead) == .steady)
        }
    }

    @Test("holds timers back after a step forward, until the clock is back")
    func comesBack() {
        var watch = ClockWatch(wall: start, steady: .zero)
        let years: Int64 = 730 * 86_400
        #expect(look(&watch, steady: 5, ahead: years) == .jumped(seconds: years))
        #expect(look(&watch, steady: 10, ahead: years) == .held)
        #expect(look(&watch, steady: 15, ahead: 0) == .steady)
        #expect(look(&watch, steady: 20, ahead: 0) == .steady)
    }

    @Test("believes a new time that has gone on steadily, and begins to wait anew at each further step")
    func believes() {
        var watch = ClockWatch(wall: start, steady: .zero)
        #expect(look(&watch, steady: 5, ahead: 3_600) == .jumped(seconds: 3_600))
        #expect(look(&watch, steady: 600, ahead: 3_600) == .held)
        #expect(look(&watch, steady: 800, ahead: 7_200) == .jumped(seconds: 3_600))
        #expect(look(&watch, steady: 1_600, ahead: 7_200) == .held)
        #expect(look(&watch, steady: 1_700, ahead: 7_200) == .steady)
        #expect(look(&watch, steady: 1_705, ahead: 7_200) == .steady)
        #expect(look(&watch, steady: 1_710, ahead: 90_000) == .jumped(seconds: 82_800))
    }
}
