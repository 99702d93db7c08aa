import Foundation
import LifecycleRig
import Scratch
import Testing

/// `make crash` sets `USHER_CRASH_KILLS` to 200 or more.
///
/// `USHER_CRASH_SEED` repeats the moments of a run that failed.
@Suite("A process killed at any moment", .serialized, .timeLimit(.minutes(60)))
struct CrashTests {
    static func number(_ name: String, otherwise: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? otherwise
    }

    @Test("loses nothing that it acknowledged, and does nothing twice")
    func killed() async throws {
        let kills = Int(Self.number("USHER_CRASH_KILLS", otherwise: 12))
        let seed = Self.number("USHER_CRASH_SEED", otherwise: 1)
        let folder = FileManager.default.temporaryDirectory.appending(path: "usher-crash-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Made above, for this test alone; kept when something is wrong with it, for whoever looks into that.
        var isSound = false
        defer { if isSound { try? FileManager.default.removeItem(atPath: folder) } }
        let witness = try Witness(folder: folder)
        try await witness.found()
        var generator = SplitMix(seed: seed)
        var all: [Victim.Acknowledgement] = []
        for round in 1...kills {
            let moment = Victim.Moment(using: &generator)
            let victim = try Victim(of: witness, round: round)
            let acknowledged = try await victim.killed(at: moment)
            try await witness.requireKept(acknowledged)
            all += acknowledged
            // Replaying every history costs more with each round.
            if round.isMultiple(of: 25) {
                try await witness.requireSound(round: round + 1)
                print("Killed \(round) of \(kills) times; \(all.count) acknowledgements, all kept.")
            }
        }
        try await witness.requireSound(round: kills + 1)
        try await witness.requireKept(all)
        #expect(all.contains { $0.call == .verify }, "the kills came too early to see a lifecycle end")
        print("Killed \(kills) times (seed \(seed)): \(all.count) acknowledged steps, none lost, none done twice.")
        isSound = true
    }
}
