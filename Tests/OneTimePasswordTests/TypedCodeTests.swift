import Basics
import OneTimePassword
import Testing

@Suite("A typed code", .timeLimit(.minutes(60)))
struct TypedCodeTests {
    @Test(
        "is read however people group, copy and type it",
        arguments: [
            "123456", " 123 456\n", "123\u{A0}456", "123\u{202F}456", "123-456", "123\u{2011}456", "１２３４５６",
            "\u{200B}123456\u{FEFF}", "١٢٣٤٥٦", "１２３-４５６",
        ])
    func oneTime(text: String) throws {
        guard case .oneTime(let code) = try TypedCode(text, digits: .six) else {
            Issue.record("\(text) is no code of an authenticator")
            return
        }
        #expect(code == "123456")
    }

    @Test(
        "of recovery is read in either case, grouped or not",
        arguments: ["ABCD-EFGH-IJKL-MNOP", "abcdefghijklmnop", "ＡＢＣＤ EFGH\u{A0}ijkl–mnop"])
    func recovery(text: String) throws {
        guard case .recovery(let code) = try TypedCode(text, digits: .six) else {
            Issue.record("\(text) is no recovery code")
            return
        }
        #expect(code.text == "ABCD-EFGH-IJKL-MNOP")
    }

    @Test(
        "that cannot be one is told, and names the field",
        arguments: [
            "", " ", "12", "12345", "1234567", "abc", "abcdef", "12345a", "½23456", "①②③④⑤⑥",
            String(repeating: "1", count: 70_000),
        ])
    func refused(text: String) {
        #expect {
            try TypedCode(text, digits: .six)
        } throws: { error in
            let fault = error as? Fault
            return fault?.code == .invalid && fault?.faults.map(\.field) == ["code"]
        }
    }

    @Test("has as many digits as the authenticator shows")
    func eight() throws {
        #expect(try TypedCode.oneTime("1234 5678", digits: .eight) == "12345678")
        #expect(throws: Fault.self) { try TypedCode.oneTime("123456", digits: .eight) }
        #expect(throws: Fault.self) { try TypedCode.oneTime("ABCD-EFGH-IJKL-MNOP", digits: .six) }
    }
}
