import Basics
import OneTimePassword
import Scratch
import Testing

@Suite("RecoveryCode", .timeLimit(.minutes(60)))
struct RecoveryCodeTests {
    private let key = Secret("a key for hashes")

    private func set() -> [RecoveryCode] {
        var random = SplitMix(seed: 10)
        return RecoveryCode.makeSet(from: random.bytes(RecoveryCode.randomByteCount))
    }

    @Test("a set has ten different codes of 80 bits, in groups of four")
    func shape() {
        let texts = set().map(\.text)
        #expect(texts.count == 10 && Set(texts).count == 10)
        for text in texts {
            #expect(text.wholeMatch(of: /[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/) != nil)
        }
    }

    @Test("uses every random byte")
    func usesAllBytes() throws {
        let zeros = [UInt8](repeating: 0, count: RecoveryCode.randomByteCount)
        let plain = RecoveryCode.makeSet(from: zeros).map(\.text)
        for index in zeros.indices {
            var changed = zeros
            changed[index] = 1
            let texts = RecoveryCode.makeSet(from: changed).map(\.text)
            #expect(zip(texts, plain).filter { $0 != $1 }.count == 1)
        }
    }

    @Test("the typed code has the hash of the shown one, however it is typed")
    func typing() throws {
        for code in set() {
            let hash = try code.hash(key: key)
            #expect(hash.count == 32)
            let text = code.text
            let misread = text.replacing("O", with: "0").replacing("I", with: "1")
            for typed in [
                text, text.lowercased(), text.replacing("-", with: ""), text.replacing("-", with: " "),
                "  \(text) ", misread,
            ] {
                #expect(try RecoveryCode(typed: typed)?.hash(key: key) == hash)
            }
        }
    }

    @Test("another code, key or person gives another hash")
    func hashes() throws {
        let codes = set()
        let hash = try codes[0].hash(key: key, context: [1])
        #expect(try codes[1].hash(key: key, context: [1]) != hash)
        #expect(try codes[0].hash(key: Secret("another key"), context: [1]) != hash)
        #expect(try codes[0].hash(key: key, context: [2]) != hash)
    }

    @Test(
        "refuses what is no code",
        arguments: [
            "", "ABCD-EFGH-IJKL-MNO", "ABCD-EFGH-IJKL-MNOPQ", "ABCD-EFGH-IJKL-MNO8", "ABCD-EFGH-IJKL-MNO=",
            "ABCD_EFGH_IJKL_MNOP", "ÁBCD-EFGH-IJKL-MNOP", "123456",
            "ABCD-EFGH-IJKL-MNOP" + String(repeating: " ", count: 64),
        ])
    func refusals(typed: String) {
        #expect(RecoveryCode(typed: typed) == nil)
    }

    @Test("does not show itself when it is printed by accident")
    func printing() {
        let code = set()[0]
        var dumped = ""
        dump(code, to: &dumped)
        #expect(!"\(code) \(dumped)".contains(code.text.replacing("-", with: "")))
    }
}
