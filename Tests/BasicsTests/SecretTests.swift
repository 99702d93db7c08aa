import Basics
import Testing

@Suite("Secret", .timeLimit(.minutes(60)))
struct SecretTests {
    private struct Holder {
        let label = "holder"
        let secret: Secret
        let maybe: Secret?
    }

    @Test("prints as dots in every way of printing")
    func hides() {
        let secret = Secret("CANARY")
        let holder = Holder(secret: secret, maybe: secret)
        var dumped = ""
        dump(holder, to: &dumped)
        var dumpedAlone = ""
        dump(secret, to: &dumpedAlone)
        let printed = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\([secret])", "\(holder)",
            String(reflecting: holder), dumped, dumpedAlone, "\(["key": secret])", "\(Optional(secret) as Any)",
        ]
        for text in printed {
            #expect(!text.contains("CANARY"))
            #expect(!text.contains("storage"), "the field that holds the bytes")
            #expect(text.contains("•••"))
        }
        #expect("\(secret)" == "•••")
    }

    @Test("gives the bytes to who asks for them, and their number to everybody")
    func exposes() {
        #expect(Secret("é").exposed == [0xC3, 0xA9])
        #expect(Secret([1, 2, 3]).withBytes { Array($0) } == [1, 2, 3])
        #expect(Secret([1, 2, 3]).count == 3)
        #expect(Secret([UInt8]()).exposed.isEmpty)
    }

    private struct Refused: Error {}

    @Test("passes on what its reader throws")
    func passesOnErrors() {
        #expect(throws: Refused.self) { try Secret("x").withBytes { _ throws(Refused) in throw Refused() } }
    }
}
