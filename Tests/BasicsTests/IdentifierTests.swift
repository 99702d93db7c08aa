import Basics
import Foundation
import Testing

@Suite("Identifier", .timeLimit(.minutes(60)))
struct IdentifierTests {
    /// Layout: ULID specification; the example of its README begins 01ARYZ6S41 at 1469918176385 ms.
    @Test("lays out time, then chance, as the ULID specification does")
    func layout() {
        let id = PersonID(at: Timestamp(milliseconds: 1_469_918_176_385)) { Array(repeating: 0xFF, count: $0) }
        #expect(id.text == "01aryz6s41" + String(repeating: "z", count: 16))
        let zero = PersonID(at: Timestamp(milliseconds: 0)) { Array(repeating: 0, count: $0) }
        #expect(zero.text == String(repeating: "0", count: 26))
    }

    @Test("keeps every random bit")
    func keepsBits() {
        var seen: Set<String> = []
        for bit in 0..<80 {
            var bytes = [UInt8](repeating: 0, count: 10)
            bytes[bit / 8] = 1 << (bit % 8)
            seen.insert(PersonID(at: Timestamp(milliseconds: 5)) { _ in bytes }.text)
        }
        #expect(seen.count == 80)
    }

    @Test("sorts by age, whatever chance adds")
    func sortsByAge() {
        let times: [Int64] = [0, 1, 31, 32, 1_023, 1_024, 1_795_426_200_123, 1_795_426_200_124, 281_474_976_710_655]
        for (earlier, later) in zip(times, times.dropFirst()) {
            let old = RequestID(at: Timestamp(milliseconds: earlier)) { Array(repeating: 0xFF, count: $0) }
            let new = RequestID(at: Timestamp(milliseconds: later)) { Array(repeating: 0, count: $0) }
            #expect(old < new)
        }
    }

    @Test("accepts either case and keeps the lower")
    func reads() {
        let text = "01arywrff1zzzzzzzzzzzzzzzz"
        #expect(CloudID(text.uppercased())?.text == text)
        #expect(CloudID(text) == CloudID(text.uppercased()))
    }

    @Test(
        "refuses what is no identifier",
        arguments: [
            "", "01arywrff1zzzzzzzzzzzzzzz", "01arywrff1zzzzzzzzzzzzzzzzz", "01arywrff1zzzzzzzzzzzzzzzu",
            "01arywrff1zzzzzzzzzzzzzzzi", "01arywrff1-zzzzzzzzzzzzzzz", "01arywrff1zzzzzzzzzzzzz' or",
            "\u{212A}1arywrff1zzzzzzzzzzzzzzzz", "\u{212A}1arywrff1zzzzzzzzzzzzz",
        ])
    func refuses(text: String) {
        #expect(CloudID(text) == nil)
    }

    @Test("is a plain text in JSON")
    func codes() throws {
        let id = try #require(GrantID("01arywrff1zzzzzzzzzzzzzzzz"))
        let data = try JSONEncoder().encode([id])
        #expect(String(decoding: data, as: UTF8.self) == #"["01arywrff1zzzzzzzzzzzzzzzz"]"#)
        #expect(try JSONDecoder().decode([GrantID].self, from: data) == [id])
    }
}
