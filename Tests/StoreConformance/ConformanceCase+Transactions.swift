import Basics
import Records
import Testing

struct Stop: Error {}

extension ConformanceCase {
    static let transactions: [ConformanceCase] = [
        ConformanceCase("keeps nothing of a body that throws, and hands its error on") { store in
            await #expect(throws: Stop.self) {
                try await store.write { transaction in
                    try transaction.setNote("a", "1")
                    throw Stop()
                }
            }
            let kept = try await store.read { try $0.note("a") }
            #expect(kept == nil)
        },
        ConformanceCase("reads its own writes, and replaces a note") { store in
            let seen = try await store.write { transaction in
                try transaction.setNote("a", "1")
                try transaction.setNote("a", "2")
                return try transaction.note("a")
            }
            #expect(seen == "2")
            #expect(try await store.read { try $0.note("a") } == "2")
        },
        ConformanceCase("undoes only the bodies that throw among many at once") { store in
            let survivors = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do {
                            try await store.write { transaction in
                                try transaction.setNote("n\(number)", "x")
                                if number.isMultiple(of: 3) { throw Stop() }
                            }
                            return true
                        } catch is Stop {
                            return false
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(survivors == 133)
            let kept = try await store.read { snapshot in
                try (0..<200).filter { try snapshot.note("n\($0)") != nil }
            }
            #expect(kept == (0..<200).filter { !$0.isMultiple(of: 3) })
        },
        ConformanceCase("loses no update of many that count at once") { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<300 {
                    group.addTask {
                        try await store.write { transaction in
                            let count = Int(try transaction.note("count") ?? "0") ?? 0
                            try transaction.setNote("count", String(count + 1))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.read { try $0.note("count") } == "300")
        },
    ]
}
