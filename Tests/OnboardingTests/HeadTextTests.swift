import Basics
import Onboarding
import OpenSSL
import Records
import Testing

@Suite("Heads of the audit trail, written and read", .timeLimit(.minutes(60)))
struct HeadTextTests {
    private static let head = AuditHead(
        sequence: 42, hash: [UInt8](repeating: 0xAB, count: 32), at: Timestamp(milliseconds: 1_795_424_400_218),
        signature: [UInt8](repeating: 0xCD, count: 64))

    @Test("a head is read again from wherever it was sent")
    func reads() throws {
        let line = Self.head.line
        let verdict: JSON = ["ok": true, "entries": .integer(50), "head": Self.head.json]
        let pretty = String(decoding: verdict.data(), as: UTF8.self)
        for text in [line, line + "\n", "<85>1 2027-01-01T00:00:00Z host usher - - - \(line)", pretty] {
            #expect(HeadClaim.all(in: text) == [.head(Self.head)], "\(text)")
        }
        #expect(HeadClaim.all(in: "\(line)\n\(line)\n").count == 2)
        #expect(HeadClaim.all(in: Self.head.hash.hex.uppercased()) == [.hash(Self.head.hash)])
    }

    @Test(
        "what holds no head is none",
        arguments: ["", "hello", "abcd", "{}", "{\"sequence\":1}", String(repeating: "g", count: 64), "[1]"])
    func refuses(_ text: String) { #expect(HeadClaim.all(in: text).isEmpty) }

    @Test("a syslog message is one line of RFC 5424, whatever is in it")
    func syslog() {
        let message = SyslogMessage(
            severity: .notice, at: Timestamp(milliseconds: 1_795_424_400_218), kind: "audit head",
            data: [("agent", "a\"b]c\\d\ne")], text: "x\ny")
        #expect(
            message.line(from: "host name")
                == "<85>1 2026-11-23T09:00:00.218Z hostname usher - audithead "
                + "[usher@32473 agent=\"a\\\"b\\]c\\\\d e\"] x y")
    }
}
