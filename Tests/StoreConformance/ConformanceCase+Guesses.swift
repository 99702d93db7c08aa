import Basics
import OneTimePassword
import Records
import Testing

extension ConformanceCase {
    static let guesses: [ConformanceCase] = [
        ConformanceCase("counts guesses at a password by lane, and forgets old ones in steps") { store in
            try await Sample.fill(store)
            let now = Sample.now
            try await store.write { transaction in
                #expect(try transaction.guesses(at: Sample.holder, by: "a") == Attempts())
                try transaction.setGuesses(Attempts(misses: 3), at: Sample.holder, by: "a", at: now)
                try transaction.setGuesses(
                    Attempts(misses: 7, blockedUntil: now), at: Sample.holder, by: "b", at: now.adding(seconds: 1))
                #expect(try transaction.guesses(at: Sample.holder, by: "a").misses == 3)
                #expect(try transaction.guesses(at: Sample.holder, by: "b").blockedUntil == now)
                #expect(try transaction.guesses(at: Sample.manager, by: "a") == Attempts())
                try transaction.setGuesses(Attempts(), at: Sample.holder, by: "a", at: now)
                #expect(try transaction.guesses(at: Sample.holder, by: "a") == Attempts())
                try transaction.setGuesses(Attempts(misses: 1), at: Sample.holder, by: "a", at: now)
                #expect(try transaction.forgetGuesses(before: now, limit: 9) == 0)
                #expect(try transaction.forgetGuesses(before: now.adding(seconds: 9), limit: 1) == 1)
                #expect(try transaction.guesses(at: Sample.holder, by: "b").misses == 7)
            }
        },
        ConformanceCase("remembers the latest marks of each person") { store in
            try await Sample.fill(store)
            try await store.write { transaction in
                #expect(try !transaction.hasKnownClient(Sample.holder))
                for number in 1...4 {
                    let at = Sample.now.adding(seconds: Int64(number))
                    try transaction.remember(Sample.hash(UInt8(number)), of: Sample.holder, at: at, limit: 3)
                }
                #expect(try transaction.hasKnownClient(Sample.holder))
                #expect(try !transaction.knows(Sample.hash(1), of: Sample.holder))
                #expect(try transaction.knows(Sample.hash(4), of: Sample.holder))
                #expect(try !transaction.knows(Sample.hash(4), of: Sample.manager))
                // Seen again, it is the newest.
                try transaction.remember(Sample.hash(2), of: Sample.holder, at: Sample.now.adding(seconds: 9), limit: 3)
                try transaction.remember(
                    Sample.hash(5), of: Sample.holder, at: Sample.now.adding(seconds: 10), limit: 3)
                #expect(try transaction.knows(Sample.hash(2), of: Sample.holder))
                #expect(try !transaction.knows(Sample.hash(3), of: Sample.holder))
            }
        },
    ]
}
