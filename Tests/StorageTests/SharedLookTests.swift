import Synchronization
import Testing

@testable import Storage

@Suite("A look that many share", .timeLimit(.minutes(60)))
struct SharedLookTests {
    /// Looks that end when they are let, each told by its number.
    private final class Looks: Sendable {
        private let state = Mutex((begun: 0, open: [CheckedContinuation<Void, Never>]()))

        var begun: Int { state.withLock { $0.begun } }

        func look() async -> Int {
            let number = state.withLock { state in
                state.begun += 1
                return state.begun
            }
            await withCheckedContinuation { end in state.withLock { $0.open.append(end) } }
            return number
        }

        func end() async {
            while true {
                let open = state.withLock { state in
                    defer { state.open = [] }
                    return state.open
                }
                for one in open { one.resume() }
                if !open.isEmpty { return }
                await Task.yield()
            }
        }
    }

    private final class Count: Sendable {
        private let value = Mutex(0)

        var now: Int { value.withLock { $0 } }

        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }

    @Test("tells those who come while one is under way of the next, and looks no more often than that")
    func together() async throws {
        let (shared, looks) = (SharedLook<Int>(), Looks())
        let first = Task { try await shared.value { await looks.look() } }
        while looks.begun < 1 { await Task.yield() }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await shared.value { await looks.look() } } }
            while shared.waiting < 50 { await Task.yield() }
            await looks.end()
            #expect(try await first.value == 1)
            await looks.end()
            for try await number in group { #expect(number == 2) }
        }
        #expect(looks.begun == 2)
        let later = Task { try await shared.value { await looks.look() } }
        await looks.end()
        #expect(try await later.value == 3)
    }

    @Test("tells nobody of a look that began before they asked, whoever comes when")
    func never() async throws {
        let (shared, begun) = (SharedLook<Int>(), Count())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<2_000 {
                group.addTask {
                    for _ in 0..<caller % 7 { await Task.yield() }
                    let before = begun.now
                    let told = try await shared.value {
                        let number = begun.next()
                        await Task.yield()
                        return number
                    }
                    #expect(told > before)
                }
            }
            try await group.waitForAll()
        }
        #expect(begun.now > 0)
    }

    @Test("tells all who waited of what went wrong, and looks again for the next")
    func failure() async throws {
        struct Broken: Error {}
        let (shared, looks) = (SharedLook<Int>(), Looks())
        let first = Task { try await shared.value { await looks.look() } }
        while looks.begun < 1 { await Task.yield() }
        let failed = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do { return try await shared.value { throw Broken() } == 0 } catch is Broken { return true }
                }
            }
            while shared.waiting < 20 { await Task.yield() }
            await looks.end()
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failed == 20)
        #expect(try await first.value == 1)
        #expect(try await shared.value { 7 } == 7)
    }
}
